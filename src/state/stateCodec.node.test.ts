import { either as E } from 'fp-ts'
import type * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { byPath } from '../combinators/byPath.js'
import { chain } from '../combinators/chain.js'
import { masked } from '../combinators/masked.js'
import { namedChain } from '../combinators/namedChain.js'
import { copied, perLeaf, perTree } from '../equation/Slot.js'
import { type ArrayLeaf, arrayLeaf } from '../equation/reference.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { reference } from '../transformation/reference.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { scaleByAdam } from '../transforms/scaleByAdam.js'
import { trace } from '../transforms/trace.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { stateCodec, type WrittenState } from './stateCodec.js'
import { visitState } from './visitState.js'
import { owned } from '../tree/owned.js'

const params = {
  dense: { kernel: arrayLeaf([1, 2, 3, 4], [2, 2]), bias: arrayLeaf([5, 6], [2]) },
  list: [arrayLeaf([7], []), null],
}
const grads = {
  dense: { kernel: arrayLeaf([0.1, -0.2, 0.3, -0.4], [2, 2]), bias: null },
  list: [arrayLeaf([1], []), null],
}
const skeleton = skeletonOf(params, 'params')

/** Numbers that JSON has no words for, and a number that it has no exact word for. */
const odd = equation({
  name: 'odd',
  slots: { norm: perTree(0), scale: perLeaf(1), start: copied },
  host: {
    init: { best: Infinity, low: -0, third: 0.1, worst: -Infinity, none: Number.NaN },
    next: (h) => ({ ...h, third: h.third / 3 }),
  },
})((A) => ({ update, scale, start }) => ({ update, norm: A.treeSum(update), scale, start }))

const optimizer = withMovingAverage({ decay: 0.5, precision: 'compensated' })(
  chain(
    clipByGlobalNorm({ maxNorm: 1 }),
    namedChain({ adam: scaleByAdam(), odd }),
    masked({ mask: byPath((path) => path.startsWith('dense')) })(trace({ decay: 0.9 })),
  ),
)

const stateAfter = (steps: number, tx: AnyTransformation = optimizer): unknown => {
  const { init, step } = reference(tx, 'float64')
  let now = { params: params as unknown, state: init(params) }
  for (let i = 0; i < steps; i++) now = step(grads, now.state, now.params)
  return now.state
}

const codecOf = (tx: AnyTransformation, like: unknown): t.Type<unknown, WrittenState<ArrayLeaf>> =>
  stateCodec<ArrayLeaf>(tx.anatomy.shape, skeleton, like)

const messages = (result: t.Validation<unknown>): readonly string[] =>
  E.isLeft(result)
    ? result.left.map(
        ({ context, message }) =>
          `${context
            .map(({ key }) => key)
            .filter((key) => key !== '')
            .join('|')}: ${message ?? ''}`,
      )
    : []

const like = stateAfter(0)
const codec = codecOf(optimizer, like)
const written = codec.encode(stateAfter(3))

describe('a state is written by names', () => {
  test('numbers by their paths, tensors by parameter and slot; structure alone decides', () => {
    expect(Object.keys(written.numbers).toSorted()).toEqual([
      'count',
      'inner.1.adam.count',
      'inner.1.odd.best',
      'inner.1.odd.low',
      'inner.1.odd.none',
      'inner.1.odd.third',
      'inner.1.odd.worst',
    ])
    expect(Object.keys(written.tensors).toSorted()).toEqual([
      '/inner.1.odd.norm',
      ...['dense/bias', 'dense/kernel'].flatMap((path) =>
        [
          'ExponentialMovingAverage',
          'inner.1.adam.mu',
          'inner.1.adam.nu',
          'inner.1.odd.scale',
          'inner.1.odd.start',
          'inner.2.trace',
          'residual',
        ].map((slot) => `${path}/${slot}`),
      ),
      ...[
        'ExponentialMovingAverage',
        'inner.1.adam.mu',
        'inner.1.adam.nu',
        'inner.1.odd.scale',
        'inner.1.odd.start',
        'residual',
      ].map((slot) => `list/0/${slot}`),
    ])
    expect(Object.keys(codec.encode(like).tensors)).toEqual(Object.keys(written.tensors))
  })

  test('a lone tensor is called params', () => {
    const lone = arrayLeaf([1], [])
    const state = reference(trace({ decay: 0.5 }), 'float64').init(lone)
    expect([
      ...visitState(trace({ decay: 0.5 }).anatomy.shape, skeletonOf(lone, 'params'), state).tensors.keys(),
    ]).toEqual(['params/trace'])
  })

  test('two numbers of one name are refused: a file would hold the last', () => {
    const shape = { kind: 'opaque', of: 'own', owned, init: () => undefined } as const
    expect(() => visitState(shape, skeleton, { 'a.b': 1, a: { b: 2 } })).toThrow(
      'state: two numbers would be named a.b. Rename a part of the chain or a key of the state.',
    )
  })

  test('two tensors of one name are refused', () => {
    const shape = { kind: 'opaque', of: 'own', owned, init: () => undefined } as const
    const twice = { 'a.b': arrayLeaf([1], []), a: { b: arrayLeaf([2], []) } }
    expect(() => visitState(shape, skeleton, twice)).toThrow(
      'state: two tensors would be named /a.b. Rename a part of the chain or a key of the state.',
    )
  })
})

describe('round trip', () => {
  test('exact, through JSON, infinities, −0 and NaN included; the tensors are the same objects', () => {
    for (const steps of [0, 1, 3]) {
      const state = stateAfter(steps)
      const { numbers, tensors } = codec.encode(state)
      const restored = codec.decode({ numbers: JSON.parse(JSON.stringify(numbers)) as unknown, tensors })
      expect(messages(restored)).toEqual([])
      if (E.isLeft(restored)) throw new Error('see above')
      expect(restored.right).toEqual(state) // vitest tells −0 from 0 here
      const { tensors: before } = visitState<Leaf>(optimizer.anatomy.shape, skeleton, state)
      const { tensors: after } = visitState<Leaf>(optimizer.anatomy.shape, skeleton, restored.right)
      for (const [name, tensor] of before) expect(after.get(name)).toBe(tensor)
      expect(codec.encode(restored.right)).toEqual(codec.encode(state))
    }
    expect(JSON.stringify(written.numbers)).toContain('"inner.1.odd.best":"Infinity"')
    expect(JSON.stringify(written.numbers)).toContain('"inner.1.odd.low":"-0"')
  })

  test('a state that is no equation: whatever is made of records, arrays, numbers and tensors', () => {
    const shape = { kind: 'tuple', parts: [{ kind: 'opaque', of: 'own', owned, init: () => undefined }] } as const
    const made = [
      {
        count: 3,
        best: -Infinity,
        factors: { dense: { kernel: { row: arrayLeaf([1, 2], [2]) } } },
        moment: params.dense.kernel,
        mu: { dense: { kernel: params.dense.kernel } },
        nothing: null,
        flag: true,
        history: [arrayLeaf([1], []), 2],
      },
    ]
    const opaque = stateCodec<ArrayLeaf>(shape, skeleton, made)
    const out = opaque.encode(made)
    expect(out.numbers).toEqual({ '0.count': 3, '0.best': '-Infinity', '0.history.1': 2 })
    expect(Object.keys(out.tensors).toSorted()).toEqual([
      '/0.factors.dense.kernel.row',
      '/0.history.0',
      '/0.moment',
      'dense/kernel/0.mu',
    ])
    expect(opaque.decode(out)).toEqual(E.right(made))
  })

  test('is: only states of this optimizer', () => {
    expect(codec.is(stateAfter(1))).toBe(true)
    expect(codec.is(stateAfter(1, scaleByAdam()))).toBe(false)
    expect(codec.is({ ...(like as object), count: '3' })).toBe(false)
    expect(codec.is(null)).toBe(false)
  })
})

describe('every mismatch is reported, each with its path', () => {
  const without = <A>(record: Readonly<Record<string, A>>, ...names: readonly string[]) =>
    Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)))

  test('missing, surplus and different, all at once', () => {
    const kernel = arrayLeaf([1, 2, 3, 4], [4])
    const result = codec.decode({
      numbers: { ...without(written.numbers, 'count'), 'inner.1.odd.best': 'many', momentum: 0.9 },
      tensors: {
        ...without(written.tensors, 'dense/bias/residual'),
        'dense/kernel/inner.1.adam.mu': kernel,
        'list/0/inner.1.adam.nu': { ...arrayLeaf([1], []), dtype: 'int32' },
        'list/0/inner.2.trace': arrayLeaf([1], []),
      },
    })
    expect(messages(result).toSorted()).toEqual([
      'count: expected a number, found nothing',
      'dense/bias/residual: expected a tensor of shape [2] and dtype float32, found nothing',
      'dense/kernel/inner.1.adam.mu: expected a tensor of shape [2, 2] and dtype float32, found a tensor of shape [4] and dtype float32',
      'inner.1.odd.best: expected a number, found the string "many"',
      'list/0/inner.1.adam.nu: expected a tensor of shape [] and dtype float32, found a tensor of shape [] and dtype int32',
      'list/0/inner.2.trace: expected no such tensor: this optimizer has none',
      'momentum: expected no such number: this optimizer has none',
    ])
  })

  test('a name that every object has is no number and no tensor', () => {
    const named = equation({ name: 'named', host: { init: { valueOf: 1 }, next: (h) => h } })(() => ({ update }) => ({
      update,
    }))
    const own = codecOf(named, reference(named, 'float64').init(params))
    expect(messages(own.decode({ numbers: {}, tensors: {} }))).toEqual(['valueOf: expected a number, found nothing'])
  })

  test.each([null, 3, 'x', [], {}, { numbers: {} }, { numbers: null, tensors: {} }])(
    'what was never written: %j',
    (given) => {
      expect(messages(codec.decode(given))[0]).toContain('a written state: { numbers, tensors }')
    },
  )

  test('numbers that JSON lets through but are no numbers', () => {
    for (const wrong of [Number.NaN, Infinity, '1', null, true, [1], {}])
      expect(messages(codec.decode({ ...written, numbers: { ...written.numbers, count: wrong } }))).toEqual([
        expect.stringContaining('count: expected a number'),
      ])
  })
})

describe('a state of another form is refused where it differs', () => {
  /** The state with something else at a path. */
  const changed = (value: unknown, path: readonly (string | number)[], to: unknown): unknown => {
    const [key, ...rest] = path
    if (key === undefined) return to
    if (Array.isArray(value)) return value.map((item: unknown, i) => (i === key ? changed(item, rest, to) : item))
    return Object.fromEntries(
      Object.entries(value as object).map(([name, item]) => [name, name === key ? changed(item, rest, to) : item]),
    ) // a record
  }

  test.each<readonly [path: readonly (string | number)[], to: unknown, message: string]>([
    [['count'], '3', 'state: count must be a number, found the string "3". Pass the state of this optimizer.'],
    [['inner', 1, 'adam', 'count'], undefined, 'state: inner.1.adam.count must be a number'],
    [['inner', 1, 'adam'], 7, 'state: inner.1.adam.count must be a number'],
    [['inner', 1, 'adam'], null, 'state: inner.1.adam.count must be a number'],
    [['inner', 1, 'odd', 'norm'], 3, 'state: inner.1.odd.norm must be a tensor'],
    [['inner', 1, 'odd', 'norm'], { value: arrayLeaf([1], []) }, 'state: inner.1.odd.norm must be a tensor'],
    [
      ['inner', 1, 'adam', 'mu', 'dense', 'kernel'],
      arrayLeaf([1, 2], [2]),
      'state.inner.1.adam.mu: at dense/kernel, expected a tensor of shape [2, 2]',
    ],
    [['average', 'dense', 'bias'], 1, 'state.average: at dense/bias'],
  ])('%j', (path, to, message) => {
    expect(() => codec.encode(changed(like, path, to))).toThrow(message)
  })

  test('one number for a leaf has no shape to be compared, and takes no other form', () => {
    expect(() =>
      codec.encode(changed(like, ['inner', 1, 'odd', 'scale', 'dense', 'kernel'], arrayLeaf([2], []))),
    ).not.toThrow()
    expect(() =>
      codec.encode(changed(like, ['inner', 1, 'odd', 'scale', 'dense'], { kernel: arrayLeaf([2], []) })),
    ).toThrow('state.inner.1.odd.scale: at dense/bias')
  })

  test('the type says what it is', () => expect(codec.name).toBe('OptimizerState'))
})

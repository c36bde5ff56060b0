import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { chain } from '../combinators/chain.js'
import { masked } from '../combinators/masked.js'
import { zeros } from '../equation/Slot.js'
import { adamw } from '../optimizers/adamw.js'
import { fit } from '../training/fit.js'
import { keep } from '../training/keep.js'
import { minimize } from '../training/minimize.js'
import { valueAndGrad } from '../training/valueAndGrad.js'
import { applyUpdates } from '../transformation/applyUpdates.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { plain } from '../transformation/plain.js'
import { step } from '../transformation/step.js'
import type { Stateless } from '../transformation/types.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { mapTree } from '../tree/mapTree.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { treeSet } from '../tree/treeSet.js'

/** Beside equations a part that is none, and one number for the tree: a donating step replaces them one after the
 *  other. */
const count = equation({ name: 'sum', slots: { total: { per: 'tree', start: 0 } } })((A) => ({ update, total }) => ({
  update,
  total: A.add(total, A.treeSum(update)),
}))
const double = plain<Stateless>({
  name: 'double',
  init: () => ({}),
  update: (updates, state) => [mapTree((u) => tf.mul(u, 2))(updates), state],
})
const whole = withMovingAverage({ decay: 0.5 })(chain(count, double, adamw({ learningRate: 0.1 })))
const optimizer = masked({ mask: { dense: true, n: false } })(whole)

type Params = { readonly dense: { readonly kernel: tf.Tensor; readonly bias: tf.Tensor }; readonly n: tf.Tensor | null }
/** Alone, and beside an integer, which steps pass by. */
const runs = { 'floats alone': false, 'floats and an integer': true }
const params = (mixed: boolean, seed = 1): Params => ({
  dense: { kernel: tf.tensor2d([seed, 2, 3, 4], [2, 2]), bias: tf.tensor1d([seed, -1]) },
  n: mixed ? tf.scalar(7, 'int32') : null,
})
const gradients = (mixed: boolean) => {
  const { dense, n } = params(mixed, 0.5)
  n?.dispose()
  return { dense, n: null }
}
const loss = ({ dense }: Params) =>
  tf.tidy(() => tf.add(tf.sum(tf.square(dense.kernel)), tf.sum(tf.square(dense.bias)))) as tf.Scalar
const numbers = (value: unknown) => tensorsOf(value).map((tensor) => [...tensor.dataSync()])
const thrown = (f: () => unknown): string => {
  try {
    f()
  } catch (error) {
    if (error instanceof Error) return error.message
  }
  throw new Error('nothing was thrown')
}

let before = 0
beforeEach(() => {
  before = tf.memory().numTensors
})
afterEach(() => {
  const more = tf.memory().numTensors - before
  if (more !== 0) throw new Error(`${more} tensors more than before`)
})

const gone = (place: string): string =>
  `${place}, the tensor is disposed. If it went through a step with { donate: true }, use what that step returned instead.`

describe.each(Object.entries(runs))('a disposed tensor: one message, and nothing is changed (%s)', (_, mixed) => {
  const places: Readonly<
    Record<string, (p: Params, s: ReturnType<typeof optimizer.init<Params>>, g: object) => unknown>
  > = {
    'params: at dense/kernel': ({ dense }) => dense.kernel,
    'updates: at dense/bias': (_p, _s, g) => (g as { readonly dense: { readonly bias: unknown } }).dense.bias,
    'state.inner.2.0.mu: at dense/kernel': (_p, s) => s.inner[2][0].mu.dense.kernel,
    'state.average: at dense/bias': (_p, s) => s.average.dense.bias,
    'state.inner.0.total: at the root': (_p, s) => s.inner[0].total,
  }
  test.each(Object.entries(places))('%s', (place, at) => {
    for (const donate of [false, true]) {
      const [p, g] = [params(mixed), gradients(mixed)]
      const s = optimizer.init(p)
      const victim = at(p, s, g) as tf.Tensor
      victim.dispose()
      const others = tensorsOf([p, s, g]).filter((tensor) => tensor !== victim)
      const [old, counted] = [numbers(others), tf.memory().numTensors]
      expect(thrown(() => step(optimizer, { donate })(g, s, p))).toBe(gone(place.replace('updates', 'grads')))
      expect(thrown(() => optimizer.update(g, s, p))).toBe(gone(place))
      expect(tf.memory().numTensors).toBe(counted)
      expect(numbers(others)).toEqual(old)
      disposeExcept([p, s, g], [])
    }
  })

  test('at init, in applyUpdates, in valueAndGrad and in minimize', () => {
    const [p, g] = [params(mixed), gradients(mixed)]
    const s = optimizer.init(p)
    p.dense.bias.dispose()
    const all = [
      () => optimizer.init(p),
      () => double.init(p),
      () => applyUpdates(p, g),
      () => valueAndGrad(loss, { mask: { dense: true, n: false } })(p),
      () => minimize(optimizer, loss, { mask: { dense: true, n: false }, donate: true })({ params: p, state: s }),
    ]
    for (const f of all) expect(thrown(f)).toBe(gone('params: at dense/bias'))
    disposeExcept([p, s, g], [])
  })

  test('what a part of a chain returns', () => {
    const careless = plain<Stateless>({
      name: 'careless',
      init: () => ({}),
      update: (updates, state) => {
        const next = mapTree((u) => tf.clone(u))(updates)
        disposeExcept(next, [])
        return [next, state]
      },
    })
    const [p, g] = [params(mixed), gradients(mixed)]
    expect(thrown(() => careless.update(g, careless.init(p), p))).toBe(gone('the updates of careless: at dense/kernel'))
    disposeExcept([p, g], [])
  })

  test('the second use of what a donating step was given', () => {
    const [p, g] = [params(mixed), gradients(mixed)]
    const s = optimizer.init(p)
    const next = step(optimizer, { donate: true })(g, s, p)
    expect(thrown(() => step(optimizer)(g, next.state, p))).toBe(gone('params: at dense/kernel'))
    expect(thrown(() => step(optimizer)(g, s, next.params))).toBe(gone('state.inner.0.total: at the root'))
    disposeExcept([g, next], [])
  })
})

test('a tree that is one tensor: the root', () => {
  const [p, g] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])]
  const adam = adamw({ learningRate: 0.1 })
  const s = adam.init(p)
  s[0].nu.dispose()
  expect(thrown(() => step(adam)(g, s, p))).toBe(gone('state.0.nu: at the root'))
  disposeExcept([p, g, s], [])
})

describe.each(Object.entries(runs))('variables belong to others (%s)', (_, mixed) => {
  const variables = (): Params => {
    const { dense, n } = params(mixed)
    const made = { dense: { kernel: tf.variable(dense.kernel), bias: tf.variable(dense.bias) }, n }
    dense.kernel.dispose()
    dense.bias.dispose()
    return made
  }
  const refused = (place: string) =>
    `${place}, there is a tf.Variable, which a step with { donate: true } would dispose. ` +
    'Leave donate out, or start from clones: keep({ params, state }).'

  test('a donating step refuses them as parameters, and changes nothing', () => {
    const [p, g] = [variables(), gradients(mixed)]
    const s = optimizer.init(p)
    const mask = { dense: true, n: false }
    const [old, counted] = [numbers([p, s, g]), tf.memory().numTensors]
    for (const f of [
      () => step(optimizer, { donate: true })(g, s, p),
      () => minimize(optimizer, loss, { mask, donate: true })({ params: p, state: s }),
    ])
      expect(thrown(f)).toBe(refused('params: at dense/kernel'))
    expect(tf.memory().numTensors).toBe(counted)
    expect(numbers([p, s, g])).toEqual(old)
    disposeExcept([p, s, g], [])
  })

  test('and in the state: a slot for the parameters, one number', () => {
    const [p, g] = [params(mixed), gradients(mixed)]
    const s = optimizer.init(p)
    const places = [
      [['average', 'dense', 'bias'], 'state.average: at dense/bias'],
      [['inner', 0, 'total'], 'state.inner.0.total: at the root'],
    ] as const
    for (const [path, place] of places) {
      const variable = tf.variable(path[0] === 'average' ? p.dense.bias : s.inner[0].total)
      const mixed = treeSet(s as never, path as never, variable as never) as typeof s
      expect(thrown(() => step(optimizer, { donate: true })(g, mixed, p))).toBe(refused(place))
      variable.dispose()
    }
    disposeExcept([p, s, g], [])
  })

  test('one variable alone, hidden by a mask, is refused too', () => {
    const [p, g] = [params(mixed), gradients(mixed)]
    const half = { ...p, dense: { ...p.dense, bias: tf.variable(p.dense.bias) as tf.Tensor } }
    const narrow = masked({ mask: { dense: { kernel: true, bias: false }, n: false } })(whole)
    const s = narrow.init(half)
    expect(thrown(() => step(narrow, { donate: true })(g, s, half))).toBe(refused('params: at dense/bias'))
    disposeExcept([p, half, s, g], [])
  })

  test('without donate they stay, neither disposed nor assigned to', () => {
    const [p, g] = [variables(), gradients(mixed)]
    const s = optimizer.init(p)
    const old = numbers([p, s])
    let now = step(optimizer)(g, s, p)
    for (let i = 0; i < 2; i++) {
      const next = step(optimizer)(g, now.state, now.params)
      disposeExcept(now, [next, p, s])
      now = next
    }
    expect(numbers([p, s])).toEqual(old)
    disposeExcept([p, s, g, now], [])
  })

  test('clones of them are plain tensors, and are taken', () => {
    const [p, g] = [variables(), gradients(mixed)]
    const s = optimizer.init(p)
    const first = keep({ params: p, state: s })
    const old = numbers(p)
    expect(tensorsOf(first).some((tensor) => tensor instanceof tf.Variable)).toBe(false)
    const next = step(optimizer, { donate: true })(g, first.state, first.params)
    expect(numbers(p)).toEqual(old)
    disposeExcept([p, s, g, next], [])
  })

  test('fit takes them: it starts from clones', async () => {
    const p = variables()
    const s = optimizer.init(p)
    const old = numbers([p, s])
    let last = { params: p, state: s }
    for await (const event of fit(optimizer, (q: Params, _x: number) => loss(q), {
      mask: { dense: true, n: false },
    })(last, [1, 2, 3])) {
      last = { params: event.params, state: event.state }
      expect(tensorsOf(last).some((tensor) => tensor instanceof tf.Variable)).toBe(false)
    }
    expect(numbers([p, s])).toEqual(old)
    expect(numbers(last)).not.toEqual(old)
    disposeExcept([p, s, last], [])
  })
})

describe.each(Object.entries(runs))('a slot without a tensor where one is wanted (%s)', (_, mixed) => {
  const hint = (name: string) =>
    'The state was made for a mask that hides this leaf, or for other parameters, and ' +
    `${name} runs on it now: grow it with grown(optimizer)(state, params), make a new one with init(params), or pass null as its update.`
  const trial = equation({
    name: 'trial',
    slots: { trace: zeros, size: { per: 'leaf', start: 0 } },
  })((A) => ({ update, trace, size }) => ({
    update,
    trace: A.add(trace, update),
    size: A.add(size, A.leafSum(update)),
  }))

  test('a wider mask with the old state', () => {
    const [p, g] = [params(mixed), gradients(mixed)]
    const narrow = masked({ mask: { dense: { kernel: true, bias: false }, n: false } })(whole)
    const s = narrow.init(p)
    const old = numbers([p, s])
    for (const donate of [false, true])
      expect(thrown(() => step(optimizer, { donate })(g, s, p))).toBe(
        'state.inner.2.0.mu: at dense/bias, expected a tensor of shape [2] and dtype float32, found null. ' +
          hint('scaleByAdam'),
      )
    expect(numbers([p, s])).toEqual(old)
    disposeExcept([p, g, s], [])
  })

  test('a number for each leaf, and no update where there is none', () => {
    const [p, g] = [params(mixed), gradients(mixed)]
    const s = trial.init(p)
    const hole = { ...s, size: { ...s.size, dense: { ...s.size.dense, bias: null } } } as never as typeof s
    expect(thrown(() => trial.update(g, hole, p))).toBe(
      `state.size: at dense/bias, expected a tensor of one number, found null. ${hint('trial')}`,
    )
    const [updates, next] = trial.update({ ...g, dense: { ...g.dense, bias: null } }, hole, p)
    expect(updates.dense.bias).toBe(null)
    disposeExcept([p, g, s, updates, next], [])
  })

  test('the number of a tree', () => {
    const [p, g] = [params(mixed), gradients(mixed)]
    const s = count.init(p)
    for (const [total, found] of [
      [null, 'null'],
      [undefined, 'nothing'],
    ])
      expect(thrown(() => count.update(g, { total } as never, p))).toBe(
        `state.total: at the root, expected a tensor of one number, found ${found}. Pass the state that this optimizer made.`,
      )
    disposeExcept([p, g, s], [])
  })
})

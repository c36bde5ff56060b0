import * as tf from '@tensorflow/tfjs-core'
import { function as F } from 'fp-ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { averaged } from '../averaging/averaged.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { isCheckpointFailed } from '../checkpoint/CheckpointFailed.js'
import { chain } from '../combinators/chain.js'
import { partition } from '../combinators/partition.js'
import { adam } from '../optimizers/adam.js'
import { adamw } from '../optimizers/adamw.js'
import { amsgrad } from '../optimizers/amsgrad.js'
import { rmsprop } from '../optimizers/rmsprop.js'
import { sgd } from '../optimizers/sgd.js'
import { step } from '../transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../transformation/Transformation.js'
import { addDecayedWeights } from '../transforms/addDecayedWeights.js'
import { scale } from '../transforms/scale.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { encodeForeign, type WrittenTensor } from './encodeForeign.js'
import { importState, type ImportStateRequest } from './importState.js'

let before = 0
beforeEach(() => {
  before = tf.memory().numTensors
})
afterEach(() => {
  // oxlint-disable-next-line vitest/no-standalone-expect -- after each test
  expect(tf.memory().numTensors).toBe(before)
})

const learningRate = 0.5

const floats = (name: string, shape: readonly number[], values: readonly number[]): WrittenTensor => ({
  name,
  dtype: 'F32',
  shape,
  bytes: new Uint8Array(Float32Array.from(values).buffer),
  itemBytes: 4,
})

const long = (name: string, value: bigint): WrittenTensor => ({
  name,
  dtype: 'I64',
  shape: [],
  bytes: new Uint8Array(BigInt64Array.of(value).buffer),
  itemBytes: 8,
})

const group = { betas: [0.9, 0.999], eps: 1e-8, weight_decay: 0, lr: learningRate }

/** A state of PyTorch's Adam for the parameters a and b. */
const torchFile = ({
  steps = [3, 3],
  groups = [group],
  name = 'Adam',
  more = [],
}: {
  readonly steps?: readonly (number | null)[]
  readonly groups?: readonly object[]
  readonly name?: string
  readonly more?: readonly WrittenTensor[]
} = {}): Uint8Array =>
  encodeForeign(
    'a test',
    [
      ...steps.flatMap((step, i) =>
        step === null
          ? []
          : [
              floats(`optimizer.state.${i}.step`, [], [step]),
              floats(`optimizer.state.${i}.exp_avg`, [2], [i + 1, i + 2]),
              floats(`optimizer.state.${i}.exp_avg_sq`, [2], [i + 3, i + 4]),
            ],
      ),
      ...more,
    ],
    { optimizer: JSON.stringify({ class: name, parameters: ['a', 'b'], groups }) },
  )

type Settings = Omit<ImportStateRequest<Opaque, unknown>, 'optimizer' | 'params' | 'from'> & {
  readonly from?: 'torch' | 'optax'
}

/** Imports, and looks at what came of it. */
const imported = async <A>(tx: AnyTransformation, settings: Settings, look: (state: unknown) => A): Promise<A> => {
  const params = { a: tf.tensor1d([5, 6]), b: tf.tensor1d([7, 8]) }
  try {
    const state = await importState({ from: 'torch', ...settings, optimizer: tx as Transformation<Opaque>, params })
    const seen = look(state)
    disposeExcept(state, null)
    return seen
  } finally {
    disposeExcept(params, null)
  }
}

const refused = (tx: AnyTransformation, settings: Settings): Promise<string> =>
  imported(tx, settings, () => 'it was taken').catch((error: unknown) => {
    if (isCheckpointFailed(error)) return error.message
    throw error
  })

const numbers = (tensor: unknown): readonly number[] => [...(tensor as tf.Tensor).dataSync()] // of a state

describe('from torch', () => {
  it('slots and counts come to their places, in the types of the optimizer', async () => {
    const params = { a: tf.tensor1d([5, 6]), b: tf.tensor1d([7, 8]) }
    const optimizer = adam({ learningRate })
    const state = await importState({ from: 'torch', source: torchFile(), optimizer, params })
    expect(state[0].count).toBe(3)
    expect(state[1].count).toBe(3)
    expect(numbers(state[0].mu.b)).toEqual([2, 3])
    expect(numbers(state[0].nu.a)).toEqual([3, 4])
    disposeExcept([state, params], null)
  })

  it('hyperparameters that differ are named, and pass where that was asked for', async () => {
    const tx = adam({ learningRate: 0.1, b1: 0.8, eps: 1e-6 })
    const message = await refused(tx, { source: torchFile() })
    expect(message).toMatch(
      /scaleByAdam\.b1: expected 0\.9, as torch Adam was trained with, found 0\.8; .*hyperparams: 'ignored'/,
    )
    expect(message).toContain('scaleByAdam.eps: expected 1e-8')
    expect(message).not.toContain('learningRate')
    expect(await imported(tx, { source: torchFile(), hyperparams: 'ignored' }, () => 'taken')).toBe('taken')
  })

  it('a weight decay must be there, and on the same side of the moments', async () => {
    const decays = [{ ...group, weight_decay: 0.25 }]
    const before = chain(addDecayedWeights({ weightDecay: 0.25 }), adam({ learningRate }))
    const after = adamw({ learningRate, weightDecay: 0.25 })
    const coupled = { source: torchFile({ groups: decays }) }
    const decoupled = { source: torchFile({ groups: decays, name: 'AdamW' }) }
    expect(await refused(adam({ learningRate }), coupled)).toContain('found no addDecayedWeights in the chain')
    expect(await refused(after, coupled)).toContain(
      'addDecayedWeights: expected it before scaleByAdam, as in torch Adam, found it after that',
    )
    expect(await refused(before, decoupled)).toContain(
      'expected it after scaleByAdam, as in torch AdamW, found it before that',
    )
    expect(await imported(before, coupled, () => 'taken')).toBe('taken')
    expect(await imported(after, decoupled, () => 'taken')).toBe('taken')
    // groups that differ among themselves say nothing of one option
    const two = { source: torchFile({ groups: [group, ...decays] }) }
    expect(await imported(adam({ learningRate }), two, () => 'taken')).toBe('taken')
  })

  it('a rule that is not the same here is refused, with the one that is', async () => {
    const more = [0, 1].map((i) => floats(`optimizer.state.${i}.max_exp_avg_sq`, [2], [1, 2]))
    const message = await refused(amsgrad({ learningRate }), { source: torchFile({ more }) })
    expect(message).toMatch(
      /a\.max_exp_avg_sq: expected one place .* found none among .*scaleByAmsgrad.*scaleByTorchAmsgrad of polyak\/interop for amsgrad; or let it pass: ignore: \['\*\.max_exp_avg_sq'\]/,
    )
    expect(message).toMatch(/a\/0\.nuMax: expected a tensor of shape \[2\].* fresh: \['0\.nuMax'\]/)
    expect(await refused(adam({ learningRate }), { source: torchFile({ more }) })).toContain(
      '[Unexpected] a.max_exp_avg_sq',
    )
    expect(
      await imported(
        adam({ learningRate }),
        { source: torchFile({ more }), ignore: ['*.max_exp_avg_sq'] },
        () => 'taken',
      ),
    ).toBe('taken')
  })

  it('leaves with steps of their own need a count for each leaf', async () => {
    const late = { source: torchFile({ steps: [3, 1] }) }
    expect(await refused(adam({ learningRate }), late)).toMatch(
      /b: expected 3 steps, as other leaves .* found 1 in the state of torch Adam; build the optimizer with count: 'leaf'/,
    )
    const corrections = await imported(adam({ learningRate, count: 'leaf' }), late, (state) => {
      const [{ muCorrection, nuCorrection }] = state as [Record<string, Record<string, tf.Tensor>>] // adam's
      return [muCorrection?.['a'], muCorrection?.['b'], nuCorrection?.['a'], nuCorrection?.['b']].map(
        (x) => numbers(x)[0],
      )
    })
    const wanted = [1 - 0.9 ** 3, 1 - 0.9, 1 - 0.999 ** 3, 1 - 0.999]
    corrections.forEach((x, i) => expect(x).toBeCloseTo(wanted[i] ?? Number.NaN, 6))
  })

  it('an average that was not there begins at the parameters where it is named as fresh', async () => {
    const tx = F.pipe(adam({ learningRate }), withMovingAverage({ decay: 0.9 }))
    expect(await refused(tx, { source: torchFile() })).toContain("fresh: ['ExponentialMovingAverage']")
    const look = (state: unknown) => {
      const found = state as { readonly count: number; readonly inner: readonly { readonly count: number }[] } // the lift's
      return [found.count, found.inner[0]?.count, numbers(averaged(state as { average: { a: tf.Tensor } }).a)] // its average
    }
    expect(await imported(tx, { source: torchFile(), fresh: ['ExponentialMovingAverage'] }, look)).toEqual([
      0,
      3,
      [5, 6],
    ])
    expect(await refused(tx, { source: torchFile(), fresh: ['Average'] })).toContain(
      "fresh: 'Average': expected a slot of the state",
    )
  })

  it.each([
    ['a class that is not known', torchFile({ name: 'Shampoo' }), /found torch Shampoo; begin with a new state/],
    [
      'a file without a record',
      encodeForeign('a test', [], {}),
      /__metadata__\.optimizer: expected JSON \{ class, parameters, groups \}, found nothing/,
    ],
    ['bytes that are no file', Uint8Array.of(1, 2), /\[Corrupt\]/],
    [
      'a shape that differs',
      torchFile({ steps: [null, 3], more: [floats('optimizer.state.0.exp_avg', [3], [1, 2, 3])] }),
      /a\.exp_avg: expected the shape \[2\] of a\/0\.mu, found \[3\]/,
    ],
    [
      'a dtype that cannot be read',
      torchFile({ steps: [null, 3], more: [{ ...floats('optimizer.state.0.exp_avg', [2], [0]), dtype: 'F4' }] }),
      /a\.exp_avg: expected one of the dtypes .* found F4/,
    ],
    [
      'a slot that nothing takes',
      torchFile({ more: [floats('optimizer.state.0.secret', [2], [0, 0])] }),
      /a\.secret: expected one place for the secret of torch Adam/,
    ],
  ])('%s is refused', async (_, source, message) => {
    expect(await refused(adam({ learningRate }), { source })).toMatch(message)
  })

  it('names that have no leaf are refused with the nearest, and patterns that fit none', async () => {
    const message = await refused(adam({ learningRate }), {
      source: torchFile(),
      rename: [
        ['a', 'aa'],
        ['x.*', 'y.*'],
      ],
    })
    expect(message).toContain(
      "a: expected a leaf of this name among the parameters, found none among a, b; rename: [['a', 'a']]",
    )
    expect(message).toContain("rename: 'x.*'")
  })
})

it('two parameters for one leaf are refused: the last would be taken in silence', async () => {
  const source = torchFile()
  expect(await refused(adam({ learningRate }), { source, rename: [['*', 'a']] })).toMatch(
    /b: expected one parameter for a, found a too; rename one of them, or let its state pass: ignore: \['\*b\.\*'\]/,
  )
})

it('groups that differ are compared leaf by leaf', async () => {
  const groups = [
    { ...group, weight_decay: 0.1, params: [0] },
    { ...group, weight_decay: 0, lr: 2, params: [1] },
  ]
  const source = torchFile({ name: 'AdamW', groups })
  expect(await refused(adamw({ learningRate, weightDecay: 0.1 }), { source })).toMatch(
    /addDecayedWeights.weightDecay: expected 0 at b, as that group of torch AdamW was trained with, found 0.1;/,
  )
  expect(await refused(adam({ learningRate }), { source })).toMatch(
    /addDecayedWeights.weightDecay: expected 0.1 at a, .*, found no addDecayedWeights there;/,
  )
  const masked = adamw({ learningRate, weightDecay: 0.1, mask: { a: true, b: false } })
  expect(await imported(masked, { source }, () => 'taken')).toBe('taken')
  const split = partition({
    transforms: { decayed: adamw({ learningRate, weightDecay: 0.1 }), plain: adam({ learningRate: 2 }) },
    paramLabels: { a: 'decayed', b: 'plain' },
  })
  expect(await imported(split, { source }, () => 'taken')).toBe('taken')
  expect(await refused(adamw({ learningRate, weightDecay: 0.1, mask: { a: false, b: true } }), { source })).toMatch(
    /expected 0.1 at a/,
  )
  expect(await imported(adam({ learningRate }), { source, hyperparams: 'ignored' }, () => 'taken')).toBe('taken')
})

it('a dampened momentum asks for the scale that dampens it', async () => {
  const source = encodeForeign(
    'a test',
    ['a', 'b'].map((_, i) => floats(`optimizer.state.${i}.momentum_buffer`, [2], [1, 2])),
    {
      optimizer: JSON.stringify({
        class: 'SGD',
        parameters: ['a', 'b'],
        groups: [{ momentum: 0.5, dampening: 0.25, nesterov: false }],
      }),
    },
  )
  const plain = sgd({ learningRate, momentum: 0.5 })
  expect(await refused(plain, { source })).toMatch(/stepSize: expected 0\.75.*found no scale in the chain/)
  expect(await imported(chain(scale({ stepSize: 0.75 }), plain), { source }, () => 'taken')).toBe('taken')
})

describe('from optax', () => {
  const file = (...more: readonly WrittenTensor[]): Uint8Array =>
    encodeForeign(
      'a test',
      [
        ...['mu', 'nu'].flatMap((slot) => ['a', 'b'].map((name) => floats(`opt_state/0/${slot}/${name}`, [2], [1, 2]))),
        ...more,
      ],
      {},
    )

  it('counters are exact beyond int32, and refused beyond 2⁵³', async () => {
    const source = file(long('opt_state/0/count', 2n ** 40n + 1n))
    const count = await imported(
      adam({ learningRate }),
      { from: 'optax', source },
      (state) => (state as readonly { readonly count: number }[])[0]?.count,
    )
    expect(count).toBe(2 ** 40 + 1)
    const far = file(long('opt_state/0/count', 2n ** 53n))
    expect(await refused(adam({ learningRate }), { from: 'optax', source: far })).toMatch(
      /opt_state\/0\/count: expected a count, one whole number from 0 to 2\^53 - 1, found 9007199254740992/,
    )
  })

  it('what is ignored needs no leaf', async () => {
    const more = ['mu', 'nu'].map((slot) => floats(`opt_state/0/${slot}/gone`, [1], [1]))
    const source = file(long('opt_state/0/count', 3n), ...more)
    const message = await refused(adam({ learningRate }), { from: 'optax', source })
    expect(message).toMatch(/gone: expected a leaf of this name .*ignore: \['\*gone'\]/)
    expect(await imported(adam({ learningRate }), { from: 'optax', source, ignore: ['*gone'] }, () => 'taken')).toBe(
      'taken',
    )
  })

  it('a chain of another structure is refused from both sides', async () => {
    const message = await refused(sgd({ learningRate, momentum: 0.9 }), {
      from: 'optax',
      source: file(long('opt_state/0/count', 3n)),
    })
    expect(message).toContain(
      "[Unexpected] opt_state/0/mu/a: expected a place in this optimizer, found none; build the chain that was trained with there, or let it pass: ignore: ['opt_state/0/mu/a']",
    )
    expect(message).toContain('[Missing] a/0.trace: ')
  })

  it('a count that the file lacks may be given', async () => {
    const counts = await imported(adam({ learningRate }), { from: 'optax', source: file(), count: 9 }, (state) =>
      (state as readonly { readonly count: number }[]).map(({ count }) => count),
    )
    expect(counts).toEqual([9, 9])
    const message = await refused(adam({ learningRate }), { from: 'optax', source: file() })
    expect(message).toContain(
      '0.count: expected the steps that scaleByAdam has taken, found nothing in the file that says it; give them by name: count: 1000',
    )
    expect(message).not.toContain('1.count')
    expect(
      await refused(adam({ learningRate: (count) => 1 / (count + 1) }), { from: 'optax', source: file() }),
    ).toContain('1.count')
  })
})

describe('from tfjs', () => {
  it('only what is chosen is read, one variable for each leaf', async () => {
    const params = { w: tf.tensor1d([1]) }
    const source = ['x/w', 'y/w'].map((owner, i) => ({ name: `${owner}/momentum`, tensor: tf.tensor1d([i]) }))
    const request = { from: 'tfjs', source, optimizer: sgd({ learningRate, momentum: 0.75 }), params } as const
    await expect(importState(request)).rejects.toThrow(
      /y\/w: expected one parameter for w, found x\/w too; .*ignore: \['\*y\/w\/\*'\]/,
    )
    for (const choice of [{ only: ['y/*'] }, { ignore: ['*x/w/*'] }]) {
      const state = await importState({ ...request, ...choice })
      expect(numbers(state[0].trace.w)).toEqual([1])
      disposeExcept(state, null)
    }
    disposeExcept([params, source.map(({ tensor }) => tensor)], null)
  })

  it.each([
    ['momentum', () => tf.train.momentum(0.5, 0.75), sgd({ learningRate: 0.5, momentum: 0.75 })],
    ['adam', () => tf.train.adam(0.5, 0.5, 0.75, 1e-3), adam({ learningRate: 0.5, b1: 0.5, b2: 0.75, eps: 1e-3 })],
    [
      'rmsprop with momentum',
      () => tf.train.rmsprop(0.125, 0.75, 0.5, 1e-3),
      rmsprop({ learningRate: 0.125, decay: 0.75, momentum: 0.5, eps: 1e-3 }),
    ],
  ])('%s goes on as itself', async (name, make, tx) => {
    const theirs = make()
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, -2]), true, `tfjs ${name}/w`))
    const apply = (i: number): void =>
      tf.tidy(() =>
        theirs.applyGradients([{ name: variable.name, tensor: tf.tensor1d([Math.sin(i + 1), Math.cos(i)]) }]),
      )
    for (const i of [0, 1, 2]) apply(i)
    const source = await theirs.getWeights()
    const optimizer = tx as Transformation<Opaque>
    const params: { w: tf.Tensor } = { w: tf.clone(variable) }
    const counted = tf.memory().numTensors
    let now = { params, state: await importState({ from: 'tfjs', source, optimizer, params }) }
    expect(tf.memory().numTensors).toBe(counted + tensorsOf(now.state).length)
    for (const i of [3, 4, 5]) {
      apply(i)
      const grads = { w: tf.tensor1d([Math.sin(i + 1), Math.cos(i)]) }
      const next = step(optimizer)(grads, now.state, now.params)
      disposeExcept([now, grads], next)
      now = next
    }
    const [ours, wanted] = [numbers(now.params.w), numbers(variable)]
    ours.forEach((x, i) => expect(x).toBeCloseTo(wanted[i] ?? Number.NaN, 5))
    disposeExcept(now, null)
    variable.dispose()
    theirs.dispose()
    // what tfjs' own optimizers leave behind
    before = tf.memory().numTensors
  })
})

import * as tf from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { whole } from '../../laws/checks/part.js'
import { averaged } from '../averaging/averaged.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { memoryStore } from '../checkpoint/memoryStore.js'
import { restore } from '../checkpoint/restore.js'
import { save } from '../checkpoint/save.js'
import { applyIfFinite } from '../combinators/applyIfFinite.js'
import { byPattern } from '../combinators/byPattern.js'
import { cautious } from '../combinators/cautious.js'
import { masked } from '../combinators/masked.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { partition } from '../combinators/partition.js'
import { hide } from '../combinators/transformations.js'
import { eager } from '../engine/eager.js'
import { run } from '../engine/run.js'
import type { Schedule } from '../scalars/Schedule.js'
import { applyUpdates } from '../transformation/applyUpdates.js'
import { step } from '../transformation/step.js'
import { turnsDownhill } from '../transformation/turnsDownhill.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { setToZero } from '../transforms/setToZero.js'
import type { LossValue } from '../transforms/scaleByPolyak.js'
import type { Curvature } from '../transforms/scaleBySophia.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import type { Tree } from '../tree/Tree.js'
import { treeOnesLike } from '../tensors/treeOnesLike.js'
import * as optimizers from './index.js'

type Any = Transformation<Opaque, Needs>

/** What a step is handed: each optimizer takes what it needs. */
type Needs = LossValue & Curvature

/** A row: the optimizer by learning rate, rates that suit the quadratic and Rosenbrock's valley, and whether schedules
 *  make sense. */
interface Row {
  readonly make: (learningRate: number) => Any
  readonly scheduled?: (learningRate: Schedule) => Any
  readonly quadratic: number
  readonly valley: number
}

type Rated = (given: { readonly learningRate: number | Schedule }) => Any

const row = (make: Rated, quadratic: number, valley: number): Row => ({
  make: (learningRate) => make({ learningRate }),
  scheduled: (learningRate) => make({ learningRate }),
  quadratic,
  valley,
})

const rows: Readonly<Record<string, Row>> = {
  acprop: row((o) => hide(optimizers.acprop({ ...o, epsRoot: 1e-3 })), 0.1, 0.03),
  adabelief: row((o) => hide(optimizers.adabelief(o)), 0.3, 0.03),
  adadelta: row((o) => hide(optimizers.adadelta({ ...o, eps: 1e-2 })), 1, 0.03),
  adafactor: row((o) => hide(optimizers.adafactor(o)), 0.1, 0.03),
  adagrad: row((o) => hide(optimizers.adagrad(o)), 1, 0.3),
  adam: row((o) => hide(optimizers.adam(o)), 0.3, 0.03),
  adamax: row((o) => hide(optimizers.adamax(o)), 0.3, 0.03),
  adamaxw: row((o) => hide(optimizers.adamaxw(o)), 0.3, 0.03),
  adamw: row((o) => hide(optimizers.adamw(o)), 0.3, 0.03),
  adan: row((o) => hide(optimizers.adan({ ...o, b1: 0.9 })), 0.3, 0.03),
  ademamix: row((o) => hide(optimizers.ademamix({ ...o, b3: 0.99 })), 0.1, 0.01),
  adopt: row((o) => hide(optimizers.adopt({ ...o, b2: 0.99 })), 0.3, 0.03),
  amsgrad: row((o) => hide(optimizers.amsgrad(o)), 0.3, 0.1),
  cocob: row((o) => hide(optimizers.cocob({ ...o, alpha: 10 })), 1, 1),
  dadaptAdamw: row((o) => hide(optimizers.dadaptAdamw({ ...o, estimLr0: 1e-2 })), 1, 0.1),
  dog: row((o) => hide(optimizers.dog({ ...o, initStep: ['distance', 0.1] })), 1, 1),
  dowg: row((o) => hide(optimizers.dowg({ ...o, initEstimSqDist: 1e-2 })), 1, 1),
  dpsgd: row((o) => hide(optimizers.dpsgd({ ...o, l2NormClip: 1, noiseMultiplier: 1e-4, batchSize: 1 })), 0.3, 0.001),
  fromage: row((o) => hide(optimizers.fromage(o)), 0.1, 0.03),
  galore: row((o) => hide(optimizers.galore({ ...o, rank: 2 })), 0.3, 0.03),
  lamb: row((o) => hide(optimizers.lamb(o)), 0.1, 0.03),
  lars: row((o) => hide(optimizers.lars({ ...o, trustCoefficient: 0.1 })), 0.3, 0.03),
  lbfgs: row((o) => hide(optimizers.lbfgs({ ...o, linesearch: 'none' })), 1, 0.3),
  lion: row((o) => hide(optimizers.lion(o)), 0.1, 0.003),
  madgrad: row((o) => hide(optimizers.madgrad(o)), 0.3, 0.03),
  momo: row((o) => hide(optimizers.momo(o)), 1, 0.01),
  momoAdam: row((o) => hide(optimizers.momoAdam(o)), 0.3, 0.03),
  muon: row((o) => hide(optimizers.muon(o)), 0.3, 0.03),
  nadam: row((o) => hide(optimizers.nadam(o)), 0.3, 0.03),
  nadamw: row((o) => hide(optimizers.nadamw(o)), 0.3, 0.03),
  noisySgd: row((o) => hide(optimizers.noisySgd({ ...o, eta: 1e-4 })), 0.3, 0.001),
  novograd: row((o) => hide(optimizers.novograd(o)), 0.1, 0.003),
  optimisticAdam: row((o) => hide(optimizers.optimisticAdam(o)), 0.1, 0.01),
  optimisticAdamV2: row((o) => hide(optimizers.optimisticAdamV2(o)), 0.1, 0.01),
  optimisticGradientDescent: row((o) => hide(optimizers.optimisticGradientDescent(o)), 0.2, 0.001),
  polyakSgd: { make: () => optimizersPolyak(1), scheduled: optimizersPolyak, quadratic: 1, valley: 1 },
  prodigy: row((o) => hide(optimizers.prodigy({ ...o, estimLr0: 1e-2 })), 1, 0.1),
  radam: row((o) => hide(optimizers.radam(o)), 0.3, 0.03),
  rmsprop: row((o) => hide(optimizers.rmsprop(o)), 0.05, 0.003),
  'rmsprop, centered': row(
    (o) => hide(optimizers.rmsprop({ ...o, centered: true, momentum: 0.5, eps: 1e-2 })),
    0.05,
    0.003,
  ),
  rprop: { make: (learningRate) => hide(optimizers.rprop({ learningRate })), quadratic: 0.1, valley: 0.01 },
  sgd: row((o) => hide(optimizers.sgd(o)), 0.3, 0.001),
  'sgd, nesterov': row((o) => hide(optimizers.sgd({ ...o, momentum: 0.9, nesterov: true })), 0.1, 0.001),
  signSgd: row((o) => hide(optimizers.signSgd(o)), 0.1, 0.003),
  signum: row((o) => hide(optimizers.signum(o)), 0.05, 0.003),
  simplifiedAdemamix: row((o) => hide(optimizers.simplifiedAdemamix({ ...o, b1: 0.9, alpha: 1 })), 0.03, 0.003),
  sm3: row((o) => hide(optimizers.sm3({ ...o, momentum: 0.5 })), 0.5, 0.3),
  sophia: row((o) => hide(optimizers.sophia({ ...o, updateInterval: 2, gamma: 1 })), 0.1, 0.003),
  adabound: row((o) => hide(optimizers.adabound({ ...o, gamma: 1e-5 })), 0.3, 0.03),
  laprop: row((o) => hide(optimizers.laprop(o)), 0.3, 0.03),
  mars: row((o) => hide(optimizers.mars(o)), 0.3, 0.03),
  stableAdamw: row((o) => hide(optimizers.stableAdamw({ ...o, weightDecay: 0 })), 0.3, 0.03),
  tiger: row((o) => hide(optimizers.tiger({ ...o, beta: 0.9, weightDecay: 0 })), 0.06, 0.003),
  soap: row((o) => hide(optimizers.soap({ ...o, preconditionFrequency: 2, weightDecay: 0 })), 0.3, 0.03),
  kron: row((o) => hide(optimizers.kron(o)), 0.1, 0.01),
  shampoo: row((o) => hide(optimizers.shampoo({ ...o, b2: 0.99, preconditionFrequency: 2 })), 0.3, 0.03),
  dion: row((o) => hide(optimizers.dion(o)), 0.3, 0.03),
  dion2: row((o) => hide(optimizers.dion2(o)), 0.3, 0.03),
  adamuon: row((o) => hide(optimizers.adamuon(o)), 0.3, 0.03),
  adamp: row((o) => hide(optimizers.adamp(o)), 0.3, 0.03),
  sgdp: row((o) => hide(optimizers.sgdp({ ...o, momentum: 0.9 })), 0.1, 0.001),
  adamMini: row((o) => hide(optimizers.adamMini(o)), 0.3, 0.03),
  normuon: row((o) => hide(optimizers.normuon(o)), 0.3, 0.03),
  yogi: row((o) => hide(optimizers.yogi(o)), 0.3, 0.03),
}

function optimizersPolyak(scaling: number | Schedule): Any {
  return hide(optimizers.polyakSgd({ scaling }))
}

const named = Object.entries(rows).map(([name, made]) => ({ name, ...made }))

test('every optimizer has a row', () => {
  expect([...new Set(Object.keys(rows).map((name) => name.split(',')[0]))].toSorted()).toEqual(
    Object.keys(optimizers).toSorted(),
  )
})

/** A frozen tree with a matrix, a vector, a number and nothing. */
const net = (k: readonly number[], b: readonly number[], t: number) =>
  Object.freeze({
    dense: Object.freeze({ kernel: tf.tensor2d([...k], [3, 2]), bias: tf.tensor1d([...b]) }),
    temperature: tf.scalar(t),
    absent: null,
  })

type Net = ReturnType<typeof net>

const start = (): Net => net([1, -2, 0.5, 3, -0.25, 0.75], [0.1, -0.3], 1.5)
const gradients = (): readonly [Net, Net, Net] => [
  net([0.5, -1.5, 0, 2, 0.3, -0.1], [0.3, -0.2], 0.7),
  net([-0.25, 0.75, 1, 0.5, 0.2, 0.6], [0.1, 0.4], -0.4),
  net([0.1, 0.2, -0.6, -1, 0.9, 0.05], [-0.05, 0.25], 0.2),
]

/** The curvature of a bowl, for whoever asks. */
const curvature = (params: Tree) => treeOnesLike(params)

const value: Needs = { value: 2, curvature }

const numbersIn = (tree: unknown): readonly number[] => tensorsOf(tree).flatMap((x) => [...x.dataSync()])

/** A value with its tensors replaced by their shapes. */
const shapesIn = (tree: unknown): unknown =>
  JSON.parse(
    JSON.stringify(tree, (key, x: unknown) =>
      key === '' || !(x instanceof tf.Tensor)
        ? typeof x === 'number' && key !== 'shape'
          ? 'number'
          : x
        : x.shape.map((n: number) => `${n}`).join('×'),
    ),
  )

/** A value with its tensors replaced by their numbers. */
const shown = (tree: unknown): unknown =>
  JSON.parse(JSON.stringify(tree, (_, x: unknown) => (x instanceof tf.Tensor ? [...x.dataSync()] : x)))

const ofScale = (found: readonly number[], wanted: readonly number[]): number =>
  wanted.reduce((most, x, i) => Math.max(most, Math.abs(x - (found[i] ?? Number.NaN))), 0) /
  wanted.reduce((most, x) => Math.max(most, Math.abs(x)), Number.MIN_VALUE)

/** All tensors that a test makes are disposed behind it; that steps leave nothing behind is tested by itself. */
beforeEach(() => {
  tf.engine().startScope()
})
afterEach(() => {
  tf.engine().endScope()
})

const train = (tx: Any, params: Net, grads: readonly Net[]): { readonly params: Net; readonly state: unknown } => {
  let now = { params, state: tx.init(params) }
  for (const g of grads) now = step(tx)(g, now.state, now.params, value)
  return now
}

/** What ran, as one table: printed once, by the cpu's run. */
// oxlint-disable-next-line eslint/no-empty-pattern -- vitest reads off this pattern that no fixture is wanted
afterAll(({}, { tasks }) => {
  if (backendName !== 'cpu') return
  const suites = tasks.filter((task) => task.type === 'suite')
  const checks = [...new Set(suites.flatMap((suite) => suite.tasks.map(({ name }) => name)))]
  const marks = { pass: 'x', fail: 'FAILS' } as const
  const rowOf = (suite: (typeof suites)[number]): string =>
    `${suite.name.padEnd(26)}${checks
      .map((check) => {
        const state = suite.tasks.find(({ name }) => name === check)?.result?.state
        return (state === 'pass' || state === 'fail' ? marks[state] : '-').padStart(4)
      })
      .join('')}`
  process.stdout.write(
    [
      'optimizers by checks (x held, - does not apply or ran elsewhere)',
      ...checks.map((check, i) => `${String(i + 1).padStart(28 + i * 4)}  ${check}`),
      ...suites.map(rowOf),
      '',
    ].join('\n'),
  )
})

describe.each(named)('$name', ({ name, make, scheduled, quadratic, valley }) => {
  const tx = make(0.1)

  test('keeps tree, shapes and the structure of its state; changes nothing that it is given; leaves nothing behind', () => {
    const [params, [g, h]] = [start(), gradients()]
    const given = numbersIn([params, g, h])
    const state = tx.init(params)
    const before = tf.memory().numTensors
    const [updates, next] = tx.update(g, state, params, value)
    const known = new Set(tensorsOf([params, g, h, state]))
    expect(tf.memory().numTensors - before).toBe(tensorsOf([updates, next]).filter((x) => !known.has(x)).length)
    const [again, same] = tx.update(g, state, params, value)
    expect(shapesIn(updates)).toEqual(shapesIn(params))
    expect(shapesIn(next)).toEqual(shapesIn(state))
    expect(numbersIn([updates, next]).every(Number.isFinite)).toBe(true)
    expect(numbersIn([again, same])).toEqual(numbersIn([updates, next]))
    const then = tf.memory().numTensors
    const later = step(tx)(h, next, params, value)
    for (const x of tensorsOf([updates, next])) known.add(x)
    expect(tf.memory().numTensors - then).toBe(tensorsOf(later).filter((x) => !known.has(x)).length)
    const [moved] = tx.update(h, next, params, value)
    expect(ofScale(numbersIn(later.params), numbersIn(applyUpdates(params, moved)))).toBeLessThan(1e-6)
    expect(numbersIn([params, g, h])).toEqual(given)
  })

  test('a leaf without a gradient stays where it is', () => {
    const params = start()
    const state = tx.init(params)
    const [g] = gradients()
    const next = step(tx)({ ...g, temperature: null }, state, params, value)
    expect(next.params.temperature).toBe(params.temperature)
    expect(numbersIn(next).every(Number.isFinite)).toBe(true)
    expect(shapesIn(next.state)).toEqual(shapesIn(state))
  })

  test('a step without any gradient is one over a leaf without elements: counts go on, the rest rests', () => {
    const hollow = (net: Net): Net => ({ ...net, absent: tf.zeros([0]) }) as unknown as Net // another shape of tree
    const now = train(tx, hollow(start()), gradients().map(hollow))
    const none = { dense: { kernel: null, bias: null }, temperature: null, absent: null }
    const before = tf.memory().numTensors
    const next = step(tx)(none, now.state, now.params, value)
    const known = new Set(tensorsOf(now))
    expect(tf.memory().numTensors - before).toBe(tensorsOf(next).filter((x) => !known.has(x)).length)
    expect(tensorsOf(next.params)).toEqual(tensorsOf(now.params))
    const over = step(tx)(hollow(none as unknown as Net), now.state, now.params, value)
    expect(shown(next.state)).toEqual(shown(over.state))
    expect(tensorsOf(next.state).filter((x) => x.size > 1 && !known.has(x))).toEqual([])
  })

  test('is known to point downhill: what cautious keeps of it opposes the gradient', () => {
    const [params, grads] = [start(), gradients()]
    const wary = cautious()(tx)
    expect(turnsDownhill(wary.anatomy.description)).toBe(true)
    let now = { params, state: wary.init(params) }
    let moved = 0
    for (const g of grads) {
      const [updates, state] = wary.update(g, now.state, now.params, value)
      const given = numbersIn(g)
      numbersIn(updates).forEach((u, i) => {
        expect(u * (given[i] ?? Number.NaN)).toBeLessThanOrEqual(0)
        if (u !== 0) moved += 1
      })
      now = { params: applyUpdates(now.params, updates), state }
    }
    expect(moved).toBeGreaterThan(0)
  })

  test('fused is eager', () => {
    const params = start()
    const state = tx.init(params)
    let slow: readonly [tree: unknown, state: unknown] = [params, state]
    let fast = { params, state }
    for (const g of gradients()) {
      const occasion = { updates: g, params: slow[0], extra: value }
      slow = run(
        {
          executor: eager,
          mode: 'step',
          donate: false,
          add: (p, u) => tf.add(p, u),
          release: (x) => x.dispose(),
          copied: (x) => tf.clone(x),
        },
        tx.anatomy.plan(slow[1], occasion),
        occasion,
        slow[1],
      )
      fast = step(tx)(g, fast.state, fast.params, value)
    }
    expect(ofScale(numbersIn(fast), numbersIn({ params: slow[0], state: slow[1] }))).toBeLessThan(2e-6)
  })

  test.runIf(scheduled !== undefined)('accepts a schedule', () => {
    const constant = scheduled?.(() => 0.1) ?? tx
    const [params, grads] = [start(), gradients()]
    const number = scheduled === optimizersPolyak ? optimizersPolyak(0.1) : tx
    expect(numbersIn(train(constant, params, grads).params)).toEqual(numbersIn(train(number, params, grads).params))
    const seen: number[] = []
    train(
      scheduled?.((count) => {
        seen.push(count)
        return 0.1 / (1 + count)
      }) ?? tx,
      params,
      grads,
    )
    expect([...new Set(seen)]).toEqual([0, 1, 2])
  })

  test('masked, it works on what it sees as if there were nothing else', () => {
    const [params, grads] = [start(), gradients()]
    const part = masked({ mask: { dense: true, temperature: false, absent: false }, otherwise: 'zero' })(tx)
    const whole = train(hide(part), params, grads)
    expect(whole.params.temperature).toBe(params.temperature)
    const alone = (tree: Net): Net => ({ ...tree, temperature: null }) as unknown as Net // nothing is there to be seen
    const only = train(tx, alone(params), grads.map(alone))
    expect(ofScale(numbersIn(whole.params.dense), numbersIn(only.params.dense))).toBeLessThan(1e-6)
  })

  test('carries a moving average, and rests in multiSteps', () => {
    const [params, grads] = [start(), gradients()]
    const carrying = withMovingAverage({ decay: 0.75 })(tx)
    const now = step(carrying)(grads[0], carrying.init(params), params, value)
    const plain = step(tx)(grads[0], tx.init(params), params, value)
    expect(ofScale(numbersIn(now.params), numbersIn(plain.params))).toBeLessThan(1e-6)
    const halfway = numbersIn(params).map((x, i) => 0.75 * x + 0.25 * (numbersIn(plain.params)[i] ?? 0))
    expect(ofScale(numbersIn(averaged(now.state)), halfway)).toBeLessThan(1e-6)
    const slow = hide(multiSteps({ everyKSchedule: 2 })(tx))
    expect(numbersIn(train(slow, params, grads.slice(0, 1)).params)).toEqual(numbersIn(params))
    const twice = train(slow, params, [grads[0], grads[0]])
    expect(ofScale(numbersIn(twice.params), numbersIn(plain.params))).toBeLessThan(1e-6)
  })

  test('in a group of a partition it works as if there were nothing else', () => {
    const [params, grads] = [start(), gradients()]
    const groups = partition({
      transforms: { own: tx, still: setToZero() },
      paramLabels: byPattern({ own: 'dense/**' }, 'still'),
    })
    const whole = train(hide(groups), params, grads)
    expect(numbersIn(whole.params.temperature)).toEqual(numbersIn(params.temperature))
    const alone = (tree: Net): Net => ({ ...tree, temperature: null }) as unknown as Net // nothing is there to be seen
    const only = train(tx, alone(params), grads.map(alone))
    expect(ofScale(numbersIn(whole.params.dense), numbersIn(only.params.dense))).toBeLessThan(1e-6)
  })

  test('in applyIfFinite a step that is not finite changes nothing, and the next goes on', () => {
    const [params, [g, h]] = [start(), gradients()]
    const careful = hide(applyIfFinite({ maxConsecutiveErrors: 5 })(tx))
    const once = train(careful, params, [g])
    const broken = { ...h, temperature: tf.scalar(Number.NaN) }
    const still = step(careful)(broken, once.state, once.params, value)
    expect(numbersIn(still.params)).toEqual(numbersIn(once.params))
    const on = step(careful)(h, still.state, still.params, value)
    expect(ofScale(numbersIn(on.params), numbersIn(train(tx, params, [g, h]).params))).toBeLessThan(1e-6)
  })

  test('saved and restored it is the same bit for bit, and goes on as if unbroken', async () => {
    const [params, [g, h, k]] = [start(), gradients()]
    const there = train(tx, params, [g, h])
    const file = { store: memoryStore(), name: 'now', optimizer: tx as Transformation<Opaque> }
    await save({ ...file, ...there })
    const back = await restore({ ...file, like: { params, state: tx.init(params) } })
    expect(numbersIn([back.params, back.state])).toEqual(numbersIn([there.params, there.state]))
    const on = step(tx)(k, back.state, back.params, value)
    expect(numbersIn(on)).toEqual(numbersIn(step(tx)(k, there.state, there.params, value)))
  })

  test('comes down a quadratic', () => {
    const target = tf.tensor1d([0.5, 0.5, -0.5, 1])
    const slope = tf.tensor1d([1, 2, 0.5, 1.5])
    const bowl = make(quadratic)
    const lossAt = (x: tf.Tensor): number =>
      tf.tidy(() => tf.mul(0.5, tf.sum(tf.mul(slope, tf.square(tf.sub(x, target))))).dataSync()[0] ?? Number.NaN)
    const params = { x: tf.tensor1d([2, -1, 1.5, -2]) }
    let now = { params, state: bowl.init(params) }
    for (let i = 0; i < 60; i++) {
      const grads = { x: tf.tidy(() => tf.mul(slope, tf.sub(now.params.x, target))) as tf.Tensor1D }
      now = step(bowl)(grads, now.state, now.params, {
        value: quadratic === 1 || name.startsWith('momo') ? lossAt(now.params.x) : 0, // who needs it
        curvature,
      })
    }
    expect(lossAt(now.params.x)).toBeLessThan(0.05 * lossAt(params.x))
  })

  // The same arithmetic on both; by default wasm walks it for the third of the optimizers that it takes.
  test.runIf(backendName === (whole ? 'cpu' : 'wasm'))('finds its way in Rosenbrock’s valley', () => {
    const lossAt = ([x = 0, y = 0]: ArrayLike<number> & Iterable<number>): number =>
      (1 - x) ** 2 + 100 * (y - x * x) ** 2
    // Warmed up, because some begin with bare gradients; then down to 0, because some always take steps of one size.
    const tx =
      scheduled === undefined || scheduled === optimizersPolyak
        ? make(valley)
        : scheduled((n) => valley * Math.min(1, (n / 10) ** 4) * (1 - n / 800))
    const params = { x: tf.tensor1d([0.2, 0.5]) }
    let now = { params, state: tx.init(params) }
    for (let i = 0; i < 800; i++) {
      const [x = 0, y = 0] = now.params.x.dataSync()
      const grads = { x: tf.tensor1d([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]) }
      now = step(tx)(grads, now.state, now.params, { value: lossAt([x, y]), curvature })
    }
    expect(lossAt(now.params.x.dataSync())).toBeLessThan(0.01 * lossAt(params.x.dataSync()))
  })
})

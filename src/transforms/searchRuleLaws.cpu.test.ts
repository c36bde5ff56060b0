import { sizeOf } from '../tree/sizeOf.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { type Training, trainings } from '../../laws/arbitraries/training.js'
import { leavesAt } from '../../laws/averaging/Subject.js'
import { whole } from '../../laws/checks/part.js'
import { norm, scaled, sum } from '../../laws/checks/plainRules.js'
import { isNumbers, mapNumbers, type Numbers, numbersIn, type TreeSpec } from '../../laws/Numbers.js'
import type { Suite } from '../../laws/Suite.js'
import { followsWholeRule, type Values, type WholeRule } from '../../laws/transformation/followsWholeRule.js'
import { describeLaws } from '../../laws/vitest.js'
import { averagePerElementUpdates } from '../microbatching/averagePerElementUpdates.js'
import { seedOf } from '../scalars/seedOf.js'
import { treeVdot } from '../tensors/treeVdot.js'
import { mapTree } from '../tree/mapTree.js'
import type { Tree } from '../tree/Tree.js'
import * as transforms from './index.js'

// What looks back, ahead, or at single examples, written a second time, in plain double.

type Vector = readonly number[]
const dot = (a: Vector, b: Vector): number => sum(a.map((x, i) => x * (b[i] ?? Number.NaN)))
const plus = (a: Vector, c: number, b: Vector): Vector => a.map((x, i) => (c === 0 ? x : x + c * (b[i] ?? Number.NaN)))
const flat = (leaves: readonly (Numbers | undefined)[]): Vector => leaves.flatMap((leaf) => leaf?.values ?? [])
/** All elements; for those of leaves without an update, what was known before. */
const known = (params: readonly Numbers[], updates: readonly (Numbers | undefined)[], now: Vector, before?: Vector) => {
  const has = params.flatMap(({ values }, i) => values.map(() => updates[i] !== undefined))
  return now.map((x, k) => (has[k] === true ? x : (before?.[k] ?? x)))
}
const cut = (params: readonly Numbers[], updates: readonly (Numbers | undefined)[], all: Vector) => {
  let at = 0
  return params.map(({ values }, i) => {
    const own = values.map(() => all[at++] ?? Number.NaN)
    return updates[i] === undefined ? undefined : own
  })
}

interface Pair {
  readonly s: Vector
  readonly y: Vector
}
interface Memory {
  readonly count: number
  readonly pairs: readonly (Pair | null)[]
  readonly p: Vector
  readonly g: Vector
}
const lbfgs = (size: number, scales: boolean, curvature: 'checked' | 'optax'): WholeRule<Memory | null> => ({
  init: () => null,
  // those alone: vectors lie in the order of paths
  state: (kept) => ({
    count: kept?.count ?? 0,
    weightsMemory: Array.from({ length: size }, (_, i) => {
      const pair = kept?.pairs.at(i - size) ?? null // undefined where there are fewer
      return [pair === null ? 0 : 1 / dot(pair.y, pair.s)]
    }),
  }),
  next: (updates, kept, { params }) => {
    // a step without any gradient
    if (flat(updates).length === 0)
      return [updates.map(() => undefined), kept === null ? null : { ...kept, count: kept.count + 1 }]
    const g = params.flatMap(({ values }, i) => updates[i]?.values ?? values.map(() => 0))
    // without a gradient a leaf rests, and so does what is known of it
    const [p, slope] = [known(params, updates, flat(params), kept?.p), known(params, updates, g, kept?.g)]
    const now = kept === null ? null : { s: plus(p, -1, kept.p), y: plus(slope, -1, kept.g) }
    const pairs = now === null ? [] : remembered(kept?.pairs ?? [], now, size, curvature)
    // one that tells nothing gives a scale in optax
    const newest = curvature === 'checked' ? (pairs.at(-1) ?? null) : now
    const first = curvature === 'checked' ? 1 / Math.max(1, norm(g)) : Math.min(1, 1 / norm(g))
    const shown = newest === null ? first : norm(newest.y) === 0 ? 1 : dot(newest.y, newest.s) / dot(newest.y, newest.y)
    const gamma = scales ? shown : 1
    // the matrix itself, a pair at a time: H ← (1 − ρ·s·yᵀ)·H·(1 − ρ·y·sᵀ) + ρ·s·sᵀ
    const product = pairs.reduce<(v: Vector) => Vector>(
      (before, pair) => {
        if (pair === null) return before
        const rho = 1 / dot(pair.y, pair.s)
        return (v) => {
          const along = rho * dot(pair.s, v)
          const inner = before(plus(v, -along, pair.y))
          return plus(inner, along - rho * dot(pair.y, inner), pair.s)
        }
      },
      (v) => v.map((x) => gamma * x),
    )
    const direction = product(g)
    const uphill = curvature === 'optax' || dot(direction, g) > 0
    const u = uphill ? direction : g.map((x) => x / Math.max(1, norm(g)))
    return [cut(params, updates, u), { count: (kept?.count ?? 0) + 1, pairs, p, g: slope }]
  },
})
const remembered = (old: Memory['pairs'], { s, y }: Pair, size: number, curvature: 'checked' | 'optax') => {
  if (curvature === 'optax') return [...old, dot(y, s) === 0 ? null : { s, y }].slice(-size)
  const tells = dot(y, s) > 2 ** -20 * norm(s) * norm(y) && dot(y, s) >= 2 ** -126
  return tells ? [...old, { s, y }].slice(-size) : old.slice(1)
}

/** Whether no pair of a training is nearly orthogonal: what is left of its product then is mostly rounding, and the memory
 *  divides by it. */
const conditioned =
  (rule: WholeRule<Memory | null>) =>
  ({ params, grads }: Training): boolean => {
    let [now, kept] = [numbersIn(params), rule.init(numbersIn(params))]
    return grads.every((spec, count) => {
      const seen = leavesAt(params, spec).map((one) => (isNumbers(one) ? one : undefined))
      const [updates, next] = rule.next(seen, kept, { params: now, count, extra: {} })
      now = now.map((leaf, i) => ({ ...leaf, values: leaf.values.map((x, j) => x + (updates[i]?.[j] ?? 0)) }))
      kept = next
      return (next?.pairs ?? []).every(
        (pair) => pair === null || Math.abs(dot(pair.s, pair.y)) > 2 ** -6 * norm(pair.s) * norm(pair.y),
      )
    })
  }

const without = (what: 'part' | 'none') => (g: TreeSpec) => {
  let met = 0
  return mapNumbers((leaf) => (what === 'none' || met++ === 0 ? null : leaf))(g)
}
const vectors = fc
  .tuple(
    trainings({
      shapes: [[3], [2, 2], []],
      missing: false,
      nulls: false,
      minSteps: 2,
      maxSteps: 5,
      // no step stands across the change of its gradient, where a rounding would decide
      values: fc.constantFrom(1.13, -0.57, 2.39, -3.01, 1.71),
    }),
    fc.integer({ min: 0, max: 5 }),
    fc.constantFrom('again' as const, 'part' as const, 'none' as const),
  )
  // now and then a gradient like the one before, or none, or none at the first leaf
  .map(([{ params, grads }, at, what]) => ({
    params,
    grads: grads.flatMap((g, t) => (t === at ? [what === 'again' ? (grads[t - 1] ?? g) : without(what)(g), g] : [g])),
  }))
/** Six steps up a bowl turned over, where every pair tells of curvature; but one gradient comes again, and tells nothing. */
const upwards = (rule: WholeRule<Memory | null>): fc.Arbitrary<Training> => {
  const three = (...some: readonly number[]) => fc.tuple(...[0, 1, 2].map(() => fc.constantFrom(...some)))
  const leaf = (values: Vector): Numbers => ({ shape: [values.length], values: values.map(Math.fround) })
  return fc
    .tuple(three(0.5, 1.25, 2, 3), three(1.13, -0.57, 2.39), fc.integer({ min: 1, max: 6 }))
    .map(([steepness, start, again]) => {
      const grads: Numbers[] = []
      let [p, kept] = [start as Vector, rule.init([leaf(start)])]
      for (let t = 0; t < 6; t++) {
        const g = grads[t - 1]
        const next = t === again && g !== undefined ? g : leaf(p.map((x, i) => x * (steepness[i] ?? 1)))
        grads.push(next)
        const [[u = []], then] = rule.next([next], kept, { params: [leaf(p)], count: t, extra: {} })
        kept = then
        p = plus(p, 1, u)
      }
      return { params: { w: leaf(start) }, grads: grads.map((w) => ({ w })) }
    })
}
/** A leaf without a gradient for a while. */
const resting: fc.Arbitrary<Training> = fc
  .tuple(
    fc.array(fc.constantFrom(1.13, -0.57, 2.39, -3.01, 1.71), { minLength: 15, maxLength: 15 }),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([values, at]) => {
    const both = (t: number) => ({
      a: { shape: [2], values: values.slice(3 * t, 3 * t + 2) },
      b: { shape: [], values: values.slice(3 * t + 2, 3 * t + 3) },
    })
    return { params: both(4), grads: [0, 1, 2, 3].map((t) => ({ ...both(t), ...(t === at ? { a: null } : {}) })) }
  })
/** Two steps: the second pair of numbers tells of curvature, or just not. */
const narrowly = (first: Vector, second: Vector): Training => ({
  params: { w: { shape: [2], values: [0, 0] } },
  grads: [first, second].map((values) => ({ w: { shape: [2], values: [...values] } })),
})
const doubtful: readonly Training[] = [
  // nearly across the step, by the angle alone
  ...[0.75, 1, 1.25].map((c) => narrowly([1, 0], [1 + c * 2 ** -18, 4])),
  // so short that the product is no normal number
  ...[0.75, 1].map((c) => narrowly([2 ** -64, 0], [2 ** -64 + c * 2 ** -62, 0])),
]

/** Half of the sum of squares, whose gradient is the parameters: exact for sixteenths. */
const bowl = (params: Tree): tf.Scalar => tf.tidy(() => tf.mul(0.5, treeVdot(params, params)))
const searching = {
  couples: true,
  cases: trainings({ values: fc.integer({ min: -32, max: 32 }).map((k) => k / 16), missing: false, maxSteps: 4 }),
  extra: (_: Tree, params: Tree) => ({
    value: tf.tidy(() => bowl(params).dataSync()[0] ?? Number.NaN),
    grad: params,
    valueFn: bowl,
  }),
}

interface Backtracking {
  readonly maxBacktrackingSteps: number
  readonly slopeRtol: number
  readonly decreaseFactor: number
  readonly increaseFactor: number
  readonly maxLearningRate: number
  readonly atol: number
  readonly rtol: number
}
/** One number that grows: however small the rate, rounding takes the loss nowhere down. Then one that falls, which shows
 *  where the next search begins. */
const one = (sign: number) =>
  fc.integer({ min: 1, max: 32 }).map((k) => ({ w: { shape: [], values: [(sign * k) / 16] } }))
const uphill = fc.record(
  { params: one(1), grads: fc.tuple(one(1), one(-1), one(1), one(-1)) },
  { noNullPrototype: true },
)
const steep = fc.integer({ min: 1, max: 32 }).map((k) => {
  const w = (by: number) => ({ w: { shape: [], values: [(by * k) / 16] } })
  return { params: w(1), grads: [w(-(2 ** 50)), w(-(2 ** 50))] }
})
interface Searched {
  readonly rate: number
  readonly value: number
  readonly tries: number
  readonly missed: number
}
const unsearched: Searched = { rate: 1, value: Infinity, tries: 0, missed: Infinity }
const searched = ({ rate, value, tries, missed }: Searched) => ({
  learningRate: rate,
  value,
  'info.numLinesearchSteps': tries,
  'info.decreaseError': missed,
})
const backtracking = (o: Backtracking, loss: Loss = round, lies = false): WholeRule<Searched> => ({
  init: () => unsearched,
  state: searched,
  next: (updates, { rate: last, missed }, { params }) => {
    const [p, g] = [flat(params.filter((_, i) => updates[i] !== undefined)), flat(updates)]
    const { value, slope: along } = pointOf(loss, p, g, 0)
    const slope = lies ? -along : along
    const lost = last === 0 || (last < 2 ** -48 * o.maxLearningRate && missed > o.atol)
    let rate = lost ? o.maxLearningRate : Math.min(o.increaseFactor * last, o.maxLearningRate)
    for (let tries = 1; ; tries++) {
      const reached = pointOf(loss, p, g, rate).value
      const over = reached - (1 + o.rtol) * value - rate * o.slopeRtol * slope - o.atol
      const excess = Number.isNaN(over) || reached === -Infinity ? Infinity : over
      // rounded, it may be on either side; but not of `uphill`
      fc.pre(excess === 0 || lies || Math.abs(excess) > 4e-6 * value)
      if (excess === Infinity && tries > o.maxBacktrackingSteps)
        return [updates.map((leaf) => leaf?.values.map(() => 0)), { rate: 0, value, tries, missed: Infinity }]
      if (excess <= 0 || tries > o.maxBacktrackingSteps)
        return [scaled(updates, rate), { rate, value: reached, tries, missed: Math.max(0, excess + o.atol) }]
      rate *= o.decreaseFactor
    }
  },
})
const usual = { slopeRtol: 0.25, decreaseFactor: 0.5, increaseFactor: 2, maxLearningRate: 2, atol: 0, rtol: 0 }

/** A loss that is a sum over all numbers, and its slope at each. */
interface Loss {
  readonly tensor: (x: tf.Tensor) => tf.Tensor
  readonly slopes: (x: tf.Tensor) => tf.Tensor
  readonly value: (x: number) => number
  readonly slope: (x: number) => number
  /** What it is, everywhere, where a number is farther off than 3.3: there is no slope. */
  readonly beyond?: number
}
const valley: Loss = {
  tensor: (x) => tf.add(tf.mul(0.5, tf.square(x)), tf.div(tf.pow(x, 4), 16)),
  slopes: (x) => tf.add(x, tf.div(tf.pow(x, 3), 4)),
  value: (x) => x ** 2 / 2 + x ** 4 / 16,
  slope: (x) => x + x ** 3 / 4,
}
/** The bowl, whose slope is the parameter. */
const round: Loss = {
  tensor: (x) => tf.mul(0.5, tf.square(x)),
  slopes: (x) => tf.clone(x),
  value: (x) => x ** 2 / 2,
  slope: (x) => x,
}
/** Steep on one side and gentle on the other: it may lie above its start with a smaller slope. */
const uneven: Loss = {
  tensor: (x) => tf.sub(tf.exp(x), x),
  slopes: (x) => tf.sub(tf.exp(x), 1),
  value: (x) => Math.exp(x) - x,
  slope: (x) => Math.exp(x) - 1,
}
const valueFn =
  ({ tensor, beyond }: Loss) =>
  (params: Tree): tf.Scalar =>
    tf.tidy(() => {
      const all = leavesOf(seenBy(params))
      const inside = all.map((x) => tf.sum(tensor(x))).reduce<tf.Scalar>((a, b) => tf.add(a, b), tf.scalar(0))
      const off = all.some((x) => x.dataSync().some((one) => Math.abs(one) > 3.3))
      return beyond !== undefined && off ? tf.add(tf.mul(inside, 0), beyond) : inside
    })
/** All but what losses do not look at. */
const seenBy = (params: Tree): Tree => (params !== null && 'u' in params ? { ...params, u: null } : params)

const gradient =
  ({ slopes }: Loss) =>
  (params: Tree): Tree =>
    mapTree((x) => tf.tidy(() => slopes(x)))(seenBy(params))
function leavesOf(tree: Tree): readonly tf.Tensor[] {
  if (tree === null) return []
  return 'dataSync' in tree ? [tree as tf.Tensor] : Object.values(tree).flatMap((child: Tree) => leavesOf(child)) // no container has it
}
interface Point {
  readonly a: number
  readonly value: number
  readonly slope: number
}
const pointOf = (loss: Loss, p: Vector, g: Vector, a: number): Point => {
  const x = plus(p, a, g)
  if (isBeyond(loss, x)) return { a, value: loss.beyond ?? Number.NaN, slope: 0 }
  return { a, value: sum(x.map(loss.value)), slope: dot(x.map(loss.slope), g) }
}
const isBeyond = ({ beyond }: Loss, x: Vector): boolean => beyond !== undefined && x.some((one) => Math.abs(one) > 3.3)
/** What is decided by a difference must not turn on its rounding. */
const clearly = (difference: number, scale: number): number => {
  fc.pre(!(Math.abs(difference) < 2 ** -16 * scale))
  return difference
}
interface Zoom {
  readonly maxLinesearchSteps: number
  readonly maxLearningRate?: number
  readonly tol: number
  readonly increaseFactor: number
  readonly slopeRtol: number
  readonly curvRtol: number
  readonly approxDecRtol: number
  readonly stepsizePrecision: number
  readonly initialGuessStrategy: 'keep' | 'one'
}
type Bracket = readonly [low: Point, high: Point, third: Point]
/** The least point of a cubic through three points with the slope at the first, where it lies well inside; else that of a
 *  parabola; else the middle. */
const between = ([low, high, third]: Bracket): number => {
  const [from, to] = [Math.min(low.a, high.a), Math.max(low.a, high.a)]
  const inside = (x: number, share: number): boolean => x > from + share * (to - from) && x < to - share * (to - from)
  // value = low + slope·t + B·t² + A·t³
  const [t, u] = [high.a - low.a, third.a - low.a]
  const [v, w] = [(high.value - low.value - low.slope * t) / t ** 2, (third.value - low.value - low.slope * u) / u ** 2]
  const A = (v - w) / (t - u)
  const B = v - A * t
  const cubic = low.a + (-B + Math.sqrt(B ** 2 - 3 * A * low.slope)) / (3 * A)
  if (inside(cubic, 0.2)) return cubic
  const parabola = low.a - low.slope / (2 * v)
  return inside(parabola, 0.1) ? parabola : (from + to) / 2
}
interface Zoomed extends Searched {
  readonly turning: number
  readonly grad: readonly (readonly number[])[]
}
const zoom = (o: Zoom, loss: Loss): WholeRule<Zoomed> => ({
  init: (params) => ({ ...unsearched, turning: Infinity, grad: params.map(({ values }) => values.map(() => 0)) }),
  state: ({ turning, grad, ...kept }) => ({ ...searched(kept), 'info.curvatureError': turning, grad }),
  next: (updates, { rate: last }, { params }) => {
    const [p, g] = [flat(params.filter((_, i) => updates[i] !== undefined)), flat(updates)]
    const start = pointOf(loss, p, g, 0)
    const most = o.maxLearningRate ?? Infinity
    const falls = ({ a, value, slope }: Point): number => {
      if (!Number.isFinite(value)) return Infinity
      const steep = Math.abs(start.slope)
      const armijo = clearly(value - start.value - o.slopeRtol * a * start.slope, Math.abs(start.value))
      const flat = clearly(slope + (1 - 2 * o.slopeRtol) * start.slope, steep)
      const level = clearly(value - start.value - o.approxDecRtol * Math.abs(start.value), Math.abs(start.value))
      return Math.max(0, Math.min(armijo, Math.max(flat, level)))
    }
    const above = (one: Point, other: Point): boolean =>
      clearly(one.value - other.value, Math.abs(start.value)) >= 0 || Number.isNaN(one.value)
    let [best, before, wanted] = [start, start, o.initialGuessStrategy === 'keep' && last > 0 ? last : 1]
    let bracket: Bracket | null = null
    for (let trial = 1; ; trial++) {
      const now: Bracket | null = bracket
      const point = pointOf(loss, p, g, now === null ? Math.min(wanted, most) : between(now))
      const error = falls(point)
      const steep = Math.abs(start.slope)
      const turning = Math.max(0, clearly(Math.abs(point.slope) - o.curvRtol * steep, steep))
      const ended = (at: Point): readonly [Values, Zoomed] => [
        scaled(updates, at.a),
        {
          rate: at.a,
          value: at.value,
          tries: trial,
          missed: error,
          turning,
          grad: params.map(({ values }, i) =>
            values.map((x, j) => {
              if (updates[i] === undefined) return 0
              const there = x + at.a * (updates[i]?.values[j] ?? 0)
              return isBeyond(loss, plus(p, at.a, g)) ? 0 : loss.slope(there)
            }),
          ),
        },
      ]
      if (error <= o.tol && (now === null || !above(point, best))) best = point
      if (Math.max(error, turning) <= o.tol) return ended(point)
      if (now === null) {
        const up = error > 0 || (trial > 1 && above(point, before))
        if (up) bracket = [before, point, before]
        else if (clearly(point.slope, steep) >= 0) bracket = [point, before, point]
        else if (wanted >= most) return ended(point)
      } else {
        const [low, high]: Bracket = now
        if (error > 0 || above(point, low)) bracket = [low, point, high]
        else bracket = point.slope * (high.a - low.a) >= 0 ? [point, low, high] : [point, high, low]
      }
      const narrow = now !== null && Math.abs(now[1].a - now[0].a) <= o.stepsizePrecision
      if (trial >= o.maxLinesearchSteps || (narrow && best.a > 0)) {
        return ended(best.a > 0 || error === Infinity ? best : point)
      }
      before = point
      wanted = o.increaseFactor * point.a
    }
  },
})
const zooming = { tol: 0, increaseFactor: 2, slopeRtol: 1e-4, approxDecRtol: 1e-6, stepsizePrecision: 1e-3 }
const times = (factor: number) => mapNumbers((leaf) => ({ ...leaf, values: leaf.values.map((x) => factor * x) }))
/** Directions that lead down, each element at its own rate. */
const downhill = fc
  .array(
    fc.tuple(
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      fc.array(fc.constantFrom(0.1, 0.35, 0.6, 1.1, 2.3), { minLength: 3, maxLength: 3 }),
    ),
    {
      minLength: 2,
      maxLength: 3,
    },
  )
  .map((rows) => {
    const values = rows.map(([k, minus]) => (minus ? -k : k) / 16)
    // `z` is no leaf, and the loss does not look at `u`
    const [z, u] = [null, { shape: [1], values: [1] }]
    const leaf = (some: Vector): Numbers => ({ shape: [some.length], values: some.map(Math.fround) })
    const one = (some: Vector): Numbers => ({ shape: [], values: some.slice(0, 1).map(Math.fround) })
    return {
      params: { w: leaf(values), n: one(values), u, z },
      grads: [0, 1, 2].map((t) => ({
        w: leaf(values.map((x, i) => -x * (rows[i]?.[2][t] ?? 1))),
        n: one(values.map((x) => -x * (rows[0]?.[2][t] ?? 1))),
        u: null,
        z,
      })),
    }
  })

/** The same, now and then up the slope, or nowhere. */
const anywhere = downhill.chain(({ params, grads }) =>
  fc.constantFrom(1, 0, -1).map((sign) => ({ params, grads: grads.map((g) => times(sign)(g)) })),
)
/** Across a valley with one steep side, so that a step ends above its start on the gentle one. */
const across = fc
  .tuple(fc.integer({ min: 12, max: 24 }), fc.constantFrom(2.5, 2.7, 2.9), fc.constantFrom(0.5, 1.1, 2.6))
  .map(([k, first, second]) => ({
    params: { w: { shape: [1], values: [k / 16] } },
    grads: [first, second].map((by) => ({ w: { shape: [1], values: [Math.fround((-k / 16) * by)] } })),
  }))
const endless: Training = {
  params: { w: { shape: [2], values: [1, -1] } },
  grads: [Infinity, -1].map((x) => ({ w: { shape: [2], values: [x, 0.5] } })),
}

/** The same, now and then so far that nothing is there. */
const far = downhill.chain(({ params, grads }) =>
  fc.constantFrom(1, 8, 32).map((factor) => ({
    params,
    grads: grads.map((g) => times(factor)(g)),
  })),
)
const alongLoss = (loss: Loss) => ({
  couples: true,
  guests: false,
  tolerance: 0.002,
  extra: (_: Tree, params: Tree) => ({
    value: tf.tidy(() => valueFn(loss)(params).dataSync()[0] ?? Number.NaN),
    grad: gradient(loss)(params),
    valueFn: valueFn(loss),
  }),
})
const zooms = (o: Zoom, loss: Loss, cases: fc.Arbitrary<Training> = downhill): Suite =>
  followsWholeRule(() => transforms.scaleByZoomLinesearch(o), zoom(o, loss), { ...alongLoss(loss), cases })

/** Gradients of single examples, in front of those of the parameters. */
const examples = fc.integer({ min: 1, max: 4 }).chain((n) => {
  const leaf = (shape: readonly number[]) =>
    fc
      .array(fc.integer({ min: -16, max: 16 }), {
        minLength: sizeOf(shape),
        maxLength: sizeOf(shape),
      })
      .map((all): Numbers => ({ shape, values: all.map((k) => k / 8) }))
  const plain = { noNullPrototype: true }
  return fc.record(
    {
      params: fc.record({ a: leaf([2]), b: leaf([]), c: leaf([2, 2]) }, plain),
      grads: fc.array(
        fc
          .tuple(
            fc.record({ a: leaf([n, 2]), b: leaf([n]), c: leaf([n, 2, 2]) }, plain),
            fc.constantFrom({}, {}, { a: null }, { b: null }, { a: null, b: null, c: null }),
          )
          .map(([all, missing]) => ({ ...all, ...missing })),
        { minLength: 1, maxLength: 2 },
      ),
    },
    plain,
  )
})
/** What is drawn for leaves by their places: `a`, `b`, `c`. */
const noisy = (leaves: readonly (Numbers | undefined)[], deviation: number, count: number) =>
  leaves.map((leaf, i) => {
    if (leaf === undefined) return undefined
    const seed = seedOf(`7/${count}/${'abc'[i]}`)
    const drawn = tf.tidy(() => tf.randomNormal([...leaf.shape], 0, 1, 'float32', seed).dataSync())
    return { ...leaf, values: leaf.values.map((x, j) => x + deviation * (drawn[j] ?? Number.NaN)) }
  })
const aggregated = (clip: number, deviation = 0): WholeRule<number> => ({
  init: () => 0,
  state: (count) => ({ count, key: 7 }),
  next: (updates, count) => {
    const n = updates.find((leaf) => leaf !== undefined)?.shape[0]
    if (n === undefined) return [updates.map(() => undefined), count]
    const rows = updates.map((leaf) => {
      const size = (leaf?.values.length ?? 0) / n
      return Array.from({ length: n }, (_, k) => leaf?.values.slice(k * size, (k + 1) * size) ?? [])
    })
    const shares = Array.from({ length: n }, (_, k) => {
      const length = norm(rows.flatMap((leaf) => leaf[k] ?? []))
      return length > clip ? clip / length : 1
    })
    const sums = updates.map((leaf, i): Numbers | undefined => {
      const some = rows[i] ?? []
      const values = (some[0] ?? []).map((_, j) => sum(some.map((row, k) => (shares[k] ?? 0) * (row[j] ?? 0))))
      return leaf === undefined ? undefined : { shape: leaf.shape.slice(1), values }
    })
    return [scaled(noisy(sums, deviation, count), 1 / n), count + 1]
  },
})

const threeLeaves = {
  couples: true,
  guests: false,
  cases: examples.map(({ params }) => ({ params, grads: [params, { a: null, b: null, c: null }, params] })),
}
const remembering = { couples: true, moves: true, tolerance: 0.002, guests: false }

const suites: readonly Suite[] = [
  ...(['checked', 'optax'] as const).flatMap((curvature) =>
    [true, false].map((scaleInitPrecond) => {
      const memorySize = scaleInitPrecond ? 3 : 2
      const rule = lbfgs(memorySize, scaleInitPrecond, curvature)
      return followsWholeRule(() => transforms.scaleByLbfgs({ memorySize, scaleInitPrecond, curvature }), rule, {
        ...remembering,
        cases: fc.oneof(
          { weight: 2, arbitrary: vectors.filter(conditioned(rule)) },
          { weight: 2, arbitrary: resting.filter(conditioned(rule)) },
          { weight: 2, arbitrary: upwards(rule) },
          { weight: 1, arbitrary: fc.constant(narrowly([0.25, 0.125], [0.5, -0.125])) },
        ),
      })
    }),
  ),
  followsWholeRule(() => transforms.scaleByLbfgs({ memorySize: 2 }), lbfgs(2, true, 'checked'), {
    ...remembering,
    cases: fc.constantFrom(...doubtful),
  }),
  ...[
    { ...usual, maxBacktrackingSteps: 4 },
    { ...usual, maxBacktrackingSteps: 6, slopeRtol: 0.5, decreaseFactor: 0.25, increaseFactor: 4, maxLearningRate: 1 },
    { ...usual, maxBacktrackingSteps: 3, atol: 0.5, rtol: 0.125 },
    { ...usual, maxBacktrackingSteps: 0 },
    { ...usual, maxBacktrackingSteps: 2, decreaseFactor: 0 },
  ].map((o) => followsWholeRule(() => transforms.scaleByBacktrackingLinesearch(o), backtracking(o), searching)),
  // a slope that never comes true: how small must a rate be to count as lost?
  ...[48, 49].map((maxBacktrackingSteps) => {
    const o = { ...usual, maxBacktrackingSteps }
    return followsWholeRule(() => transforms.scaleByBacktrackingLinesearch(o), backtracking(o, round, true), {
      ...searching,
      guests: false,
      cases: uphill,
      extra: (_: Tree, params: Tree) => ({
        ...searching.extra(_, params),
        grad: mapTree((p) => tf.neg(p))(params),
      }),
    })
  }),
  // a rate that is small, and was right
  followsWholeRule(
    () => transforms.scaleByBacktrackingLinesearch({ ...usual, maxBacktrackingSteps: 60 }),
    backtracking({ ...usual, maxBacktrackingSteps: 60 }),
    { ...searching, guests: false, cases: steep },
  ),
  // where nothing is, and by updates without an end
  ...[Infinity, Number.NaN, -Infinity].map((beyond) =>
    followsWholeRule(
      () => transforms.scaleByBacktrackingLinesearch({ ...usual, maxBacktrackingSteps: 2 }),
      backtracking({ ...usual, maxBacktrackingSteps: 2 }, { ...round, beyond }),
      { ...alongLoss({ ...round, beyond }), cases: fc.oneof(far, fc.constant(endless)) },
    ),
  ),
  ...[
    { ...zooming, maxLinesearchSteps: 8, curvRtol: 0.1, initialGuessStrategy: 'keep' as const },
    { ...zooming, maxLinesearchSteps: 8, curvRtol: 0.2, slopeRtol: 0.2, initialGuessStrategy: 'one' as const },
    { ...zooming, maxLinesearchSteps: 3, curvRtol: 0.01, initialGuessStrategy: 'keep' as const, maxLearningRate: 1.5 },
    { ...zooming, maxLinesearchSteps: 8, curvRtol: 0.05, stepsizePrecision: 1, initialGuessStrategy: 'one' as const },
    { ...zooming, maxLinesearchSteps: 8, curvRtol: 0.1, initialGuessStrategy: 'keep' as const, maxLearningRate: 0.2 },
  ].map((o) => zooms(o, valley, fc.oneof({ weight: 3, arbitrary: downhill }, { weight: 1, arbitrary: anywhere }))),
  ...[
    { ...zooming, maxLinesearchSteps: 6, curvRtol: 0.1, approxDecRtol: 0.5, initialGuessStrategy: 'one' as const },
    { ...zooming, maxLinesearchSteps: 6, curvRtol: 0.9, slopeRtol: 0.3, initialGuessStrategy: 'keep' as const },
    {
      ...zooming,
      maxLinesearchSteps: 4,
      curvRtol: 0.3,
      slopeRtol: 0.45,
      tol: 0.5,
      initialGuessStrategy: 'keep' as const,
    },
    { ...zooming, maxLinesearchSteps: 1, curvRtol: 0.3, slopeRtol: 0.45, initialGuessStrategy: 'keep' as const },
  ].map((o) => zooms(o, uneven)),
  ...[0.5, 0.1].map((approxDecRtol) =>
    zooms(
      { ...zooming, maxLinesearchSteps: 6, curvRtol: 0.1, approxDecRtol, initialGuessStrategy: 'one' },
      uneven,
      across,
    ),
  ),
  ...[Infinity, Number.NaN, -Infinity].flatMap((beyond) =>
    [1, 3, 8].map((maxLinesearchSteps) =>
      zooms(
        { ...zooming, maxLinesearchSteps, curvRtol: 0.2, initialGuessStrategy: 'keep' as const },
        { ...valley, beyond },
        far,
      ),
    ),
  ),
  ...[1, 3].map((l2NormClip) =>
    followsWholeRule(
      () => transforms.differentiallyPrivateAggregate({ l2NormClip, noiseMultiplier: l2NormClip - 1, key: 7 }),
      aggregated(l2NormClip, l2NormClip * (l2NormClip - 1)),
      { couples: true, guests: false, cases: examples, reference: l2NormClip === 1 },
    ),
  ),
  followsWholeRule(
    () => transforms.differentiallyPrivateAggregate({ l2NormClip: 2, noiseMultiplier: 1.5, batchSize: 4, key: 7 }),
    {
      init: () => 0,
      next: (updates, count) => [scaled(noisy(updates, 3, count), 1 / 4), count + 1],
      state: (count) => ({ count, key: 7 }),
    },
    threeLeaves,
  ),
  followsWholeRule(
    () => transforms.addNoise({ eta: 0.5, gamma: 3, key: 7 }),
    {
      init: () => 0,
      next: (updates, count) => [scaled(noisy(updates, Math.sqrt(0.5 / (count + 1) ** 3), count), 1), count + 1],
      state: (count) => ({ count, key: 7 }),
    },
    threeLeaves,
  ),
  followsWholeRule(
    () => averagePerElementUpdates({ perEltAxis: [-1, 1] }),
    {
      init: () => null,
      next: (updates) => [
        updates.map((leaf) => {
          const [rows = 0, first = 0, last = 0] = leaf?.shape ?? []
          const size = first * last
          return Array.from({ length: rows }, (_, i) => sum(leaf?.values.slice(i * size, (i + 1) * size) ?? []) / size)
        }),
        null,
      ],
    },
    {
      couples: true,
      guests: false,
      reference: true,
      cases: trainings({ shapes: [[3, 2, 2]], nulls: false, missing: false }).map(({ params, grads }) => ({
        params: mapNumbers(({ values }) => ({ shape: [3], values: values.slice(0, 3) }))(params),
        grads,
      })),
    },
  ),
]

for (const [i, suite] of suites.entries())
  describeLaws({ ...suite, name: `${suite.name} (${i})` }, { numRuns: whole ? 24 : 2 })

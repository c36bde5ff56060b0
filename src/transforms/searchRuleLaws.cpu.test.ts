import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { trainings } from '../../laws/arbitraries/training.js'
import { casesOf } from '../../laws/checks/part.js'
import { norm, scaled, sum } from '../../laws/checks/plainRules.js'
import type { Numbers } from '../../laws/Numbers.js'
import type { Suite } from '../../laws/Suite.js'
import { followsWholeRule, type WholeRule } from '../../laws/transformation/followsWholeRule.js'
import { describeLaws } from '../../laws/vitest.js'
import { treeVdot } from '../tensors/treeVdot.js'
import type { Tree } from '../tree/Tree.js'
import * as transforms from './index.js'

// What looks back, ahead, or at single examples, written a second time, in plain double.

type Vector = readonly number[]
const dot = (a: Vector, b: Vector): number => sum(a.map((x, i) => x * (b[i] ?? Number.NaN)))
const plus = (a: Vector, c: number, b: Vector): Vector => a.map((x, i) => x + c * (b[i] ?? Number.NaN))
const flat = (leaves: readonly (Numbers | undefined)[]): Vector => leaves.flatMap((leaf) => leaf?.values ?? [])
const cut = (updates: readonly (Numbers | undefined)[], all: Vector) => {
  let at = 0
  return updates.map((leaf) => leaf?.values.map(() => all[at++] ?? Number.NaN))
}

interface Pair {
  readonly s: Vector
  readonly y: Vector
}
interface Memory {
  readonly pairs: readonly (Pair | null)[]
  readonly p: Vector
  readonly g: Vector
}
const lbfgs = (size: number, scales: boolean, curvature: 'checked' | 'optax'): WholeRule<Memory | null> => ({
  init: () => null,
  next: (updates, kept, { params }) => {
    const [p, g] = [flat(params), flat(updates)]
    const pairs = kept === null ? [] : remembered(kept.pairs, plus(p, -1, kept.p), plus(g, -1, kept.g), size, curvature)
    const newest = pairs.at(-1) ?? null
    const first = curvature === 'checked' ? 1 / Math.max(1, norm(g)) : Math.min(1, 1 / norm(g))
    const shown =
      newest === null
        ? kept === null || curvature === 'checked'
          ? first
          : 1
        : dot(newest.y, newest.s) / dot(newest.y, newest.y)
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
    return [cut(updates, u), { pairs, p, g }]
  },
})
const remembered = (old: Memory['pairs'], s: Vector, y: Vector, size: number, curvature: 'checked' | 'optax') => {
  if (curvature === 'optax') return [...old, dot(y, s) === 0 ? null : { s, y }].slice(-size)
  const tells = dot(y, s) > 2 ** -20 * norm(s) * norm(y) && dot(y, s) >= 2 ** -126
  return tells ? [...old, { s, y }].slice(-size) : old.slice(1)
}

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
const backtracking = (o: Backtracking): WholeRule<number> => ({
  init: () => 1,
  next: (updates, last, { params }) => {
    const [p, g] = [flat(params), flat(updates)]
    const value = dot(p, p) / 2
    let rate = Math.min(o.increaseFactor * last, o.maxLearningRate)
    for (let tries = 0; tries < o.maxBacktrackingSteps; tries++) {
      const there = plus(p, rate, g)
      if (dot(there, there) / 2 - (1 + o.rtol) * value - rate * o.slopeRtol * dot(g, p) <= o.atol) break
      rate *= o.decreaseFactor
    }
    return [scaled(updates, rate), rate]
  },
})
const usual = { slopeRtol: 0.25, decreaseFactor: 0.5, increaseFactor: 2, maxLearningRate: 2, atol: 0, rtol: 0 }

/** Gradients of single examples, in front of those of the parameters. */
const examples = fc.integer({ min: 1, max: 4 }).chain((n) => {
  const leaf = (shape: readonly number[]) =>
    fc
      .array(fc.integer({ min: -16, max: 16 }), {
        minLength: shape.reduce((a, b) => a * b, 1),
        maxLength: shape.reduce((a, b) => a * b, 1),
      })
      .map((all): Numbers => ({ shape, values: all.map((k) => k / 8) }))
  const plain = { noNullPrototype: true }
  return fc.record(
    {
      params: fc.record({ a: leaf([2]), b: leaf([]), c: leaf([2, 2]) }, plain),
      grads: fc.array(fc.record({ a: leaf([n, 2]), b: leaf([n]), c: leaf([n, 2, 2]) }, plain), {
        minLength: 1,
        maxLength: 2,
      }),
    },
    plain,
  )
})
const aggregated = (clip: number): WholeRule<null> => ({
  init: () => null,
  next: (updates, kept) => {
    const n = updates[0]?.shape[0] ?? 0
    const rows = updates.map((leaf) => {
      const size = (leaf?.values.length ?? 0) / n
      return Array.from({ length: n }, (_, k) => leaf?.values.slice(k * size, (k + 1) * size) ?? [])
    })
    const shares = Array.from({ length: n }, (_, k) => {
      const length = norm(rows.flatMap((leaf) => leaf[k] ?? []))
      return length > clip ? clip / length : 1
    })
    return [
      rows.map((leaf) =>
        (leaf[0] ?? []).map((_, i) => sum(leaf.map((row, k) => (shares[k] ?? 0) * (row[i] ?? 0))) / n),
      ),
      kept,
    ]
  },
})

const suites: readonly Suite[] = [
  ...(['checked', 'optax'] as const).flatMap((curvature) =>
    [true, false].map((scaleInitPrecond) =>
      followsWholeRule(
        () => transforms.scaleByLbfgs({ memorySize: 2, scaleInitPrecond, curvature }),
        lbfgs(2, scaleInitPrecond, curvature),
        {
          ...{ couples: true, moves: true, tolerance: 2e-3, guests: false },
          cases: trainings({
            ...{ shapes: [[3], [2, 2]], missing: false, nulls: false, maxSteps: 5 },
            values: fc.constantFrom(1, -0.5, 2, -3, 1.5),
          }),
        },
      ),
    ),
  ),
  ...[
    { ...usual, maxBacktrackingSteps: 4 },
    { ...usual, maxBacktrackingSteps: 6, slopeRtol: 0.5, decreaseFactor: 0.25, increaseFactor: 4, maxLearningRate: 1 },
    { ...usual, maxBacktrackingSteps: 3, atol: 0.5, rtol: 0.125 },
    { ...usual, maxBacktrackingSteps: 0 },
  ].map((o) => followsWholeRule(() => transforms.scaleByBacktrackingLinesearch(o), backtracking(o), searching)),
  ...[1, 3].map((l2NormClip) =>
    followsWholeRule(
      () => transforms.differentiallyPrivateAggregate({ l2NormClip, noiseMultiplier: 0 }),
      aggregated(l2NormClip),
      { couples: true, guests: false, cases: examples, reference: true },
    ),
  ),
]

for (const [i, suite] of suites.entries())
  describeLaws({ ...suite, name: `${suite.name} (${i})` }, { numRuns: casesOf(24) })

import { numbersIn, type TreeSpec } from '../../Numbers.js'
import type { ConformanceCase } from './conformanceCases.js'

/** What both sides said of a case: `problem` where one of them threw, else null. */
export interface Disagreement {
  readonly asked: ConformanceCase
  readonly problem: string | null
  readonly ours: readonly number[]
  readonly optax: readonly number[]
}

/** A disagreement that is known: whom it concerns, when, and why. */
export interface Departure {
  readonly name: string
  readonly condition: string
  readonly reason: string
  readonly holds: (disagreement: Disagreement) => boolean
}

const calls = ({ asked }: Disagreement, name: string): boolean => JSON.stringify(asked).includes(`"name":"${name}"`)

/** The documented list. A case that disagrees and is not on it fails the run. */
export const departures: readonly Departure[] = [
  {
    name: 'multiSteps, applyEvery',
    condition: 'optax answers with NaN, this library with finite numbers up to there',
    reason: 'optax runs the inner update on every mini-step and multiplies by 0 or 1 instead of branching: 0·NaN leaks',
    holds: (case_) => (calls(case_, 'multiSteps') || calls(case_, 'applyEvery')) && leaks(case_),
  },
  {
    name: 'applyIfFinite',
    condition: 'more errors in a row than maxConsecutiveErrors + 1',
    reason:
      'optax gives up for good: every later update that is not finite is accepted; here the counter starts anew after one was',
    holds: (case_) =>
      case_.problem === null &&
      brokenInARow(case_.asked) >
        1 + Number(/"maxConsecutiveErrors":(\d+)/.exec(JSON.stringify(case_.asked))?.[1] ?? Number.NaN),
  },
  {
    name: 'scaleByStddev',
    condition:
      'eps = 0 and a variance of 0, as after one step or with constant gradients: one of the two answers is not finite',
    reason: 'v − m² is then nothing but its last rounding, which depends on the order of operations, and is divided by',
    holds: (case_) =>
      case_.problem === null &&
      calls(case_, 'scaleByStddev') &&
      /"eps":0[,}]/.test(JSON.stringify(case_.asked)) &&
      [...case_.ours, ...case_.optax].some((x) => !Number.isFinite(x)),
  },
  {
    name: 'normalize',
    condition: 'gradients that are all zero in a step, from where on optax answers with NaN',
    reason: 'optax divides by the norm, 0; here an update of zero stays zero',
    holds: (case_) => calls(case_, 'normalize') && leaks(case_),
  },
  {
    name: 'clipByGlobalNorm, normalizeByUpdateNorm',
    condition: 'maxNorm or eps of 0, and gradients that are all zero in a step: optax answers with NaN from there on',
    reason: 'optax divides 0 by 0; here an update of zero stays zero',
    holds: (case_) =>
      (calls(case_, 'clipByGlobalNorm') || calls(case_, 'normalizeByUpdateNorm')) &&
      /"(maxNorm|eps)":0[,}]/.test(JSON.stringify(case_.asked)) &&
      leaks(case_),
  },
  {
    name: 'ntxent',
    condition: 'labels that are all the same: both answers are below 1e-6',
    reason: 'the loss is 0 then, and what is compared is its rounding, in float32 here and in float64 there',
    holds: ({ problem, asked, ours, optax }) =>
      problem === null && asked.subject === 'ntxent' && [...ours, ...optax].every((x) => Math.abs(x) < 1e-6),
  },
  {
    name: 'prodigy, dadaptAdamw',
    condition: 'optax answers with NaN, this library with finite numbers up to there',
    reason:
      'optax divides by the sum of the absolute s, 0 while all gradients have been zero, or where the latest was and the decay is 0; here the estimate stays as it is',
    holds: (case_) => (calls(case_, 'prodigy') || calls(case_, 'dadaptAdamw')) && leaks(case_),
  },
  {
    name: 'smoothLabels',
    condition: 'a mask that leaves no class, where optax answers with infinity',
    reason: 'optax divides the mass that is spread by the number of classes, 0; here nothing is added',
    holds: ({ problem, asked, ours, optax }) =>
      problem === null &&
      asked.subject === 'smoothLabels' &&
      optax.some((x) => x === Number.POSITIVE_INFINITY) &&
      optax.every(
        (x, i) =>
          x === Number.POSITIVE_INFINITY || Math.abs(x - (ours[i] ?? Number.NaN)) < 6e-6 * Math.max(1, Math.abs(x)),
      ),
  },
]

/** Where both are finite they agree; where optax is not, this library may be. */
function leaks({ problem, ours, optax }: Disagreement): boolean {
  const scale = optax.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 1e-300)
  return (
    problem === null &&
    optax.some(Number.isNaN) &&
    optax.every((x, i) => Number.isNaN(x) || Object.is(x, ours[i]) || Math.abs(x - (ours[i] ?? 0)) <= 1e-9 * scale)
  )
}

/** The most gradients in a row that are not finite. */
function brokenInARow(asked: ConformanceCase): number {
  const finite = (spec: TreeSpec): boolean => numbersIn(spec).every(({ values }) => values.every(Number.isFinite))
  const runs =
    'grads' in asked
      ? asked.grads.reduce<readonly number[]>(
          ([now = 0, ...before], spec) => (finite(spec) ? [0, now, ...before] : [now + 1, ...before]),
          [0],
        )
      : []
  return Math.max(0, ...runs)
}

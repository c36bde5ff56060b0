import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { either as E, type taskEither as TE } from 'fp-ts'
import type { Law, Sides } from './Law.js'
import { shown } from './shown.js'
import { lawsOf, type Placed, type Suite } from './Suite.js'

/** How laws are checked. */
export interface CheckOptions {
  /** Cases for each law. Default 100. */
  readonly numRuns?: number
  /** Makes the cases the same each time. Default: new ones each time; a failure says which. */
  readonly seed?: number
  /** Whether a failing case is made smaller. Default true. */
  readonly shrink?: boolean
}

/** A law that does not hold, with the smallest case found. */
export interface Failure {
  readonly suite: string
  readonly law: Law
  readonly counterexample: readonly unknown[]
  /** Both sides for the counterexample, or what was thrown instead. */
  readonly outcome: Sides | { readonly thrown: unknown }
  readonly seed: number
  /** The number of cases until the first that failed, and of the steps from it to the counterexample. */
  readonly cases: number
  readonly shrinks: number
}

/** What was checked. */
export interface Tally {
  readonly laws: number
  readonly cases: number
}

/** Checks the laws of a suite on the backend that is set: all failures, each with both sides and a small
 *  counterexample.
 *
 *  @laws pure for a given seed: it prints nothing, and leaves no tensor.
 *  @example const report = await checkLaws(swapLaws(), { numRuns: 10, seed: 1 })() */
export const checkLaws =
  (suite: Suite, options: CheckOptions = {}): TE.TaskEither<readonly Failure[], Tally> =>
  async () => {
    const failures: Failure[] = []
    let tally: Tally = { laws: 0, cases: 0 }
    for (const placed of lawsOf(suite)) {
      const checked = await checkLaw(placed, options)()
      if (E.isLeft(checked)) failures.push(checked.left)
      else tally = { laws: tally.laws + 1, cases: tally.cases + checked.right }
    }
    return failures.length > 0 ? E.left(failures) : E.right(tally)
  }

/** Checks one law: the number of cases that it held for, or the failure. */
export const checkLaw =
  ({ suite, law }: Placed, { numRuns = 100, seed, shrink = true }: CheckOptions = {}): TE.TaskEither<Failure, number> =>
  async () => {
    const holds = async (values: readonly unknown[]): Promise<boolean> => {
      const { left, right } = await sidesOf(law, values)
      return law.agreement.equals(left, right)
    }
    const found = await fc.check(fc.asyncProperty(law.values, holds), {
      numRuns,
      endOnFailure: !shrink,
      ...(seed === undefined ? {} : { seed }),
    })
    if (!found.failed) return E.right(found.numRuns)
    const [counterexample = []] = found.counterexample ?? []
    const outcome =
      found.counterexample === null
        ? {
            thrown: new Error(
              `only ${found.numRuns} of ${found.numRuns + found.numSkips} cases met the law's condition`,
            ),
          }
        : await sidesOf(law, counterexample).catch((thrown: unknown) => ({ thrown }))
    return E.left({
      suite,
      law,
      counterexample,
      outcome,
      seed: found.seed,
      cases: found.numRuns,
      shrinks: found.numShrinks,
    })
  }

/** Both sides; a law that leaves tensors behind is wrong itself. */
const sidesOf = async (law: Law, values: readonly unknown[]): Promise<Sides> => {
  const before = tf.memory().numTensors
  const sides = await law.sides(values)
  const left = tf.memory().numTensors - before
  if (left !== 0)
    throw new Error(`${left} tensors were left behind: dispose them, or compute the sides inside tidily(…)`)
  return sides
}

/** A failure in words: the law, the counterexample, both sides. */
export const failureText = ({ suite, law, counterexample, outcome, seed, cases, shrinks }: Failure): string =>
  [
    `${suite}: "${law.name}" does not hold`,
    `  the law     ${law.equation}    (${law.agreement.name})`,
    `  because     ${law.reason}`,
    ...(law.bug === undefined ? [] : [`  a known bug ${law.bug}`]),
    ...counterexample.map((value, i) => `  ${i === 0 ? 'for        ' : 'and        '} ${shown(value)}`),
    ...('thrown' in outcome
      ? [
          `  it threw    ${outcome.thrown instanceof Error ? (outcome.thrown.stack ?? outcome.thrown.message) : String(outcome.thrown)}`,
        ]
      : [`  left side   ${shown(outcome.left)}`, `  right side  ${shown(outcome.right)}`]),
    `  found in case ${cases}, made smaller in ${shrinks} steps; again with { seed: ${seed} }`,
  ].join('\n')

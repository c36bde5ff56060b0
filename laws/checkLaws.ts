import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { either as E, type taskEither as TE } from 'fp-ts'
import type { Failure, Tally } from './Failure.js'
import { failureText } from './failureText.js'
import type { Law, Sides } from './Law.js'
import { lawsOf, type Placed, type Suite } from './Suite.js'

/** How laws are checked. */
export interface CheckOptions {
  /** Cases for each law. Laws that are dear get a part of them.
   *
   *  @defaultValue 100 */
  readonly numRuns?: number
  /** Makes the cases the same each time.
   *
   *  @defaultValue new ones each time; a failure says which */
  readonly seed?: number
  /** The path to a case, as a failure says it: that case alone is looked at. With `seed` and `only`. */
  readonly path?: string
  /** Whether a failing case is made smaller.
   *
   *  @defaultValue true */
  readonly shrink?: boolean
  /** The name of the one law to check.
   *
   *  @defaultValue all of them */
  readonly only?: string
  /** How long it may take in all: no new case is begun after that, but each law gets one.
   *
   *  @defaultValue no limit */
  readonly seconds?: number
}

/** The check of a suite: a task of fp-ts, which begins when it is called. Awaited as it stands it is called, and throws what
 *  does not hold: a check that was never called would hold of everything. */
export interface LawCheck extends TE.TaskEither<readonly Failure[], Tally>, PromiseLike<Tally> {}

/** Checks the laws of a suite on the backend that is set: all failures, each with both sides and a small counterexample.
 *  Causes come before what follows from them.
 *
 *  @throws `TypeError` for an `only` that no law has, and for an option that is not known.
 *  @laws pure for a given seed: it prints nothing, and leaves no tensor.
 *  @example
 *  await checkLaws(swapLaws()) // its laws and cases, counted: what does not hold is an error, in the words of failureText
 *  const report = await checkLaws(swapLaws(), { numRuns: 10, seed: 1 })() // the same as an Either: failures as values */
export const checkLaws = (suite: Suite, given: CheckOptions = {}): LawCheck => {
  const options = known(given)
  const { only } = options
  const placed = lawsOf(suite)
  const asked = only === undefined ? placed : placed.filter(({ law }) => law.name === only)
  if (asked.length === 0 && only !== undefined)
    throw new TypeError(`checkLaws: no law of "${suite.name}" is called "${only}"`)
  return awaitable(async () => {
    const failures: Failure[] = []
    let tally: Tally = { laws: 0, cases: 0 }
    for (const one of asked) {
      const checked = await checkLaw(one, shared(options, asked.length))()
      if (E.isLeft(checked)) failures.push(following(failures)(checked.left))
      else tally = { laws: tally.laws + 1, cases: tally.cases + checked.right }
    }
    return failures.length > 0
      ? E.left(failures.toSorted((a, b) => Number('follows' in a) - Number('follows' in b)))
      : E.right(tally)
  })
}

const awaitable = (task: TE.TaskEither<readonly Failure[], Tally>): LawCheck => {
  const held = async (): Promise<Tally> => {
    const found = await task()
    if (E.isRight(found)) return found.right
    throw new Error(found.left.map(failureText).join('\n\n'))
  }
  const then: PromiseLike<Tally>['then'] = (kept, broken) => held().then(kept, broken)
  // oxlint-disable-next-line unicorn/no-thenable -- to be awaited by mistake is what it is for
  return Object.assign(() => task(), { then })
}

/** The options of one law of so many: each gets its part of the time. */
export const shared = (options: CheckOptions, laws: number): CheckOptions =>
  options.seconds === undefined ? options : { ...options, seconds: options.seconds / laws }

/** A failure with the cause that it follows from, where that is among those known. */
export const following =
  (known: readonly Failure[]) =>
  (failure: Failure): Failure => {
    const { presumes = [] } = failure.law
    const cause = known.find(({ law }) => presumes.includes(law.name))
    return cause === undefined ? failure : { ...failure, follows: cause.follows ?? cause.law.name }
  }

/** Checks one law: the number of cases that it held for, or the failure. */
export const checkLaw =
  (
    { suite, law, about }: Placed,
    { numRuns = 100, seed, path, shrink = true, seconds = Infinity }: CheckOptions = {},
  ): TE.TaskEither<Failure, number> =>
  async () => {
    const end = performance.now() + 1000 * seconds
    let held = 0
    // The outcome of the case that failed last: what fast-check ends with. A second look might not fail, where an object
    // fails at its first use only.
    let failed: Failure['outcome'] | undefined
    const holds = async (values: readonly unknown[]): Promise<boolean> => {
      if (held > 0 && performance.now() > end) return true
      const outcome = await sidesOf(law, values).catch((thrown: unknown) => ({ thrown }))
      if ('thrown' in outcome) {
        if (fc.PreconditionFailure.isFailure(outcome.thrown)) throw outcome.thrown
        failed = outcome
        return false
      }
      if (law.agreement.equals(outcome.left, outcome.right)) {
        held++
        return true
      }
      failed = outcome
      return false
    }
    const found = await fc.check(fc.asyncProperty(law.values, holds), {
      numRuns: Math.max(1, Math.round(numRuns * (law.share ?? 1))),
      endOnFailure: !shrink,
      ...(seed === undefined ? {} : { seed }),
      ...(path === undefined ? {} : { path }),
    })
    if (!found.failed) return E.right(held)
    const seen = found.numRuns + found.numSkips
    return E.left({
      suite,
      law,
      ...(about === undefined ? {} : { about: about() }),
      counterexample: found.counterexample?.[0] ?? [], // none where too few cases met the condition
      outcome: failed ?? { thrown: new Error(`only ${found.numRuns} of ${seen} cases met the law's condition`) },
      seed: found.seed,
      ...(found.counterexamplePath === null ? {} : { path: found.counterexamplePath }),
      cases: found.numRuns,
      shrinks: found.numShrinks,
    })
  }

/** Both sides; nothing may be left behind by them. */
const sidesOf = async (law: Law, values: readonly unknown[]): Promise<Sides> => {
  const before = tf.memory().numTensors
  const sides = await law.sides(values)
  const left = tf.memory().numTensors - before
  if (left !== 0) throw new TensorsLeft(left)
  return sides
}

/** What a law throws where tensors are left behind: by what it tests, or by its own author. */
class TensorsLeft extends Error {
  override readonly name = 'TensorsLeft'
  constructor(left: number) {
    super(
      `${left} tensors were left behind: by what is tested, or by a law that should dispose them or compute its sides inside tidily(…)`,
    )
  }
}

const known = knownOnly<CheckOptions>('checkLaws', {
  numRuns: true,
  seed: true,
  path: true,
  shrink: true,
  only: true,
  seconds: true,
})

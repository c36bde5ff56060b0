import { either as E } from 'fp-ts'
import { chain, equation, scaleByLearningRate, zeros } from 'polyak'
import { checkLaws, failureText, homogeneous, transformationLaws } from 'polyak/laws'

/** Two rules that look alike. The laws accept the one and refuse the other, with both sides and a small case.
 *
 *  In a project with vitest it is one line each: `describeLaws(transformationLaws(normalized))`, from
 *  'polyak/laws/vitest'; with another test runner `describeLaws` is `bindLaws({ describe, test })`. */
export const testYourOwnOptimizer = async () => {
  const lawful = await checkLaws(transformationLaws(normalized), options)()
  const invariant = await checkLaws(homogeneous(0)(normalized), options)()
  const broken = await checkLaws(transformationLaws(dividing), options)()
  return {
    lawful: E.isRight(lawful) && E.isRight(invariant),
    laws: E.isRight(lawful) ? lawful.right.laws : 0,
    failures: E.isLeft(broken) ? broken.left.map(failureText) : [],
  }
}

const options = { numRuns: 5, seed: 1 }

/** m ← 0.9·m + g,  u = m / |m|, and 0 where m is 0 */
const normalized = chain(
  equation({ name: 'normalized', slots: { m: zeros } })((A) => ({ update, m }) => {
    const next = A.add(A.mul(A.lit(0.9), m), update)
    return { update: A.where(A.equal(next, A.lit(0)), A.lit(0), A.div(next, A.abs(next))), m: next }
  }),
  scaleByLearningRate({ learningRate: 0.1 }),
)

/** The same without a thought of 0. */
const dividing = equation({ name: 'dividing', slots: { m: zeros } })((A) => ({ update, m }) => {
  const next = A.add(A.mul(A.lit(0.9), m), update)
  return { update: A.div(next, A.abs(next)), m: next }
})

// The laws of a right optimizer and of a wrong one, for any runner.
import '@tensorflow/tfjs-backend-cpu'
import { equation, zeros } from 'polyak'
import { transformationLaws } from 'polyak/laws'

const momentum = (divide) =>
  equation({ name: divide ? 'wrong' : 'right', slots: { m: zeros } })((A) => ({ update, m }) => {
    const next = A.add(A.mul(A.lit(0.9), m), update)
    return { update: divide ? A.div(next, A.abs(next)) : next, m: next }
  })

export const describeBoth = (describeLaws) => {
  const options = { numRuns: 20, seed: 1 }
  describeLaws(transformationLaws(momentum(false)), options)
  describeLaws(transformationLaws(momentum(true)), { ...options, except: { purity: 'left out for a try' } })
}

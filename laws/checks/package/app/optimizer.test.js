import '@tensorflow/tfjs-backend-cpu'
import { equation, zeros } from 'polyak'
import { transformationLaws } from 'polyak/laws'
import { describeLaws } from 'polyak/laws/vitest'

const momentum = (divide) =>
  equation({ name: divide ? 'wrong' : 'right', slots: { m: zeros } })((A) => ({ update, m }) => {
    const next = A.add(A.mul(A.lit(0.9), m), update)
    return { update: divide ? A.div(next, A.abs(next)) : next, m: next }
  })

describeLaws(transformationLaws(momentum(false)), { numRuns: 20, seed: 1 })
describeLaws(transformationLaws(momentum(true)), { numRuns: 20, seed: 1 })

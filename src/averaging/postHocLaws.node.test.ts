import { postHocLaws } from '../../laws/postHocLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { postHocCoefficients } from './postHocCoefficients.js'

describeLaws(postHocLaws({ coefficients: postHocCoefficients }), { numRuns: 50 })

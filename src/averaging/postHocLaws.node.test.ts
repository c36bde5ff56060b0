import { postHocLaws } from '../../laws/postHocLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { postHocCoefficients } from './postHocCoefficients.js'
import { gammaOfWidth, widthOfGamma } from './schemes/width.js'

describeLaws(postHocLaws({ coefficients: postHocCoefficients, powerOf: gammaOfWidth, widthOf: widthOfGamma }), {
  numRuns: 50,
})

import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { gaussNewtonLaws } from '../../laws/gaussNewtonLaws.js'
import { hessianDiagonalLaws } from '../../laws/hessianDiagonalLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { gaussNewtonBartlett } from './gaussNewtonBartlett.js'
import { hutchinsonDiagHessian } from './hutchinsonDiagHessian.js'

const numRuns = backendName === 'webgl' ? 1 : casesOf(32)

describeLaws(
  hessianDiagonalLaws((gradFn) => hutchinsonDiagHessian({ gradFn })),
  { numRuns },
)
describeLaws(
  gaussNewtonLaws((gradFn, batchSize) => gaussNewtonBartlett({ gradFn, batchSize })),
  { numRuns },
)

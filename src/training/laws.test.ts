import { backendName } from '../../laws/checks/backend.js'
import { trainingLaws } from '../../laws/trainingLaws.js'
import { describeLaws } from '../../laws/vitest.js'

describeLaws(trainingLaws(), { numRuns: backendName === 'webgl' ? 4 : 30 })

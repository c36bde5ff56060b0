import { backendName } from '../../laws/backend.js'
import { trainingLaws } from '../../laws/trainingLaws.js'
import { describeLaws } from '../../laws/vitest.js'

describeLaws(trainingLaws(), { numRuns: backendName === 'webgl' ? 4 : 30 })

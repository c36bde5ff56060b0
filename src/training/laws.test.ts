import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { trainingLaws } from '../../laws/trainingLaws.js'
import { describeLaws } from '../../laws/vitest.js'

describeLaws(trainingLaws(), { numRuns: backendName === 'webgl' ? 2 : casesOf(30) })

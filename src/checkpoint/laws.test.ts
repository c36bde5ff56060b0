import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { checkpointLaws } from '../../laws/checkpointLaws.js'
import { describeLaws } from '../../laws/vitest.js'

describeLaws(checkpointLaws(), { numRuns: backendName === 'webgl' ? 2 : casesOf(15) })

import { backendLaws } from '../../laws/backendLaws.js'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { describeLaws } from '../../laws/vitest.js'

describeLaws(backendLaws(), { numRuns: backendName === 'webgl' ? 2 : casesOf(20) })

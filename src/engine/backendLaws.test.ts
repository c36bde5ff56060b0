import { backendLaws } from '../../laws/backendLaws.js'
import { backendName } from '../../laws/checks/backend.js'
import { describeLaws } from '../../laws/vitest.js'

describeLaws(backendLaws(), { numRuns: backendName === 'webgl' ? 4 : 20 })

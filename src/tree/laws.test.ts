import { backendName } from '../../laws/checks/backend.js'
import { treeLaws } from '../../laws/treeLaws.js'
import { describeLaws } from '../../laws/vitest.js'

describeLaws(treeLaws(), { numRuns: backendName === 'webgl' ? 5 : 100 })

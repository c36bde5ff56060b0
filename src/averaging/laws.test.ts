import { averagingLaws } from '../../laws/averagingLaws.js'
import { backendName } from '../../laws/backend.js'
import { swapLaws } from '../../laws/swapLaws.js'
import { describeLaws } from '../../laws/vitest.js'

const options = { numRuns: backendName === 'webgl' ? 5 : 25 }

describeLaws(averagingLaws(), options)
describeLaws(swapLaws(), options)

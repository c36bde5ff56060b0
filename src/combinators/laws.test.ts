import { applyIfFiniteLaws } from '../../laws/applyIfFiniteLaws.js'
import { backendName } from '../../laws/backend.js'
import { chainLaws } from '../../laws/chainLaws.js'
import { lookaheadLaws } from '../../laws/lookaheadLaws.js'
import { maskedLaws } from '../../laws/maskedLaws.js'
import { multiStepsLaws } from '../../laws/multiStepsLaws.js'
import { partitionLaws } from '../../laws/partitionLaws.js'
import { describeLaws } from '../../laws/vitest.js'

const options = { numRuns: backendName === 'webgl' ? 5 : 50 }

for (const suite of [chainLaws(), maskedLaws(), partitionLaws(), multiStepsLaws(), applyIfFiniteLaws(), lookaheadLaws()]) describeLaws(suite, options)

import { postHocLaws } from '../../laws/postHocLaws.js'
import { describeLaws } from '../../laws/vitest.js'

describeLaws(postHocLaws(), { numRuns: 50 })

import { backendLaws } from '../../laws/backendLaws.js'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { describeLaws } from '../../laws/vitest.js'

describeLaws(backendLaws(), {
  numRuns: backendName === 'webgl' ? 2 : casesOf(20),
  // 0.1 a million times: 1.4·10⁻⁵ off
  except: backendName === 'wasm' ? { 'long sums': 'tfjs adds the elements of a row one after the other' } : {},
})

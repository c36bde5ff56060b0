import { backendName } from '../../laws/checks/backend.js'
import { conditionalLaws } from '../../laws/conditionalLaws.js'
import { flattenLaws } from '../../laws/flattenLaws.js'
import { freezeLaws } from '../../laws/freezeLaws.js'
import { hyperparamLaws } from '../../laws/hyperparamLaws.js'
import { namedChainLaws } from '../../laws/namedChainLaws.js'
import { patternLaws } from '../../laws/patternLaws.js'
import { restartLaws } from '../../laws/restartLaws.js'
import { skippingLaws } from '../../laws/skippingLaws.js'
import { slotMapLaws } from '../../laws/slotMapLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { byPath } from './byPath.js'
import { byPattern } from './byPattern.js'
import { chain } from './chain.js'
import { freeze } from './freeze.js'
import { masked } from './masked.js'
import { hide } from './transformations.js'

for (const suite of [
  patternLaws(),
  namedChainLaws(),
  skippingLaws(),
  hyperparamLaws(),
  conditionalLaws(),
  flattenLaws(),
  freezeLaws(),
  {
    ...freezeLaws({
      freeze: (frozen) => (tx) => hide(chain(tx, freeze({ mask: byPath((path) => frozen(path)) }))),
    }),
    name: 'frozen leaves: freeze at the end of a chain',
  },
  slotMapLaws(),
  restartLaws(),
])
  describeLaws(suite, { numRuns: backendName === 'webgl' ? 2 : 12 })

describeLaws(
  {
    ...freezeLaws({
      // labels of a pattern for all, and of each path that is frozen
      freeze: (frozen) => (tx) =>
        hide(
          masked({
            mask: (params) => byPath((path) => byPattern({ all: '**' })(params) !== null && !frozen(path))(params),
            otherwise: 'zero',
          })(tx),
        ),
    }),
    name: 'frozen leaves: masks',
  },
  { numRuns: backendName === 'webgl' ? 1 : 6 },
)

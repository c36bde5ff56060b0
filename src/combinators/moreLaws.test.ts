import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { choiceLaws } from '../../laws/choiceLaws.js'
import { conditionalLaws } from '../../laws/conditionalLaws.js'
import { flattenLaws } from '../../laws/flattenLaws.js'
import { freezeLaws } from '../../laws/freezeLaws.js'
import { hyperparamLaws } from '../../laws/hyperparamLaws.js'
import { labelLaws } from '../../laws/labelLaws.js'
import { namedChainLaws } from '../../laws/namedChainLaws.js'
import { patternLaws } from '../../laws/patternLaws.js'
import { restartLaws } from '../../laws/restartLaws.js'
import { samLaws } from '../../laws/samLaws.js'
import { skippingLaws } from '../../laws/skippingLaws.js'
import { slotMapLaws } from '../../laws/slotMapLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { sgd } from '../optimizers/sgd.js'
import { identity } from '../transformation/identity.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { setToZero } from '../transforms/setToZero.js'
import { byPath } from './byPath.js'
import { byPattern } from './byPattern.js'
import { chain } from './chain.js'
import { conditionallyMask } from './conditionallyMask.js'
import { conditionallyTransform } from './conditionallyTransform.js'
import { flatten } from './flatten.js'
import { freeze } from './freeze.js'
import { injectHyperparams } from './injectHyperparams.js'
import { lookahead } from './lookahead.js'
import { masked } from './masked.js'
import { matching } from './matching.js'
import { multiSteps } from './multiSteps.js'
import { namedChain } from './namedChain.js'
import { partition } from './partition.js'
import { sam } from './sam.js'
import { selectiveTransform } from './selectiveTransform.js'
import { skipNotFinite } from './skipUpdates.js'
import { hide } from './transformations.js'
import { treeMapParams } from './treeMapParams.js'

// strings alone, and quick
describeLaws(patternLaws({ matches: matching, below: true }), { numRuns: casesOf(320) })

// Labels of what is used: a label that nobody has is refused.
describeLaws(
  {
    ...choiceLaws({
      of: (labels) => {
        const used = (name: string) => (JSON.stringify(labels) ?? '').includes(`"${name}"`)
        return hide(
          partition({
            transforms: {
              ...(used('on') || !used('off') ? { on: identity() } : {}),
              ...(used('off') ? { off: setToZero() } : {}),
            } as Readonly<Record<string, Transformation<Opaque>>>, // of these two
            paramLabels: labels as never, // or what must be refused
          }),
        )
      },
      choices: ['on', 'off'],
    }),
    name: 'choices as trees: labels',
  },
  { numRuns: backendName === 'webgl' ? 1 : casesOf(12) },
)

for (const suite of [
  labelLaws({
    label: (groups, otherwise) => (otherwise === undefined ? byPattern(groups) : byPattern(groups, otherwise)),
  }),
  // trees of choices, or what must be refused
  choiceLaws({
    of: (mask) => hide(masked({ mask: mask as never, otherwise: 'zero' })(identity())),
    choices: [true, false],
  }),
  namedChainLaws({ named: (parts) => hide(namedChain(parts)) }),
  skippingLaws({
    accumulate: (k) => (tx) => hide(multiSteps({ everyKSchedule: k, shouldSkipUpdateFn: skipNotFinite })(tx)),
  }),
  hyperparamLaws({
    inject: (learningRate) => hide(injectHyperparams(sgd)({ learningRate, momentum: 0.5 })),
    among: (make, options, fixed) => hide(injectHyperparams(make, { staticArgs: fixed })(options as {})), // names that are known when it runs
  }),
  conditionalLaws({
    only: (holds, elsewhere) => (tx) =>
      hide((elsewhere === 'pass' ? conditionallyTransform : conditionallyMask)({ shouldTransformFn: holds })(tx)),
    told: (holds, elsewhere) => (tx) => {
      const shouldTransformFn = (step: number, extra: { readonly go: boolean }) => holds(step, extra)
      return hide((elsewhere === 'pass' ? conditionallyTransform : conditionallyMask)({ shouldTransformFn })(tx))
    },
  }),
  flattenLaws({ flat: (tx) => hide(flatten(tx)) }),
  freezeLaws({
    freeze: (frozen) => (tx) => hide(selectiveTransform({ freezeMask: byPath((path) => frozen(path)) })(tx)),
  }),
  samLaws({
    sharpen: (options) => (f, a) => hide(sam(options)(f, a)),
    atOnce: (options) => (f, a) => sam({ ...options, opaqueMode: true })(f, a),
  }),
  slotMapLaws({ mapSlots: (of, f) => (state) => treeMapParams(of, f)(state) }),
  restartLaws({
    restart: (period) => (tx) => hide(lookahead({ syncPeriod: period, slowStepSize: 1, resetState: true })(tx)),
  }),
])
  describeLaws(suite, { numRuns: backendName === 'webgl' ? 1 : casesOf(12) })

describeLaws(
  {
    ...freezeLaws({
      freeze: (frozen) => (tx) => hide(chain(tx, freeze({ mask: byPath((path) => frozen(path)) }))),
    }),
    name: 'frozen leaves: freeze at the end of a chain',
  },
  {
    numRuns: backendName === 'webgl' ? 1 : casesOf(12),
    except: { 'a norm of what is free': 'what stands before it has seen the gradients of all leaves' },
  },
)

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
  { numRuns: backendName === 'webgl' ? 1 : casesOf(6) },
)

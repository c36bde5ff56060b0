import { applyIfFinite } from '../../../src/combinators/applyIfFinite.js'
import { chain } from '../../../src/combinators/chain.js'
import { conditionallyTransform } from '../../../src/combinators/conditionallyTransform.js'
import { flatten } from '../../../src/combinators/flatten.js'
import { injectHyperparams } from '../../../src/combinators/injectHyperparams.js'
import { lookahead } from '../../../src/combinators/lookahead.js'
import { mechanize } from '../../../src/combinators/mechanize.js'
import { multiSteps } from '../../../src/combinators/multiSteps.js'
import { sam } from '../../../src/combinators/sam.js'
import { scheduleFree } from '../../../src/averaging/scheduleFree.js'
import { adafactor } from '../../../src/optimizers/adafactor.js'
import { adam } from '../../../src/optimizers/adam.js'
import { adamax } from '../../../src/optimizers/adamax.js'
import { muon } from '../../../src/optimizers/muon.js'
import { sgd } from '../../../src/optimizers/sgd.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'
import { applyEvery } from '../../../src/transforms/applyEvery.js'
import { clipByGlobalNorm } from '../../../src/transforms/clipByGlobalNorm.js'
import { scaleByLbfgs } from '../../../src/transforms/scaleByLbfgs.js'
import { scaleByLearningRate } from '../../../src/transforms/scaleByLearningRate.js'
import type { Change } from './Change.js'

const rate = { learningRate: 0.1 }
const inner = adam(rate)
const clip = clipByGlobalNorm({ maxNorm: 1e9 })
const lbfgs = chain(scaleByLbfgs({ memorySize: 2 }), scaleByLearningRate(rate))

/** What wraps: its name, itself around adam, how many lines it has, and whether the steps at its beginning are adam's. */
const wrappers: readonly (readonly [name: string, around: AnyTransformation, lines: number, goesOn: boolean])[] = [
  ['multiSteps, k = 1', multiSteps({ everyKSchedule: 1 })(inner), 7, true],
  ['multiSteps, k = 2', multiSteps({ everyKSchedule: 2 })(inner), 7, false],
  ['lookahead', lookahead({ syncPeriod: 8, slowStepSize: 0.5 })(inner), 3, true],
  ['applyIfFinite', applyIfFinite({ maxConsecutiveErrors: 2 })(inner), 3, true],
  ['conditionallyTransform', conditionallyTransform({ shouldTransformFn: () => true })(inner), 1, true],
  ['injectHyperparams', injectHyperparams(adam)(rate), 2, true],
  ['scheduleFree', scheduleFree({ learningRate: 0.1 })(inner), 6, false],
  ['mechanize', mechanize()(inner), 27, false],
]

/** Changes of what stands around a chain, and of what is no equation. */
export const wrapperChanges: readonly Change[] = [
  ...wrappers.flatMap(([name, around, lines, goesOn]): readonly Change[] => [
    {
      change: `${name} put around`,
      from: inner,
      to: around,
      plan: `6 moved, ${lines} started`,
      needs: ['started'],
      carried: { inner: '' },
      goesOn,
    },
    {
      change: `${name} taken away`,
      from: around,
      to: inner,
      plan: `6 moved, ${lines} dropped`,
      needs: ['dropped'],
      carried: { '': 'inner' },
      goesOn,
    },
  ]),
  {
    change: 'applyEvery put in front',
    from: inner,
    to: chain(applyEvery({ k: 1 }), inner),
    plan: '6 moved, 5 started',
    needs: ['started'],
    carried: { 1: '' },
    goesOn: true,
  },
  {
    change: 'sam put around, untold: both of its parts have a learning rate',
    from: inner,
    to: sam()(inner, sgd(rate)),
    plan: '5 moved, 3 started, 2 ambiguous',
    needs: [],
    carried: {},
    refused: true,
  },
  {
    change: 'sam put around, told',
    from: inner,
    to: sam()(inner, sgd(rate)),
    options: { slots: { 'scaleByLearningRate at adversary.1': 'nothing' } },
    plan: '6 moved, 4 started',
    needs: ['started'],
    carried: { optimizer: '' },
    opaque: true,
  },
  {
    change: 'flatten put around: one vector is another structure',
    from: inner,
    to: flatten(inner),
    plan: '4 started, 6 dropped',
    needs: ['started', 'dropped'],
    carried: {},
    opaque: true,
  },
  {
    change: 'clip put in front of flatten',
    from: flatten(inner),
    to: chain(clip, flatten(inner)),
    plan: '4 moved',
    needs: [],
    carried: { 1: '' },
    goesOn: true,
    opaque: true,
  },
  {
    change: 'another recipe inside of flatten: the same vectors, of another meaning',
    from: flatten(inner),
    to: flatten(adamax(rate)),
    plan: '4 started, 4 dropped',
    needs: ['started', 'dropped'],
    carried: {},
    opaque: true,
  },
  {
    change: 'clip put in front of scaleByLbfgs, which is no equation',
    from: lbfgs,
    to: chain(clip, lbfgs),
    plan: '10 moved',
    needs: [],
    carried: { 1: '' },
    goesOn: true,
    opaque: true,
  },
  {
    change: 'clip put in front of adafactor',
    from: adafactor(rate),
    to: chain(clip, adafactor(rate)),
    plan: '5 moved',
    needs: [],
    carried: { 1: '' },
    goesOn: true,
    opaque: true,
  },
  {
    change: 'clip put in front of muon',
    from: muon(rate),
    to: chain(clip, muon(rate)),
    plan: '9 moved',
    needs: [],
    carried: { 1: '' },
    goesOn: true,
    opaque: true,
  },
]

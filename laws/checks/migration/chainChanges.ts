import { chain } from '../../../src/combinators/chain.js'
import { namedChain } from '../../../src/combinators/namedChain.js'
import { adam } from '../../../src/optimizers/adam.js'
import { adamax } from '../../../src/optimizers/adamax.js'
import { adamw } from '../../../src/optimizers/adamw.js'
import { amsgrad } from '../../../src/optimizers/amsgrad.js'
import { lion } from '../../../src/optimizers/lion.js'
import { nadam } from '../../../src/optimizers/nadam.js'
import { rmsprop } from '../../../src/optimizers/rmsprop.js'
import { sgd } from '../../../src/optimizers/sgd.js'
import { clipByGlobalNorm } from '../../../src/transforms/clipByGlobalNorm.js'
import { ema } from '../../../src/transforms/ema.js'
import { scaleByAdam } from '../../../src/transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../../../src/transforms/scaleByLearningRate.js'
import type { Change } from './Change.js'

const rate = { learningRate: 0.1 }
const clip = clipByGlobalNorm({ maxNorm: 1e9 })
const [once, twice] = [
  chain(scaleByAdam(), scaleByLearningRate(rate)),
  chain(scaleByAdam(), scaleByAdam(), scaleByLearningRate(rate)),
]

/** Changes of the recipe. */
export const chainChanges: readonly Change[] = [
  {
    change: 'nothing',
    from: adam(rate),
    to: adam(rate),
    plan: '6 same',
    needs: [],
    carried: { '': '' },
    goesOn: true,
  },
  {
    change: 'adam → adamw',
    from: adam(rate),
    to: adamw(rate),
    plan: '5 same, 1 moved, 1 started',
    needs: ['started'],
    carried: { 0: '0', 2: '1' },
  },
  {
    change: 'adamw → adam',
    from: adamw(rate),
    to: adam(rate),
    plan: '5 same, 1 moved, 1 dropped',
    needs: ['dropped'],
    carried: { 0: '0', 1: '2' },
  },
  {
    change: 'clip put in front',
    from: adam(rate),
    to: chain(clip, adam(rate)),
    plan: '6 moved',
    needs: [],
    carried: { 1: '' },
    goesOn: true,
  },
  {
    change: 'clip taken away',
    from: chain(clip, adam(rate)),
    to: adam(rate),
    plan: '6 moved',
    needs: [],
    carried: { '': '1' },
    goesOn: true,
  },
  {
    change: 'chain → namedChain',
    from: chain(clip, adam(rate)),
    to: namedChain({ clip, adam: adam(rate) }),
    plan: '6 moved',
    needs: [],
    carried: { adam: '1' },
    goesOn: true,
  },
  {
    change: 'learning rate → schedule',
    from: adam(rate),
    to: adam({ learningRate: () => 0.1 }),
    plan: '6 same',
    needs: [],
    carried: { '': '' },
    goesOn: true,
  },
  {
    change: 'schedule → learning rate',
    from: adam({ learningRate: () => 0.1 }),
    to: adam(rate),
    plan: '6 same',
    needs: [],
    carried: { '': '' },
    goesOn: true,
  },
  {
    change: 'adam → nadam: the same equation with another option',
    from: adam(rate),
    to: nadam(rate),
    plan: '6 same',
    needs: [],
    carried: { '': '' },
  },
  {
    change: 'momentum added to sgd',
    from: sgd(rate),
    to: sgd({ ...rate, momentum: 0.9 }),
    plan: '1 same, 2 started',
    needs: ['started'],
    carried: { 1: '1' },
  },
  {
    change: 'momentum taken from sgd',
    from: sgd({ ...rate, momentum: 0.9 }),
    to: sgd(rate),
    plan: '1 same, 2 dropped',
    needs: ['dropped'],
    carried: { 1: '1' },
  },
  {
    change: 'sgd with momentum → adam',
    from: sgd({ ...rate, momentum: 0.9 }),
    to: adam(rate),
    plan: '1 same, 5 started, 2 dropped',
    needs: ['started', 'dropped'],
    carried: { 1: '1' },
  },
  {
    change: 'rmsprop → adam: `nu` is not taken by its name',
    from: rmsprop(rate),
    to: adam(rate),
    plan: '1 same, 5 started, 3 dropped',
    needs: ['started', 'dropped'],
    carried: { 1: '1' },
  },
  {
    change: 'adam → adamax: nor are `mu` and `nu`',
    from: adam(rate),
    to: adamax(rate),
    plan: '1 same, 5 started, 5 dropped',
    needs: ['started', 'dropped'],
    carried: { 1: '1' },
  },
  {
    change: 'adam → lion',
    from: adam(rate),
    to: lion(rate),
    plan: '1 moved, 4 started, 5 dropped',
    needs: ['started', 'dropped'],
    carried: { 2: '1' },
  },
  {
    change: 'adam → amsgrad, untold',
    from: adam(rate),
    to: amsgrad(rate),
    plan: '1 same, 7 started, 5 dropped',
    needs: ['started', 'dropped'],
    carried: { 1: '1' },
  },
  {
    change: 'adam → amsgrad, told',
    from: adam(rate),
    to: amsgrad(rate),
    options: { slots: { scaleByAmsgrad: 'scaleByAdam' } },
    plan: '6 same, 2 started',
    needs: ['started'],
    carried: { '0.mu': '0.mu', '0.nu': '0.nu', '0.count': '0.count', 1: '1' },
  },
  {
    change: 'average of the gradients put in front',
    from: adam(rate),
    to: chain(ema({ decay: 0.5 }), adam(rate)),
    plan: '6 moved, 3 started',
    needs: ['started'],
    carried: { 1: '' },
  },
  {
    change: 'its debiasing switched off',
    from: chain(ema({ decay: 0.5, debias: true }), scaleByLearningRate(rate)),
    to: chain(ema({ decay: 0.5, debias: false }), scaleByLearningRate(rate)),
    plan: '4 same',
    needs: [],
    carried: { '': '' },
  },
  {
    change: 'adam twice in a row, clip put in front: each keeps its own',
    from: twice,
    to: chain(clip, twice),
    plan: '11 moved',
    needs: [],
    carried: { 1: '' },
    goesOn: true,
  },
  {
    change: 'adam twice in a row → once, untold',
    from: twice,
    to: once,
    plan: '1 same, 1 moved, 4 ambiguous',
    needs: [],
    carried: {},
    refused: true,
  },
  {
    change: 'adam twice in a row → once, told',
    from: twice,
    to: once,
    options: { slots: { scaleByAdam: 'scaleByAdam at 1' } },
    plan: '6 moved, 5 dropped',
    needs: ['dropped'],
    carried: { 0: '1', 1: '2' },
  },
  {
    change: 'adam once → twice, untold',
    from: once,
    to: twice,
    plan: '1 moved, 10 ambiguous',
    needs: [],
    carried: {},
    refused: true,
  },
  {
    change: 'adam once → twice, told',
    from: once,
    to: twice,
    options: { slots: { 'scaleByAdam at 1': 'nothing' } },
    plan: '5 same, 1 moved, 5 started',
    needs: ['started'],
    carried: { 0: '0', 2: '1' },
  },
]

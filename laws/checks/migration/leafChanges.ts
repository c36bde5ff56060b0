import { byPath } from '../../../src/combinators/byPath.js'
import { flatten } from '../../../src/combinators/flatten.js'
import { freeze } from '../../../src/combinators/freeze.js'
import { chain } from '../../../src/combinators/chain.js'
import { masked } from '../../../src/combinators/masked.js'
import { multiSteps } from '../../../src/combinators/multiSteps.js'
import { partition } from '../../../src/combinators/partition.js'
import { adam } from '../../../src/optimizers/adam.js'
import { adamw } from '../../../src/optimizers/adamw.js'
import { withMovingAverage } from '../../../src/averaging/withMovingAverage.js'
import type { Change, Dense } from './Change.js'

const rate = { learningRate: 0.1 }
const inner = adam(rate)
const isKernel = (path: string): boolean => path.endsWith('kernel')
const [narrow, wide] = [
  masked({ mask: byPath(isKernel), otherwise: 'zero' })(inner),
  masked({ mask: byPath(() => true), otherwise: 'zero' })(inner),
]
const slowBias = (path: string) => (isKernel(path) ? ('fast' as const) : ('slow' as const))
const groups = partition({
  transforms: { slow: inner, fast: adamw(rate) },
  paramLabels: byPath(slowBias),
})

type Make<L> = (shape: readonly number[], values: readonly number[]) => L
const withHead = <L>(now: Dense<L>, make: Make<L>) => ({ ...now, head: { kernel: make([2], [0.5, -0.5]) } })
const withoutBias = <L>({ dense: { kernel } }: Dense<L>) => ({ dense: { kernel } })
const biasRenamed = <L>({ dense: { kernel, bias } }: Dense<L>) => ({ dense: { kernel, offset: bias } })
const layerRenamed = <L>({ dense }: Dense<L>) => ({ body: dense })
const kernelLarger = <L>({ dense: { bias } }: Dense<L>, make: Make<L>) => ({
  dense: { kernel: make([3, 2], [1, 2, 3, 4, 5, 6]), bias },
})

/** Both moments of a leaf, the new path and the old one. */
const moments = (to: string, from = to): Readonly<Record<string, string>> => ({
  [`0.mu.${to}`]: `0.mu.${from}`,
  [`0.nu.${to}`]: `0.nu.${from}`,
})
const counts = { '0.count': '0.count', 1: '1' }
const joined = {
  '0.mu.dense.bias': 'slow.0.mu.dense.bias',
  '0.nu.dense.bias': 'slow.0.nu.dense.bias',
  '0.mu.dense.kernel': 'fast.0.mu.dense.kernel',
  '0.nu.dense.kernel': 'fast.0.nu.dense.kernel',
}
const uneven = partition({
  transforms: { slow: multiSteps({ everyKSchedule: 2 })(inner), fast: adamw(rate) },
  paramLabels: byPath(slowBias),
})

/** Changes of what sees which leaf, and of the leaves. */
export const leafChanges: readonly Change[] = [
  {
    change: 'one chain → two groups: its counts go to both',
    from: inner,
    to: groups,
    plan: '8 moved, 1 started',
    needs: ['started'],
    carried: {
      ...Object.fromEntries(Object.entries(joined).map(([to, from]) => [from, to])),
      'slow.0.count': '0.count',
      'slow.1': '1',
      'fast.0.count': '0.count',
      'fast.2': '1',
    },
  },
  {
    change: 'two groups → one chain, where they have counted the same',
    from: groups,
    to: inner,
    plan: '6 moved, 1 dropped',
    needs: ['dropped'],
    carried: { ...joined, '0.count': 'fast.0.count', 1: 'fast.2' },
  },
  {
    change: 'two groups → one chain, where their counts differ, untold',
    from: uneven,
    to: inner,
    plan: '4 moved, 6 dropped, 2 ambiguous',
    needs: ['dropped'],
    carried: {},
    refused: true,
  },
  {
    change: 'two groups → one chain, where their counts differ, told',
    from: uneven,
    to: inner,
    options: {
      slots: { scaleByAdam: 'scaleByAdam at fast.0', scaleByLearningRate: 'scaleByLearningRate at fast.2' },
    },
    plan: '6 moved, 8 dropped',
    needs: ['dropped'],
    carried: {
      ...joined,
      '0.mu.dense.bias': 'slow.inner.0.mu.dense.bias',
      '0.nu.dense.bias': 'slow.inner.0.nu.dense.bias',
      '0.count': 'fast.0.count',
      1: 'fast.2',
    },
  },
  {
    change: 'groups that have other labels',
    from: groups,
    to: partition({
      transforms: { calm: inner, quick: adamw(rate) },
      paramLabels: byPath((path) => (isKernel(path) ? 'quick' : 'calm')),
    }),
    plan: '9 moved',
    needs: [],
    carried: { calm: 'slow', quick: 'fast' },
    goesOn: true,
  },
  {
    change: 'leaves that have changed groups',
    from: groups,
    to: partition({
      transforms: { slow: inner, fast: adamw(rate) },
      paramLabels: byPath((path) => (isKernel(path) ? 'slow' : 'fast')),
    }),
    plan: '8 moved, 1 started, 1 dropped',
    needs: ['started', 'dropped'],
    carried: {
      'slow.0.mu': 'fast.0.mu',
      'slow.0.nu': 'fast.0.nu',
      'slow.0.count': 'fast.0.count',
      'slow.1': 'fast.2',
      'fast.0.mu': 'slow.0.mu',
      'fast.0.nu': 'slow.0.nu',
      'fast.0.count': 'slow.0.count',
      'fast.2': 'slow.1',
    },
  },
  {
    change: 'a leaf unfrozen: a wider mask',
    from: narrow,
    to: wide,
    plan: '4 same, 2 started',
    needs: ['started'],
    carried: { ...moments('dense.kernel'), ...counts },
  },
  {
    change: 'a leaf frozen: a narrower mask',
    from: wide,
    to: narrow,
    plan: '4 same, 2 dropped',
    needs: ['dropped'],
    carried: { ...moments('dense.kernel'), ...counts },
  },
  {
    change: 'mask taken away',
    from: narrow,
    to: inner,
    plan: '4 same, 2 started',
    needs: ['started'],
    carried: { ...moments('dense.kernel'), ...counts },
  },
  {
    change: 'freeze put at the end',
    from: inner,
    to: chain(inner, freeze({ mask: byPath(isKernel) })),
    plan: '6 moved',
    needs: [],
    carried: { 0: '' },
  },
  {
    change: 'a layer added',
    from: inner,
    to: inner,
    params: withHead,
    plan: '6 same, 2 started',
    needs: ['started'],
    carried: { ...moments('dense'), ...counts },
    goesOn: true,
  },
  {
    change: 'a layer added, under an average',
    from: withMovingAverage({ decay: 0.5 })(inner),
    to: withMovingAverage({ decay: 0.5 })(inner),
    params: withHead,
    plan: '9 same, 3 started',
    needs: ['started'],
    carried: {
      'inner.0.mu.dense': 'inner.0.mu.dense',
      'inner.0.nu.dense': 'inner.0.nu.dense',
      'inner.0.count': 'inner.0.count',
      'inner.1': 'inner.1',
      'average.dense': 'average.dense',
      count: 'count',
    },
    goesOn: true,
  },
  {
    change: 'a layer added, in the middle of a round of multiSteps',
    from: multiSteps({ everyKSchedule: 2 })(inner),
    to: multiSteps({ everyKSchedule: 2 })(inner),
    params: withHead,
    plan: '13 same, 4 started',
    needs: ['started'],
    carried: {
      'inner.0.mu.dense': 'inner.0.mu.dense',
      'inner.0.nu.dense': 'inner.0.nu.dense',
      'inner.0.count': 'inner.0.count',
      'inner.1': 'inner.1',
      'acc.dense': 'acc.dense',
      'given.dense/kernel': 'given.dense/kernel',
      'given.dense/bias': 'given.dense/bias',
      miniStep: 'miniStep',
      gradientStep: 'gradientStep',
      skipped: 'skipped',
    },
    goesOn: true,
  },
  {
    change: 'a layer added, under flatten: one vector is of another length',
    from: flatten(inner),
    to: flatten(inner),
    params: withHead,
    plan: '4 started, 4 dropped',
    needs: ['started', 'dropped'],
    carried: {},
    opaque: true,
  },
  {
    change: 'a layer taken away',
    from: inner,
    to: inner,
    params: withoutBias,
    plan: '4 same, 2 dropped',
    needs: ['dropped'],
    carried: { ...moments('dense.kernel'), ...counts },
    goesOn: true,
  },
  {
    change: 'a leaf renamed, untold',
    from: inner,
    to: inner,
    params: biasRenamed,
    plan: '4 same, 2 started, 2 dropped',
    needs: ['started', 'dropped'],
    carried: { ...moments('dense.kernel'), ...counts },
  },
  {
    change: 'a leaf renamed, told',
    from: inner,
    to: inner,
    params: biasRenamed,
    options: { rename: [['dense/bias', 'dense/offset']] },
    plan: '4 same, 2 moved',
    needs: [],
    carried: { ...moments('dense.kernel'), ...moments('dense.offset', 'dense.bias'), ...counts },
  },
  {
    change: 'every leaf renamed, untold',
    from: inner,
    to: inner,
    params: layerRenamed,
    plan: '6 started, 6 dropped',
    needs: ['started', 'dropped'],
    carried: {},
  },
  {
    change: 'every leaf renamed, told by a pattern',
    from: inner,
    to: inner,
    params: layerRenamed,
    options: { rename: [['dense/**', 'body/**']] },
    plan: '2 same, 4 moved',
    needs: [],
    carried: { ...moments('body', 'dense'), ...counts },
  },
  {
    change: 'a leaf of another shape',
    from: inner,
    to: inner,
    params: kernelLarger,
    plan: '4 same, 2 shape',
    needs: ['shape'],
    carried: { ...moments('dense.bias'), ...counts },
  },
]

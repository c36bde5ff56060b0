import { inject } from 'vitest'
import { seedOf } from '../../src/scalars/seedOf.js'
import type { BackendName } from './backend.js'

declare module 'vitest' {
  interface ProvidedContext {
    readonly whole: boolean
  }
}

/** Whether every case is asked for, as `POLYAK_WHOLE=1 npm test` does; that takes half an hour. */
export const whole: boolean = inject('whole')

/** Every nth of the cases within a test, and all of them in a whole run. */
export const part = <A>(cases: readonly A[], n: number): readonly A[] =>
  whole ? cases : cases.filter((_, i) => i % n === 0)

/** The number of cases of a property or a law: a sixteenth of so many by default. */
export const casesOf = (most: number): number => (whole ? most : Math.ceil(most / 16))

/** What a backend takes of a file's tests by default: one in so many, told by its name; `'rest'`, what wasm leaves; or
 *  all but those whose names begin so, which the other backends run. */
type Share = number | 'rest' | readonly string[]

/** Of the files named here, those that take long, wasm and WebGL take a part of the tests by default, each test by its
 *  name; cpu takes all of them, or what wasm leaves, so that each runs somewhere. */
export const shares: Readonly<Record<string, Partial<Record<BackendName, Share>>>> = {
  'examples/examples.test.ts': { wasm: ['06', '07'], webgl: ['02', '03', '06', '07', '08'] },
  'examples/gallery.test.ts': { wasm: ['11', '12', '13', '14'], webgl: ['11', '12', '13', '14', '15'] },
  'laws/checks/migration/changes.test.ts': { cpu: 'rest', wasm: 4, webgl: 40 },
  'laws/checks/migration/changesOfFiles.test.ts': { wasm: 4, webgl: 20 },
  'laws/checks/oracle/aggregating.test.ts': { webgl: 12 },
  'laws/checks/oracle/averaging.test.ts': { cpu: 'rest', wasm: 3, webgl: 50 },
  'laws/checks/oracle/beyond.test.ts': { cpu: 'rest', wasm: 2, webgl: 70 },
  'laws/checks/oracle/contrib.test.ts': { cpu: 'rest', wasm: 2, webgl: 100 },
  'laws/checks/oracle/lbfgsRuns.test.ts': { webgl: ['every run', 'with zoom'] },
  'laws/checks/oracle/losses.test.ts': { cpu: 'rest', wasm: 2, webgl: 100 },
  'laws/checks/oracle/microbatching.test.ts': { cpu: 'rest', wasm: 2, webgl: 12 },
  'laws/checks/oracle/movingAverageOptimizer.test.ts': { webgl: 8 },
  'laws/checks/oracle/numerics.test.ts': { webgl: ['safeNorm', 'powerIteration'] },
  'laws/checks/oracle/optax.test.ts': { cpu: 'rest', wasm: 2, webgl: 100 },
  'laws/checks/oracle/perturbations.test.ts': { webgl: 7 },
  'laws/checks/oracle/projections.test.ts': { cpu: 'rest', wasm: 2, webgl: 15 },
  'laws/checks/oracle/scheduleFree.test.ts': { webgl: 12 },
  'laws/checks/oracle/states.test.ts': { cpu: 'rest', wasm: 2, webgl: 24 },
  'src/averaging/anything.test.ts': { webgl: 4 },
  'src/averaging/laws.test.ts': { cpu: 'rest', wasm: 3, webgl: 12 },
  'src/averaging/liftLaws.test.ts': { cpu: 'rest', wasm: 3, webgl: 25 },
  'src/averaging/moreLaws.test.ts': { cpu: 'rest', wasm: 3, webgl: 30 },
  'src/averaging/schemes/laws.test.ts': { cpu: 'rest', wasm: 3, webgl: 30 },
  'src/checkpoint/recordText.test.ts': { cpu: 'rest', wasm: 3, webgl: 6 },
  'src/checkpoint/streaming.test.ts': { wasm: ['a save is the file'], webgl: ['a save is the file'] },
  'src/checkpoint/synthesize.test.ts': { cpu: 'rest', wasm: 2, webgl: 2 },
  'src/combinators/applyIfFinite.test.ts': { webgl: 4 },
  'src/combinators/applyIfFiniteJudge.test.ts': { cpu: 'rest', wasm: 2, webgl: 8 },
  'src/combinators/cautious.test.ts': { webgl: 8 },
  'src/combinators/chain.test.ts': { webgl: 4 },
  'src/combinators/composed.test.ts': { cpu: 'rest', wasm: 3, webgl: 30 },
  'src/combinators/gathering.test.ts': { cpu: 'rest', wasm: 2, webgl: 6 },
  'src/combinators/groups.test.ts': { webgl: 3 },
  'src/combinators/injectedPlan.test.ts': { cpu: 'rest', wasm: 2, webgl: 8 },
  'src/combinators/laws.test.ts': { cpu: 'rest', wasm: 3, webgl: 18 },
  'src/combinators/moreLaws.test.ts': { cpu: 'rest', wasm: 2, webgl: 6 },
  'src/combinators/restart.test.ts': { cpu: 'rest', wasm: 3, webgl: 60 },
  'src/combinators/ruleLaws.test.ts': { cpu: 'rest', wasm: 3, webgl: 20 },
  'src/combinators/wrappers.test.ts': { cpu: 'rest', wasm: 2, webgl: 10 },
  'src/engine/aggregated.test.ts': { cpu: 'rest', wasm: 3, webgl: 20 },
  'src/engine/backendLaws.test.ts': { webgl: 3 },
  'src/engine/cousins.test.ts': { cpu: 'rest', wasm: 2, webgl: 6 },
  'src/engine/keptUpdates.test.ts': { webgl: 4 },
  'src/engine/overNothing.test.ts': { webgl: 5 },
  'src/engine/ownership.test.ts': { webgl: 5 },
  'src/equation/interpret.test.ts': { cpu: 'rest', wasm: 3, webgl: 6 },
  'src/equation/patterns.test.ts': { webgl: ['graphs are made of kinds'] },
  'src/interop/exportState.test.ts': { webgl: 4 },
  'src/layers/averages.test.ts': {
    cpu: 'rest',
    wasm: 2,
    webgl: ["'", 'a model', 'a number', 'evaluates', 'groups', 'keeps', 're-estimated', 'training', 'what'],
  },
  'src/layers/layersOptimizer.test.ts': { cpu: 'rest', wasm: 2, webgl: 5 },
  'src/layers/saving.test.ts': {
    cpu: 'rest',
    wasm: 2,
    webgl: ['goes on bit for bit', 'layers frozen', 'a ', 'two ', 'without', 'iter', 'saving', 'those'],
  },
  'src/losses/laws.test.ts': { cpu: 'rest', wasm: 2, webgl: 10 },
  'src/losses/losses.test.ts': { cpu: 'rest', wasm: 2, webgl: 120 },
  'src/microbatching/microbatching.test.ts': { cpu: 'rest', wasm: 2, webgl: 4 },
  'src/migration/migrate.test.ts': { cpu: 'rest', wasm: 2, webgl: 3 },
  'src/numerics/checkSecondDerivatives.test.ts': { webgl: 2 },
  'src/numerics/numerics.test.ts': { webgl: 5 },
  'src/optimizers/contract.test.ts': { cpu: 'rest', wasm: 3, webgl: 160 },
  'src/optimizers/laws.test.ts': { cpu: 'rest', wasm: 3, webgl: 30 },
  'src/optimizers/lbfgs.test.ts': { webgl: 4 },
  'src/optimizers/longSides.test.ts': {
    cpu: 'rest',
    wasm: 2,
    webgl: ['a side above 1024, as in the float64 reference: kr', 'a side above 1024, as in the float64 reference: so'],
  },
  'src/optimizers/readBacks.test.ts': { webgl: ['what reads back'] },
  'src/optimizers/schedules.test.ts': { cpu: 'rest', wasm: 2, webgl: 10 },
  'src/perturbations/makePerturbedFun.test.ts': { wasm: ['by Gumbel noise'], webgl: ['by Gumbel noise'] },
  'src/projections/laws.test.ts': { cpu: 'rest', wasm: 2, webgl: 9 },
  'src/projections/projections.test.ts': { cpu: 'rest', wasm: 3, webgl: 30 },
  'src/tensors/treeOperations.test.ts': { webgl: 2 },
  'src/training/fit.test.ts': { cpu: 'rest', wasm: 2, webgl: 2 },
  'src/training/laws.test.ts': { webgl: 2 },
  'src/training/saves.test.ts': { cpu: 'rest', wasm: 2, webgl: 3 },
  'src/training/valueAndGrad.test.ts': { webgl: 2 },
  'src/transformation/otherDtypes.test.ts': { cpu: 'rest', wasm: 2, webgl: 40 },
  'src/transforms/axiswiseTensors.test.ts': { webgl: 2 },
  'src/transforms/keepParamsIn.test.ts': { webgl: 4 },
  'src/transforms/laws.test.ts': { cpu: 'rest', wasm: 3, webgl: 60 },
  'src/transforms/leafCounts.test.ts': { cpu: 'rest', wasm: 3, webgl: 30 },
  'src/transforms/leavesWithoutElements.test.ts': { cpu: 'rest', wasm: 2, webgl: 32 },
  'src/transforms/lineSearchFailures.test.ts': { webgl: 3 },
  'src/transforms/lineSearchPlaces.test.ts': { cpu: 'rest', wasm: 3, webgl: 40 },
  'src/transforms/norms.test.ts': { cpu: 'rest', wasm: 3, webgl: 30 },
  'src/transforms/optionalLaws.test.ts': { cpu: 'rest', wasm: 2, webgl: 5 },
  'src/transforms/scaleByLbfgs.test.ts': { cpu: 'rest', wasm: 3, webgl: 6 },
  'src/transforms/transforms.test.ts': { webgl: 6 },
  'src/tree/slashedKeys.test.ts': { webgl: 2 },
}

/** Whether a backend takes a test by default: its file, its name, and the names of the suites that it is in. */
export const takes = (backend: BackendName, file: string, name: string, suites: readonly string[] = []): boolean => {
  const shared = shares[file] ?? {}
  const share = shared[backend]
  const one = (n: number): boolean => seedOf([...suites, name].join(' > ')) % n === 0
  if (share === undefined) return true
  if (typeof share === 'number') return one(share)
  if (share !== 'rest') return !share.some((beginning) => name.startsWith(beginning))
  if (typeof shared.wasm !== 'number') throw new Error(`laws/checks/part.ts: wasm leaves no part of ${file}`)
  return !one(shared.wasm)
}

import { chain } from '../../../src/combinators/chain.js'
import { adamMini } from '../../../src/optimizers/adamMini.js'
import { adamuon } from '../../../src/optimizers/adamuon.js'
import { dion2 } from '../../../src/optimizers/dion2.js'
import { shampoo } from '../../../src/optimizers/shampoo.js'
import { soap } from '../../../src/optimizers/soap.js'
import { addDecayedWeights } from '../../../src/transforms/addDecayedWeights.js'
import type { MomentBlocks } from '../../../src/transforms/scaleByAdamMini.js'
import { scaleByDionOf } from '../../../src/transforms/scaleByDion.js'
import { scaleByKronOf } from '../../../src/transforms/scaleByKron.js'
import { scaleByLearningRate } from '../../../src/transforms/scaleByLearningRate.js'
import type { MuonScaling } from '../../../src/transforms/muonScaling.js'
import type { AnyTransformation, Opaque } from '../../../src/transformation/Transformation.js'
import { scaleBySoap, type ScaleBySoapOptions } from '../../../src/transforms/scaleBySoap.js'
import { wholeView } from '../../../src/equation/View.js'
import { plain } from '../../../src/transformation/plain.js'
import type { Given, Subject } from './BeyondSubject.js'

const rated = ({ lr }: Given, weightDecay: number, direction: AnyTransformation): AnyTransformation =>
  chain(direction, addDecayedWeights({ weightDecay }), scaleByLearningRate({ learningRate: lr }))

const dion2Of = (evened: boolean): Subject => ({
  turned: true,
  make: ({ lr, fraction = 0.25, efDecay = 0.95 }) =>
    dion2({ learningRate: lr, fraction, efDecay, evened, nsCoeffs: 'standard' }),
})

/** SOAP's direction as pytorch_optimizer has it: the clock of its bases counts the step that it skips. */
const aheadByOne = (given: ScaleBySoapOptions): AnyTransformation => {
  const { anatomy } = scaleBySoap({ ...given, correctBias: false })
  const [segment] = anatomy.plan({}, { updates: null, params: null, extra: undefined }).segments
  if (anatomy.shape.kind !== 'opaque' || segment?.kind !== 'plain') throw new Error('scaleBySoap is no plain one')
  const { update } = segment
  return plain<Opaque>({
    name: 'SOAP with a clock that is ahead',
    init: anatomy.shape.init,
    update: (updates, state, params) => {
      const [out, next] = update(updates, state, params, undefined, wholeView)
      const { count } = next as { readonly count: number } // the state of `scaleBySoap`
      return [out as never, count === 1 ? { ...(next as object), count: 2 } : next]
    },
  })
}

const scalings: Readonly<Record<string, MuonScaling>> = { match_rms_adamw: 'moonlight', rms_to_rms: 'spectral' }

/** Optimizers that look at matrices as such. */
export const matrixSubjects: Readonly<Record<string, Subject>> = {
  'nikhilvyas/SOAP SOAP': {
    turned: true,
    make: ({ lr, betas: [b1, b2] = [0.95, 0.95], weightDecay = 0.01, ...given }) =>
      soap({
        learningRate: lr,
        b1,
        b2,
        weightDecay,
        preconditionFrequency: given.preconditionFrequency ?? 10,
        normalizeGrads: given.normalizeGrads ?? false,
        maxPrecondDim: given.maxPrecondDim ?? 10000,
        correctBias: given.correctBias ?? true,
        ...(given.shampooBeta === undefined ? {} : { shampooBeta: given.shampooBeta }),
      }),
  },
  'pytorch_optimizer SOAP': {
    // its bias corrections and the clock of its bases count the step that it skips
    turned: true,
    exact: 3e-8,
    make: ({ lr, betas: [b1, b2] = [0.95, 0.95], weightDecay = 0.01, preconditionFrequency = 10 }) => {
      const correction = (count: number): number => Math.sqrt(1 - b2 ** (count + 1)) / (1 - b1 ** (count + 1))
      const learningRate = (count: number): number => lr * correction(count)
      return weightDecay === 0
        ? chain(aheadByOne({ b1, b2, preconditionFrequency }), scaleByLearningRate({ learningRate }))
        : soap({
            learningRate,
            b1,
            b2,
            weightDecay: (count) => weightDecay / correction(count),
            correctBias: false,
            preconditionFrequency,
          })
    },
  },
  'timm PSGD Kron': {
    turned: true,
    exact: 2e-9,
    make: ({ momentum = 0.9, weightDecay = 0, preconditionerUpdateProbability = 1, ...given }, normals) =>
      rated(
        given,
        weightDecay,
        scaleByKronOf(normals)({
          momentum,
          preconditionerUpdateProbability,
          memorySaveMode: given.memorySaveMode === 'all_diag' ? 'allDiag' : 'none',
        }),
      ),
  },
  'facebookresearch/optimizers distributed Shampoo, grafted to Adam': {
    // there eigenvalues are taken in float32, of matrices without full rank
    turned: true,
    exact: 1e-4,
    rounded: 1e-4,
    make: ({ lr, betas: [b1, b2] = [0.9, 1], epsilon = 1e-12, weightDecay = 0, ...given }) =>
      shampoo({
        learningRate: lr,
        b1,
        b2,
        eps: epsilon,
        graftingB2: b2,
        weightDecay,
        preconditionFrequency: given.preconditionFrequency ?? 1,
        ...(given.startPreconditioningStep === undefined
          ? {}
          : { startPreconditioningStep: given.startPreconditioningStep }),
      }),
  },
  'microsoft/dion Dion': {
    turned: true,
    make: ({ rank = 2, mu = 0.95, weightDecay = 0.01, ...given }, normals) =>
      rated(given, weightDecay, scaleByDionOf(normals)({ rank, mu, scaling: 'spectral' })),
  },
  'microsoft/dion Dion2': dion2Of(false),
  'microsoft/dion NorDion2': dion2Of(true),
  'timm AdaMuon': {
    turned: true,
    exact: 1e-6,
    make: ({ lr, adjustLrFn = 'match_rms_adamw', nesterov = false }) =>
      adamuon({ learningRate: lr, nesterov, scaling: scalings[adjustLrFn] ?? 'none' }),
  },
  'zyushun/Adam-mini Adam-mini': {
    turned: true,
    make: ({ lr, betas: [b1, b2] = [0.9, 0.999], weightDecay = 0, nHeads = 1 }) =>
      adamMini({
        learningRate: lr,
        b1,
        b2,
        weightDecay,
        mask: (params) =>
          Object.fromEntries(Object.keys(params as object).map((name) => [name, !name.includes('norm')])),
        blocks: (params) =>
          Object.fromEntries(
            Object.keys(params as object).map((name): readonly [string, MomentBlocks] => [
              name,
              name.includes('norm') ? 'leaf' : name.includes('q_proj') ? { axis: -1, parts: nHeads } : { axis: -1 },
            ]),
          ),
      }),
  },
}

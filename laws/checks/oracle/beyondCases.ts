import { cautious } from '../../../src/combinators/cautious.js'
import { chain } from '../../../src/combinators/chain.js'
import { adabound } from '../../../src/optimizers/adabound.js'
import { laprop } from '../../../src/optimizers/laprop.js'
import { mars } from '../../../src/optimizers/mars.js'
import { muon } from '../../../src/optimizers/muon.js'
import { normuon } from '../../../src/optimizers/normuon.js'
import { stableAdamw } from '../../../src/optimizers/stableAdamw.js'
import { tiger } from '../../../src/optimizers/tiger.js'
import { grokfast } from '../../../src/transforms/grokfast.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'
import { addDecayedWeights } from '../../../src/transforms/addDecayedWeights.js'
import { scaleByAdam } from '../../../src/transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../../../src/transforms/scaleByLearningRate.js'
import type { MuonScaling } from '../../../src/transforms/muonScaling.js'
import type { NsCoefficients } from '../../../src/transforms/nsCoefficients.js'
import { scaleByLion } from '../../../src/transforms/scaleByLion.js'
import { trace } from '../../../src/transforms/trace.js'
import text from './beyondOptax.json?raw'
import type { OracleRun } from './OracleRun.js'
import type { Numbers } from './optaxCases.js'

/** Options as the peer spells them; what is absent is at the peer's default. */
interface Given {
  readonly lr: number
  readonly adjustLr?: string | null
  readonly adjustLrFn?: string
  readonly nsSteps?: number
  readonly nsCoefficients?: string
  readonly useAdjustedLr?: boolean
  readonly betas?: readonly [number, number]
  readonly weightDecay?: number
  readonly momentum?: number
  readonly muonBeta2?: number
  readonly gamma?: number
  readonly beta?: number
  readonly nesterov?: boolean
}

interface BeyondCase {
  readonly peer: string
  readonly name: string
  readonly options: Given
  readonly params: Numbers
  readonly grads: readonly Numbers[]
  readonly trajectory: readonly Numbers[]
}

/** How a peer's optimizer is said here. */
interface Subject {
  readonly make: (given: Given) => AnyTransformation
  /** Whether matrices are [out, in] there: they are turned to kernels. */
  readonly turned?: boolean
  readonly exact?: number
  readonly rounded?: number
}

const rated = ({ lr, weightDecay = 0 }: Given, ...parts: readonly AnyTransformation[]): AnyTransformation =>
  chain(...parts, addDecayedWeights({ weightDecay }), scaleByLearningRate({ learningRate: lr }))

const moments = ({ betas: [b1, b2] = [0.9, 0.999] }: Given) => ({ b1, b2 })

const timmCoefficients: Readonly<Record<string, NsCoefficients>> = {
  quintic: 'dion',
  original: 'standard',
  // timm's own numbers, which are not the paper's
  polar_express: [
    [8.237312490495555, -23.157747414558198, 16.680568411445915],
    [4.082441999064835, -2.893047735332586, 0.5252849256975648],
    [3.9263479922546582, -2.8547468034765298, 0.5318022422894988],
    [3.2982187133085143, -2.424541981026706, 0.48632008358844075],
    [2.2970369434552573, -1.63662558125903, 0.4002628455953627],
    [1.8763805351440397, -1.2347896577722228, 0.35891887501668385],
  ],
}

/** Muon as PyTorch's family has it: without bias correction. Their ε bounds the norm, where optax adds it: 0 is both. */
const family = (
  given: Given,
  { scaling, ...more }: Partial<Parameters<typeof muon>[0]> & { readonly scaling: MuonScaling },
): AnyTransformation =>
  muon({
    learningRate: given.lr,
    weightDecay: given.weightDecay ?? 0,
    nesterov: given.nesterov ?? true,
    debias: false,
    eps: 0,
    scaling,
    nsSteps: given.nsSteps ?? 5,
    ...more,
  })

const scalings: Readonly<Record<string, MuonScaling>> = {
  original: 'original',
  match_rms_adamw: 'moonlight',
  rms_norm: 'moonlight',
  rms_to_rms: 'spectral',
  spectral_norm: 'spectral',
}

const named = (name: string | null, fallback: MuonScaling = 'none'): MuonScaling => scalings[name ?? ''] ?? fallback

const subjects: Readonly<Record<string, Subject>> = {
  'timm cautious AdamW': {
    make: (given) => rated({ weightDecay: 0.01, ...given }, cautious()(scaleByAdam(moments(given)))),
  },
  'torch Muon': {
    turned: true,
    make: (given) => family({ weightDecay: 0.1, ...given }, { scaling: named(given.adjustLrFn ?? null, 'original') }),
  },
  'timm Muon': {
    turned: true,
    make: (given) =>
      family(
        { nesterov: false, ...given },
        {
          scaling: named(given.adjustLrFn ?? null, 'moonlight'),
          nsCoeffs: timmCoefficients[given.nsCoefficients ?? 'quintic'] ?? 'standard',
        },
      ),
  },
  'pytorch_optimizer Muon': {
    turned: true,
    make: (given) => family(given, { scaling: given.useAdjustedLr === true ? 'original' : 'moonlight' }),
  },
  'microsoft/dion Muon': {
    turned: true,
    make: (given) =>
      family(
        { weightDecay: 0.1, ...given },
        { eps: 5e-10, scaling: named(given.adjustLr === undefined ? 'spectral_norm' : given.adjustLr) },
      ),
  },
  'timm LaProp': { make: (given) => laprop({ learningRate: given.lr, ...moments(given) }) },
  'timm MARS': {
    make: ({ lr, gamma, weightDecay = 0 }) =>
      mars({ learningRate: lr, weightDecay, b1: 0.9, ...(gamma === undefined ? {} : { gamma }) }),
  },
  'pytorch_optimizer AdaBound': {
    exact: 2e-10,
    make: ({ lr }) => adabound({ learningRate: lr }),
  },
  'pytorch_optimizer Tiger': {
    make: ({ lr, beta = 0.965, weightDecay = 0.01 }) => tiger({ learningRate: lr, beta, weightDecay }),
  },
  'pytorch_optimizer GrokFast AdamW': {
    // the peer divides the rate by 1 + λ, and adds ε to a root without bias correction
    exact: 1e-8,
    make: ({ lr }) =>
      chain(grokfast(), scaleByAdam({ b1: 0.9, b2: 0.99 }), scaleByLearningRate({ learningRate: lr / 3 })),
  },
  'optimi StableAdamW': {
    make: ({ lr, betas: [b1, b2] = [0.9, 0.99], weightDecay = 0.01 }) =>
      stableAdamw({ learningRate: lr, b1, b2, weightDecay }),
  },
  'microsoft/dion NorMuon': {
    turned: true,
    make: ({ lr, adjustLr, weightDecay = 0.01, muonBeta2 = 0.95, nesterov = false }) =>
      normuon({
        learningRate: lr,
        weightDecay,
        beta2: muonBeta2,
        nesterov,
        eps: 5e-10,
        nsCoeffs: 'standard',
        scaling: named(adjustLr === undefined ? 'spectral_norm' : adjustLr),
      }),
  },
  'timm cautious Lion': {
    make: (given) => rated(given, cautious()(scaleByLion())),
  },
  'timm cautious SGD with momentum': {
    make: (given) => rated(given, cautious()(trace({ decay: given.momentum ?? 0, nesterov: given.nesterov ?? false }))),
  },
}

const turned = (tree: Numbers): Numbers =>
  Object.fromEntries(
    Object.entries(tree).map(([key, x]) => [
      key,
      Array.isArray(x) && Array.isArray(x[0])
        ? // a matrix
          (x[0] as readonly number[]).map((_, j) => (x as readonly (readonly number[])[]).map((row) => row[j] ?? 0))
        : x,
    ]),
  )

const cases = (JSON.parse(text) as { readonly cases: readonly BeyondCase[] }).cases // this repository's own file

const required = <A>(value: A | undefined): A => {
  if (value === undefined) throw new Error('the oracle lacks a step')
  return value
}

/** What is not compared though its optimizer is, and why. */
const leftOut: Readonly<Record<number, string>> = {
  18: 'decays the parameters after the step',
  21: 'another rule: signs',
  22: 'another choice of leaves',
  23: 'cautious inside of the one part only',
  87: 'begins later, at a step of its own',
  91: 'keeps the largest second moment',
  137: 'a decay relative to the largest rate',
  151: 'the same with coefficients of the peer’s own',
  152: 'a decay that asks for agreement',
  55: 'a set of coefficients that only timm has',
}

/** Where the peer adds an ε that the options here do not say. */
const loose: Readonly<Record<number, number>> = { 56: 1e-7 }

/** The runs that are compared. */
export const beyondRuns: readonly OracleRun[] = cases.flatMap(
  ({ peer, name, options, params, grads, trajectory }, i): readonly OracleRun[] => {
    const {
      make,
      exact = 5e-11,
      rounded = 6e-6,
      turned: turn = false,
    } = subjects[`${peer.split(' ')[0]} ${name}`] ?? {}
    return make === undefined || i in leftOut
      ? []
      : [
          {
            title: `${i} ${peer}: ${name} ${JSON.stringify(options)}`,
            tx: () => make(options),
            params: turn ? turned(params) : params,
            grads: (step) => (turn ? turned(required(grads[step])) : required(grads[step])),
            trajectory: turn ? trajectory.map(turned) : trajectory,
            exact: loose[i] ?? exact,
            rounded,
          },
        ]
  },
)

/** Subjects that the file does not have. */
export const strangers: readonly string[] = Object.keys(subjects).filter(
  (subject) => !cases.some(({ peer, name }) => `${peer.split(' ')[0]} ${name}` === subject),
)

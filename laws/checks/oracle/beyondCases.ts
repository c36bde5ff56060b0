import { cautious } from '../../../src/combinators/cautious.js'
import { partition } from '../../../src/combinators/partition.js'
import { adamw } from '../../../src/optimizers/adamw.js'
import { decayedAfter } from '../../../src/optimizers/decayedAfter.js'
import { scaleByMars } from '../../../src/transforms/scaleByMars.js'
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
import type { Quintic } from '../../../src/transforms/newtonSchulz.js'
import type { NsCoefficients } from '../../../src/transforms/nsCoefficients.js'
import { scaleByLion } from '../../../src/transforms/scaleByLion.js'
import type { Normals } from '../../../src/transforms/normalsOf.js'
import { trace } from '../../../src/transforms/trace.js'
import text from './beyondOptax.json?raw'
import type { OracleRun } from './OracleRun.js'
import { flatNumbers, shapeOf, type Nested, type Numbers } from './optaxCases.js'
import { equationSubjects } from './beyondEquations.js'
import { chainSubjects } from './beyondChains.js'
import { matrixSubjects } from './beyondMatrices.js'
import type { Given, Subject } from './BeyondSubject.js'

interface BeyondCase {
  readonly peer: string
  readonly name: string
  readonly options: Given
  readonly params: Numbers
  readonly grads: readonly Numbers[]
  readonly trajectory: readonly Numbers[]
  readonly randomNormals?: readonly Nested[]
}

const rated = ({ lr, weightDecay = 0 }: Given, ...parts: readonly AnyTransformation[]): AnyTransformation =>
  chain(...parts, addDecayedWeights({ weightDecay }), scaleByLearningRate({ learningRate: lr }))

const moments = ({ betas: [b1, b2] = [0.9, 0.999] }: Given) => ({ b1, b2 })

const timmCoefficients: Readonly<Record<string, NsCoefficients>> = {
  quintic: 'dion',
  original: 'standard',
  // timm's own numbers, which are not the paper's
  polar_express_safer: [
    [8.156554524902461, -22.48329292557795, 15.878769915207462],
    [4.0429299351667245, -2.808917465908704, 0.5000178451051299],
    [3.8916678022926563, -2.7724841532176825, 0.5060648178503389],
    [3.285753657755658, -2.3681294933425394, 0.46449024233003117],
    [2.3005307116270983, -1.6111665557258408, 0.3833374427545273],
  ],
  polar_express: [
    [8.237312490495555, -23.157747414558198, 16.680568411445915],
    [4.082441999064835, -2.893047735332586, 0.5252849256975648],
    [3.9263479922546582, -2.8547468034765298, 0.5318022422894988],
    [3.2982187133085143, -2.424541981026706, 0.48632008358844075],
    [2.2970369434552573, -1.63662558125903, 0.4002628455953627],
    [1.8763805351440397, -1.2347896577722228, 0.35891887501668385],
  ],
}

/** The same for a norm that is taken as so many times larger: the first iteration sees a smaller matrix. */
const within = (coefficients: NsCoefficients, safety: number): NsCoefficients => {
  if (safety === 1 || typeof coefficients === 'string') return coefficients
  const [first, ...rest] = coefficients as readonly Quintic[] // one for each iteration
  const [a, b, c] = first ?? [0, 0, 0]
  return [[a / safety, b / safety ** 3, c / safety ** 5], ...rest]
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
  ...chainSubjects,
  ...matrixSubjects,
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
          nsCoeffs: within(timmCoefficients[given.nsCoefficients ?? 'quintic'] ?? 'standard', given.safetyFactor ?? 1),
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
  'timm LaProp': {
    make: ({ weightDecay = 0, eps = 1e-15, ...given }) =>
      chain(
        laprop({ learningRate: given.lr, ...moments(given), eps }),
        decayedAfter(given.lr, weightDecay, undefined, 0),
      ),
  },
  'timm MARS': {
    make: ({ lr, gamma, weightDecay = 0, optimize1d = false, caution = false }) => {
      const direction = chain(scaleByMars({ b1: 0.9 }), scaleByAdam({ b2: 0.99 }))
      return optimize1d
        ? rated({ lr }, direction)
        : caution
          ? partition({
              transforms: {
                matrices: rated({ lr }, cautious()(direction)),
                others: rated({ lr }, cautious()(scaleByAdam({ b2: 0.99 }))),
              },
              paramLabels: { k: 'matrices', w: 'others' },
            })
          : mars({ learningRate: lr, weightDecay, b1: 0.9, ...(gamma === undefined ? {} : { gamma }) })
    },
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
  'timm Muon with AdamW for vectors': {
    turned: true,
    make: ({ lr, weightDecay = 0 }) =>
      partition({
        transforms: {
          matrices: family({ lr, weightDecay, nesterov: false }, { scaling: 'moonlight', nsCoeffs: 'dion' }),
          vectors: adamw({ learningRate: lr, b2: 0.95, eps: 1e-7, weightDecay }),
        },
        paramLabels: { kernel: 'matrices', bias: 'vectors' },
      }),
  },
  'optimi StableAdamW': {
    make: ({ lr, betas: [b1, b2] = [0.9, 0.99], weightDecay = 0.01, decoupleLr = false }) =>
      stableAdamw({ learningRate: lr, b1, b2, weightDecay: decoupleLr ? weightDecay / lr : weightDecay }),
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

/** What the peer drew, by leaf and turn; a matrix of a leaf's own shape is turned with it. */
const normalsOf = ({ params, randomNormals = [] }: BeyondCase): Normals => {
  const names = Object.keys(params)
  const turns = new Map<string, number>()
  return (shape, of) => {
    const name = of.split('/').at(-1) ?? ''
    const turn = turns.get(name) ?? 0
    turns.set(name, turn + 1)
    const drawn = required(randomNormals[turn * names.length + names.indexOf(name)])
    const here = turned({ drawn })['drawn'] as Nested // as it was put in
    const isTurned = JSON.stringify(shapeOf(here)) === JSON.stringify(shape) && randomNormals.length > names.length
    return flatNumbers(isTurned ? here : drawn)
  }
}

const cases = (JSON.parse(text) as { readonly cases: readonly BeyondCase[] }).cases // this repository's own file

const required = <A>(value: A | undefined): A => {
  if (value === undefined) throw new Error('the oracle lacks a step')
  return value
}

/** Where the peer adds an ε elsewhere than the options here say, and what that comes to. */
const loose: Readonly<Record<number, number>> = {
  45: 1e-9, // before the bias correction of the root
  56: 1e-7, // scaled by √(in/out)
  66: 1e-9, // as 45
  67: 1e-9, // as 45
  75: 1e-6, // behind a bias correction that is part of the rate here
  78: 1e-9, // behind the root, not under it
}

/** What has no place here, by its name, and why. */
const leftOutNames: Readonly<Record<string, string>> = {
  'pytorch_optimizer scalable Shampoo': 'not checked by anybody; one of its two cases diverges',
  ...Object.fromEntries(
    (
      'CAME SPAM AdaGC AdamC AdamS Ano AggMo DiffGrad Amos SPlus SCION Conda FOCUS BCOS LaProp Adai Ranger21 Lamb ' +
      'StableAdamW'
    )
      .split(' ')
      .map((name) => [`pytorch_optimizer ${name}`, 'not checked against its paper']),
  ),
}

/** Cases that are neither compared, nor compared in another file, nor left out for a reason. */
export const forgotten: readonly string[] = cases.flatMap(({ peer, name }, i) => {
  const key = `${peer.split(' ')[0]} ${name}`
  return i in equationSubjects || key in subjects || key in leftOutNames || name.startsWith('schedule-free')
    ? []
    : [`${i} ${key}`]
})

/** How many cases are left out. */
export const leftOutCount: number = cases.filter(({ peer, name }, i) => {
  const key = `${peer.split(' ')[0]} ${name}`
  return !(i in equationSubjects) && key in leftOutNames
}).length

/** The runs that are compared. */
export const beyondRuns: readonly OracleRun[] = cases.flatMap((one, i): readonly OracleRun[] => {
  const { peer, name, options, params, grads, trajectory } = one
  const {
    make,
    exact = 5e-11,
    rounded = 6e-6,
    turned: turn = false,
  } = equationSubjects[i] ?? subjects[`${peer.split(' ')[0]} ${name}`] ?? {}
  return make === undefined
    ? []
    : [
        {
          title: `${i} ${peer}: ${name} ${JSON.stringify(options)}`,
          tx: () => make(options, normalsOf(one)),
          params: turn ? turned(params) : params,
          grads: (step) => (turn ? turned(required(grads[step])) : required(grads[step])),
          trajectory: turn ? trajectory.map(turned) : trajectory,
          exact: loose[i] ?? exact,
          rounded,
        },
      ]
})

/** Subjects that the file does not have. */
export const strangers: readonly string[] = Object.keys(subjects).filter(
  (subject) => !cases.some(({ peer, name }) => `${peer.split(' ')[0]} ${name}` === subject),
)

/// <reference types="vite/client" />
import { either as E } from 'fp-ts'
import { chain } from '../../../src/combinators/chain.js'
import { encodeForeign } from '../../../src/interop/encodeForeign.js'
import { foreignDtypes } from '../../../src/interop/foreignDtypes.js'
import { readForeign, type ForeignTensor } from '../../../src/interop/readForeign.js'
import { scaleByKerasAdam } from '../../../src/interop/scaleByKerasAdam.js'
import { scaleByKerasAdamax } from '../../../src/interop/scaleByKerasAdamax.js'
import { scaleByKerasAmsgrad } from '../../../src/interop/scaleByKerasAmsgrad.js'
import { scaleByTorchAdagrad } from '../../../src/interop/scaleByTorchAdagrad.js'
import { scaleByTorchAmsgrad } from '../../../src/interop/scaleByTorchAmsgrad.js'
import { scaleByTorchRadam } from '../../../src/interop/scaleByTorchRadam.js'
import { scaleByWarmedNadam } from '../../../src/interop/scaleByWarmedNadam.js'
import { multiSteps } from '../../../src/combinators/multiSteps.js'
import { scheduleFreeSgd } from '../../../src/averaging/scheduleFreeSgd.js'
import { adadelta } from '../../../src/optimizers/adadelta.js'
import { adafactor } from '../../../src/optimizers/adafactor.js'
import { adam } from '../../../src/optimizers/adam.js'
import { adagrad } from '../../../src/optimizers/adagrad.js'
import { lion } from '../../../src/optimizers/lion.js'
import { byPattern } from '../../../src/combinators/byPattern.js'
import { partition } from '../../../src/combinators/partition.js'
import { withMovingAverage } from '../../../src/averaging/withMovingAverage.js'
import { scaleByMuon } from '../../../src/transforms/scaleByMuon.js'
import { adamax } from '../../../src/optimizers/adamax.js'
import { adamw } from '../../../src/optimizers/adamw.js'
import { rmsprop } from '../../../src/optimizers/rmsprop.js'
import { sgd } from '../../../src/optimizers/sgd.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'
import { addDecayedWeights } from '../../../src/transforms/addDecayedWeights.js'
import { scale } from '../../../src/transforms/scale.js'
import { scaleByAdam } from '../../../src/transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../../../src/transforms/scaleByLearningRate.js'
import { scaleByStddev } from '../../../src/transforms/scaleByStddev.js'
import { trace } from '../../../src/transforms/trace.js'
import { made, type Nested, type Numbers, type OptaxCase } from './optaxCases.js'
import tensorflowText from './stateTensorflow.json?raw'
import tfjsText from './stateTfjs.json?raw'
import optaxText from './stateOptax.json?raw'
import optaxFile from './stateOptax.safetensors?url&inline'
import torchText from './stateTorch.json?raw'
import torchFile from './stateTorch.safetensors?url&inline'
import type { StateRun } from './stateRuns.js'

interface Common {
  readonly name: string
  readonly initial: Numbers
  readonly trajectoryBefore: readonly Numbers[]
  readonly gradsAfter: readonly Numbers[]
  readonly trajectoryAfter: readonly Numbers[]
}

interface TorchCase extends Common {
  readonly class: string
  readonly options: Readonly<Record<string, unknown>>
  readonly parameterOrder: readonly string[]
  readonly paramGroups: readonly object[]
}

type OptaxStateCase = Common & Pick<OptaxCase, 'chain'>

// The files are this repository's own; a case that is not one fails the test that reads it.
const casesOf = <C>(text: string): readonly C[] => (JSON.parse(text) as { readonly cases: readonly C[] }).cases

/** The tensors of a file that begin with a prefix, as a file of their own. */
const cut = (dataUrl: string): ((prefix: string, metadata: Readonly<Record<string, string>>) => Uint8Array) => {
  const text = atob(dataUrl.slice(dataUrl.indexOf(',') + 1))
  const read = readForeign(
    Uint8Array.from(text, (char) => char.charCodeAt(0)),
    'the oracle',
  )
  if (E.isLeft(read)) throw new Error(read.left.map(({ message }) => message).join('\n'))
  const { tensors } = read.right
  const written = (tensor: ForeignTensor, prefix: string) => ({
    ...tensor,
    name: tensor.name.slice(prefix.length),
    itemBytes: foreignDtypes[tensor.dtype]?.itemBytes ?? 1,
  })
  return (prefix, metadata) =>
    encodeForeign(
      'a case',
      tensors.filter(({ name }) => name.startsWith(prefix)).map((tensor) => written(tensor, prefix)),
      metadata,
    )
}

const last = <A>(list: readonly A[]): A => {
  const found = list.at(-1)
  if (found === undefined) throw new Error('a case of the oracle has no steps')
  return found
}

/** PyTorch's flat names as a tree, its weights as kernels. */
const asKernels = (flat: Numbers): Numbers => {
  const tree: Record<string, Record<string, Nested>> = {}
  for (const [name, value] of Object.entries(flat)) {
    const [layer = '', leaf = ''] = name.split('.')
    const turned = leaf === 'weight' ? transposed(value as readonly (readonly number[])[]) : (value as Nested) // a matrix
    tree[layer] = { ...tree[layer], [leaf === 'weight' ? 'kernel' : leaf]: turned }
  }
  return tree
}

const transposed = (rows: readonly (readonly number[])[]): Nested =>
  (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? Number.NaN))

const learningRate = 0.0625
const down = scaleByLearningRate({ learningRate })

const torchOptimizers: Readonly<Record<string, () => AnyTransformation>> = {
  sgd: () => sgd({ learningRate }),
  'sgd-momentum': () => sgd({ learningRate, momentum: 0.9 }),
  'sgd-nesterov': () =>
    chain(addDecayedWeights({ weightDecay: 0.03125 }), sgd({ learningRate, momentum: 0.9, nesterov: true })),
  'sgd-dampening': () => chain(scale({ stepSize: 0.5 }), sgd({ learningRate, momentum: 0.9 })),
  adam: () => adam({ learningRate }),
  'adam-l2': () =>
    chain(addDecayedWeights({ weightDecay: 0.03125 }), scaleByAdam({ b1: 0.8, b2: 0.95, eps: 1e-6 }), down),
  'adam-amsgrad': () => chain(scaleByTorchAmsgrad(), down),
  adamw: () => adamw({ learningRate, weightDecay: 0.125 }),
  'adamw-default-decay': () => adamw({ learningRate, weightDecay: 0.01 }),
  rmsprop: () => rmsprop({ learningRate, decay: 0.99, epsInSqrt: false }),
  'rmsprop-centered-momentum': () =>
    chain(scaleByStddev({ decay: 0.9, epsInSqrt: false }), trace({ decay: 0.5 }), down),
  adagrad: () => chain(scaleByTorchAdagrad(), down),
  'adagrad-lr-decay': () =>
    chain(scaleByTorchAdagrad(), scaleByLearningRate({ learningRate: (count) => learningRate / (1 + count * 0.125) })),
  nadam: () => chain(scaleByWarmedNadam(), down),
  radam: () => chain(scaleByTorchRadam({ b2: 0.9 }), down),
  'radam-default': () => chain(scaleByTorchRadam(), down),
  adamax: () => adamax({ learningRate }),
  adadelta: () => adadelta({ learningRate: 1 }),
  adafactor: () =>
    adafactor({ learningRate: (count) => Math.min(learningRate, (count + 1) ** -0.5), minDimSizeToFactor: 1 }),
}

const built = (table: Readonly<Record<string, () => AnyTransformation>>, name: string): (() => AnyTransformation) => {
  const make = table[name]
  if (make === undefined) throw new Error(`the oracle has a state of ${name}, which is not built here`)
  return make
}

const torchPart = cut(torchFile)
const optaxPart = cut(optaxFile)

const torchRuns = casesOf<TorchCase>(torchText).map((one): StateRun => ({
  title: `torch ${one.name}`,
  tx: built(torchOptimizers, one.name),
  request: {
    from: 'torch',
    source: torchPart(`${one.name}/`, {
      optimizer: JSON.stringify({
        class: one.class.slice(one.class.lastIndexOf('.') + 1),
        parameters: one.parameterOrder,
        groups: one.paramGroups,
      }),
    }),
    rename: [['*.weight', '*.kernel']],
    transpose: ['*.weight'],
  },
  params: asKernels(last(one.trajectoryBefore)),
  grads: one.gradsAfter.map(asKernels),
  trajectory: one.trajectoryAfter.map(asKernels),
  exact: one.name === 'adafactor' ? null : 1e-9,
  rounded: 6e-6,
}))

const optaxOptimizers: Readonly<Record<string, () => AnyTransformation>> = {
  'multi-steps-adam': () => multiSteps({ everyKSchedule: 2 })(adam({ learningRate })),
  'schedule-free-sgd': () => scheduleFreeSgd({ learningRate: 0.25, warmupSteps: 3 }),
}

/** What optax calls `chain(a, b)`, or `a` alone. */
const linked = (links: OptaxCase['chain']): AnyTransformation => {
  const parts = links.map((link) => made(link) as AnyTransformation) // what constructors make
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : chain(...parts)
}

const optaxRuns = casesOf<OptaxStateCase>(optaxText).map((one): StateRun => ({
  title: `optax ${one.name}`,
  tx: optaxOptimizers[one.name] ?? (() => linked(one.chain)),
  request: { from: 'optax', source: optaxPart(`${one.name}:`, {}) },
  params: last(one.trajectoryBefore),
  grads: one.gradsAfter,
  trajectory: one.trajectoryAfter,
  exact: one.name === 'adafactor' ? null : one.name.includes('schedule') ? 1e-6 : 1e-9,
  rounded: 6e-6,
}))

interface WrittenVariable {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: string
  readonly value: Nested
}

interface TensorflowCase extends Common {
  readonly class: string
  readonly options: Readonly<Record<string, unknown>>
  readonly parameterOrder: readonly string[]
  readonly variables: readonly WrittenVariable[]
}

const warmed = chain(scaleByKerasAdam(), down)
const decayed = addDecayedWeights({ weightDecay: 0.004 })
const kerasRms = { learningRate, decay: 0.9, eps: 1e-7 }
const kept = (nesterov: boolean): AnyTransformation => chain(down, trace({ decay: 0.9, nesterov }))

const kerasOptimizers: Readonly<Record<string, () => AnyTransformation>> = {
  sgd: () => sgd({ learningRate }),
  'sgd-momentum': () => kept(false),
  'sgd-nesterov': () => kept(true),
  adam: () => warmed,
  'adam-amsgrad': () => chain(scaleByKerasAmsgrad(), down),
  adamw: () => chain(scaleByKerasAdam(), addDecayedWeights({ weightDecay: 0.125 }), down),
  rmsprop: () => rmsprop(kerasRms),
  'rmsprop-momentum-centered': () => rmsprop({ ...kerasRms, momentum: 0.5, centered: true }),
  adagrad: () => adagrad({ learningRate }),
  nadam: () => chain(scaleByWarmedNadam({ momentumDecay: 1, eps: 1e-7 }), down),
  adamax: () => chain(scaleByKerasAdamax(), down),
  adadelta: () => adadelta({ learningRate: 1, rho: 0.95, eps: 1e-7 }),
  lion: () => lion({ learningRate, weightDecay: 0 }),
  adafactor: () =>
    adafactor({ learningRate: (count) => Math.min(learningRate, (count + 1) ** -0.5), minDimSizeToFactor: 1 }),
  'adam-ema': () => withMovingAverage({ decay: 0.75 })(warmed),
  muon: () =>
    partition({
      transforms: {
        matrices: chain(scaleByMuon({ debias: false, eps: 5e-9, scaling: 0.2 }), decayed, down),
        others: chain(scaleByKerasAdam(), decayed, down),
      },
      paramLabels: byPattern({ matrices: 'kernel', others: 'bias' }),
    }),
  'v1 adam': () => chain(scaleByKerasAdam({ eps: 1e-8 }), down),
  'v1 momentum': () => sgd({ learningRate, momentum: 0.9 }),
  'v1 rmsprop': () => rmsprop({ learningRate, decay: 0.9, eps: 1e-10, momentum: 0.5 }),
  'v1 adagrad': () => adagrad({ learningRate, eps: 0 }),
  'v1 sgd': () => sgd({ learningRate }),
}

const classes: Readonly<Record<string, string>> = {
  'v1 adam': 'AdamOptimizer',
  'v1 momentum': 'MomentumOptimizer',
  'v1 rmsprop': 'RMSPropOptimizer',
  'v1 adagrad': 'AdagradOptimizer',
  'v1 sgd': 'GradientDescentOptimizer',
}

/** TensorFlow rounds hyperparameters to float32 where it makes tensors of them, whatever the variables are. */
const roundedThere: Readonly<Record<string, number>> = {
  'sgd-momentum': 1e-7,
  'sgd-nesterov': 1e-7,
  adam: 2e-6,
  'adam-amsgrad': 2e-6,
  adamw: 2e-6,
  'adam-ema': 2e-6,
  'rmsprop-momentum-centered': 1e-6,
  nadam: 1e-6,
  adamax: 1e-7,
  'v1 adam': 2e-6,
  'v1 momentum': 1e-6,
  'v1 rmsprop': 1e-6,
}

const flat = (value: Nested): readonly number[] => (typeof value === 'number' ? [value] : value.flatMap(flat))

const variableOf = ({ name, shape, dtype, value }: WrittenVariable, i: number) => {
  const numbers = flat(value)
  const isWhole = dtype.startsWith('int')
  const bytes = new Uint8Array(isWhole ? BigInt64Array.from(numbers, BigInt).buffer : Float64Array.from(numbers).buffer)
  return { name: `${i}/${name}`, dtype: isWhole ? 'I64' : 'F64', shape, bytes, itemBytes: 8 }
}

const kerasRuns = casesOf<TensorflowCase>(tensorflowText).map((one): StateRun => {
  const record = {
    class: classes[one.name] ?? one.class.slice(one.class.lastIndexOf('.') + 1),
    parameters: one.parameterOrder,
    groups: [{ momentum: one.options['momentum'], nesterov: one.options['nesterov'] }],
  }
  return {
    title: `keras ${one.name}`,
    tx: built(kerasOptimizers, one.name),
    request: {
      from: 'keras',
      source: encodeForeign('a case', one.variables.map(variableOf), { optimizer: JSON.stringify(record) }),
    },
    params: last(one.trajectoryBefore),
    grads: one.gradsAfter,
    trajectory: one.trajectoryAfter,
    exact: ['adafactor', 'muon'].includes(one.name) ? null : (roundedThere[one.name] ?? 1e-9),
    rounded: 6e-6,
  }
})

interface TfjsCase extends Common {
  readonly weights?: readonly WrittenVariable[]
}

const tfjsOptimizers: Readonly<Record<string, () => AnyTransformation>> = {
  sgd: () => sgd({ learningRate }),
  momentum: () => sgd({ learningRate, momentum: 0.9 }),
  'momentum-nesterov': () => sgd({ learningRate, momentum: 0.9, nesterov: true }),
  adam: () => adam({ learningRate, eps: 1e-7 }),
  'adam-options': () => adam({ learningRate, b1: 0.8, b2: 0.95, eps: 1e-4 }),
  adagrad: () => adagrad({ learningRate }),
  rmsprop: () => rmsprop({ learningRate, decay: 0.9, eps: 1e-7, momentum: 0 }),
}

const tfjsCases = casesOf<TfjsCase>(tfjsText)

const weightsOf = ({ weights = [] }: TfjsCase) =>
  weights.map(({ name, shape, value }) => ({ name, shape, values: () => flat(value) }))

/** tfjs cannot export adamax, and its adadelta and centred rmsprop have other rules than their papers. */
export const refusedTfjs = tfjsCases
  .filter(({ name, weights }) => weights !== undefined && tfjsOptimizers[name] === undefined)
  .map((one) => ({ name: one.name, source: weightsOf(one), params: one.initial }))

const tfjsRuns = tfjsCases
  .filter(({ name }) => tfjsOptimizers[name] !== undefined)
  .map((one): StateRun => ({
    title: `tfjs ${one.name}`,
    tx: built(tfjsOptimizers, one.name),
    request: { from: 'tfjs', source: weightsOf(one) },
    params: last(one.trajectoryBefore),
    grads: one.gradsAfter,
    trajectory: one.trajectoryAfter,
    // tfjs computes in float32 throughout
    exact: 6e-6,
    rounded: 6e-6,
  }))

/** Every state of the oracles that goes on here. */
export const stateRuns: readonly StateRun[] = [...torchRuns, ...optaxRuns, ...kerasRuns, ...tfjsRuns]

import { cpus } from 'node:os'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
// The inner files that follow register no executor, and no gradients.
import '../../../src/cpu.js'
import '../../../src/wasm.js'
import '../gradients/inNode.js'
import { fromNamed } from '../../../src/layers/fromNamed.js'
import { layersOptimizer } from '../../../src/layers/layersOptimizer.js'
import { step } from '../../../src/transformation/step.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { type Contestant, ended, interleaved, timing } from './interleaved.js'
import { type KernelSet, kernelSets } from './kernelSets.js'
import { timingLine } from './timingLine.js'
import { averaging, byBatches, byFit, tx } from './trainingContestants.js'
import { type TrainingBatch, type TrainingModel, trainingModels } from './trainingModels.js'

/** How long and on what to measure. */
export interface TrainingOptions {
  /** For each model and backend. */
  readonly seconds: number
  /** Only models whose name contains this. */
  readonly set: string
  /** Only on backends whose name contains this. */
  readonly backend: string
  /** Only this part, or every part: `whole` steps, the step `alone`, the same step `across` backends. */
  readonly part: '' | 'whole' | 'alone' | 'across'
}

/** Times whole steps of training, forwards and backwards too, in turns: by `trainOnBatch` with `tf.train.adam` on tfjs' own
 *  kernels, which is the yardstick, and with this library's adam on its kernels; by this library's `fit` on plain
 *  tensors. Beside them a step on variables against a donated step on plain tensors, without any gradient. */
export const training = async ({ seconds, set, backend: on, part }: TrainingOptions): Promise<void> => {
  const goals: Goal[] = []
  const runs = (name: TrainingOptions['part']): boolean => part === '' || part === name
  const models = trainingModels.filter(({ name }) => name.includes(set))
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node}`)
  for (const backend of ['wasm', 'cpu'].filter((name) => name.includes(on))) {
    await tf.setBackend(backend)
    const turn = kernelSets(backend)
    for (const one of models) {
      if (one.needs !== undefined && tf.getKernel(one.needs, backend) === undefined) {
        console.log(`\n${one.name} on ${backend}: no ${one.needs}`)
        continue
      }
      if (runs('whole') && !(backend === 'cpu' && one.acrossBackends === true))
        goals.push(...(await whole(one, backend, turn, seconds)))
      if (runs('alone')) goals.push(...(await alone(one, backend, seconds / 2)))
    }
    turn('ours')
  }
  if (runs('across') && on === '')
    for (const one of models) if (one.acrossBackends === true) goals.push(await acrossBackends(one, seconds))
  console.log('\nwanted')
  for (const { what, measured, wanted, most } of goals)
    console.log(
      `  ${(most === true ? measured <= wanted : measured >= wanted) ? 'yes' : 'NO '} ${what.padEnd(66)} ` +
        `${measured.toFixed(2).padStart(7)} ×, at ${most === true ? 'most' : 'least'} ${wanted}`,
    )
}

interface Goal {
  readonly what: string
  readonly measured: number
  readonly wanted: number
  /** The number is to be at most what is wanted. */
  readonly most?: boolean
}

const whole = async (
  one: TrainingModel,
  backend: string,
  turn: (wanted: KernelSet) => void,
  seconds: number,
): Promise<readonly Goal[]> => {
  const { numTensors } = tf.memory()
  const batch = one.batch()
  const on = (wanted: KernelSet) => () => turn(wanted)
  const title = `${one.name} on ${backend}`
  const ratios = await told(`${title}, a whole step`, seconds, [
    byBatches("trainOnBatch, tf.train.adam, tfjs' kernels", one, backend, on("tfjs'"), batch, tf.train.adam(1e-3)),
    byBatches('trainOnBatch, tf.train.adam, our kernels', one, backend, on('ours'), batch, tf.train.adam(1e-3)),
    byBatches('trainOnBatch, our adam, our kernels', one, backend, on('ours'), batch, layersOptimizer(tx())),
    byBatches('trainOnBatch, our adam with an average', one, backend, on('ours'), batch, layersOptimizer(averaging())),
    byFit('fit, our adam with an average', one, backend, on('ours'), batch),
  ])
  tf.dispose([...batch])
  const left = tf.memory().numTensors - numTensors
  if (left !== 0) throw new Error(`${title}: ${left} tensors are left behind`)
  const ours = ratios[2]
  return backend !== 'wasm' || one.wanted === undefined || ours === undefined
    ? []
    : [{ what: `${title}: trainOnBatch faster than tf.train.adam`, measured: 1 / ours, wanted: one.wanted }]
}

/** The same step on both backends, in turns. */
const acrossBackends = async (one: TrainingModel, seconds: number): Promise<Goal> => {
  const contestants: Contestant[] = []
  const batches: TrainingBatch[] = []
  for (const backend of ['wasm', 'cpu']) {
    await tf.setBackend(backend)
    const batch = one.batch()
    batches.push(batch)
    contestants.push(byBatches(`on ${backend}`, one, backend, () => {}, batch, layersOptimizer(tx())))
  }
  const [, cpu = Number.NaN] = await told(`${one.name} by trainOnBatch`, seconds, contestants)
  for (const batch of batches) tf.dispose([...batch])
  return { what: `${one.name}: on wasm faster than on cpu`, measured: cpu, wanted: 30 }
}

const alone = async ({ name, model }: TrainingModel, backend: string, seconds: number): Promise<readonly Goal[]> => {
  const own = model()
  const variables = own.trainableWeights.map((weight) => weight.read() as tf.Variable) // a LayerVariable reads its variable
  const named = variables.map((variable) => ({ name: variable.name, tensor: tf.onesLike(variable) }))
  const grads = fromNamed(named)
  const chain = averaging()
  const optimizer = layersOptimizer(chain)
  const params = fromNamed(variables.map((variable) => ({ name: variable.name, tensor: tf.clone(variable) })))
  let held = { params, state: chain.init(params) }
  const title = `${name} on ${backend}, the step alone`
  const [, onVariables = Number.NaN] = await told(title, seconds, [
    {
      name: 'donated, on plain tensors',
      backend,
      timed: timing(() => {
        held = step(chain, { donate: true })(grads, held.state, held.params)
      }),
      end: () => disposeExcept(held, []),
    },
    {
      name: 'on variables',
      backend,
      timed: timing(() => optimizer.applyGradients(named)),
      end: () => optimizer.dispose(),
    },
  ])
  disposeExcept(grads, [])
  own.dispose()
  const wanted = backend === 'wasm' ? 1.2 : 2
  return name.startsWith('MLP')
    ? [{ what: `${title}: variables beside donated`, measured: onVariables, wanted, most: true }]
    : []
}

/** Times some contestants, prints what they took, and gives their times over that of the first. */
const told = async (title: string, seconds: number, contestants: readonly Contestant[]): Promise<readonly number[]> => {
  const timings = await interleaved(contestants, { seconds, enter: (backend) => tf.setBackend(backend) })
  await ended(contestants)
  console.log(`\n${title}\n${timings.map(timingLine).join('\n')}`)
  return timings.map(({ ratio }) => ratio)
}

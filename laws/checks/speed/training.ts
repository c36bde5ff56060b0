import { cpus } from 'node:os'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
// The inner files that follow register no executor.
import '../../../src/cpu.js'
import '../../../src/wasm.js'
import { withMovingAverage } from '../../../src/averaging/withMovingAverage.js'
import { layersOptimizer } from '../../../src/layers/layersOptimizer.js'
import { fromNamed } from '../../../src/layers/fromNamed.js'
import { adam } from '../../../src/optimizers/adam.js'
import { step } from '../../../src/transformation/step.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { type Contestant, interleaved, now, timing } from './interleaved.js'
import { type TrainingModel, trainingModels } from './trainingModels.js'

/** How long and on what to measure. */
export interface TrainingOptions {
  /** For each model and backend. */
  readonly seconds: number
  /** Only models whose name contains this. */
  readonly set: string
}

/** Times whole steps of training, forwards and backwards too, by `trainOnBatch` of one model after the other, in turns:
 *  `tf.train.adam`, this library's adam, and the same with an average. Each on the kernels that are registered. Beside
 *  them a step on variables against a donated step on plain tensors, without any gradient. */
export const training = async ({ seconds, set }: TrainingOptions): Promise<void> => {
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node}`)
  for (const backend of ['wasm', 'cpu']) {
    await tf.setBackend(backend)
    for (const one of trainingModels.filter(({ name }) => name.includes(set))) {
      if (one.needs !== undefined && tf.getKernel(one.needs, backend) === undefined) {
        console.log(`\n${one.name} on ${backend}: no ${one.needs}`)
        continue
      }
      await whole(one, backend, seconds)
      await alone(one, backend, seconds / 4)
    }
  }
}

const chains = {
  adam: () => adam({ learningRate: 1e-3 }),
  'adam with an average': () => withMovingAverage({ decay: 0.999 })(adam({ learningRate: 1e-3 })),
}

const whole = async ({ name, model, batch }: TrainingModel, backend: string, seconds: number): Promise<void> => {
  const [x, y] = batch()
  const contestant = (words: string, optimizer: tf.Optimizer): Contestant => {
    const own = model()
    own.compile({ optimizer, loss: 'categoricalCrossentropy' })
    return {
      name: words,
      backend,
      timed: async (repeats) => {
        const start = now()
        for (let i = 0; i < repeats; i++) await own.trainOnBatch(x, y)
        return (now() - start) / repeats
      },
      end: () => {
        own.dispose()
        optimizer.dispose()
      },
    }
  }
  await told(`${name} on ${backend}, a whole step by trainOnBatch`, seconds, [
    contestant('tf.train.adam', tf.train.adam(1e-3)),
    contestant('layersOptimizer(adam)', layersOptimizer(chains.adam())),
    contestant('layersOptimizer(adam with an average)', layersOptimizer(chains['adam with an average']())),
  ])
  tf.dispose([x, y])
}

const alone = async ({ name, model }: TrainingModel, backend: string, seconds: number): Promise<void> => {
  const own = model()
  const variables = own.trainableWeights.map((weight) => weight.read() as tf.Variable) // a LayerVariable reads its variable
  const named = variables.map((variable) => ({ name: variable.name, tensor: tf.onesLike(variable) }))
  const grads = fromNamed(named)
  const tx = chains['adam with an average']()
  const optimizer = layersOptimizer(tx)
  const params = fromNamed(variables.map((variable) => ({ name: variable.name, tensor: tf.clone(variable) })))
  let held = { params, state: tx.init(params) }
  await told(`${name} on ${backend}, the step alone`, seconds, [
    {
      name: 'donated, on plain tensors',
      backend,
      timed: timing(() => {
        held = step(tx, { donate: true })(grads, held.state, held.params)
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
}

const told = async (title: string, seconds: number, contestants: readonly Contestant[]): Promise<void> => {
  const timings = await interleaved(contestants, { seconds, enter: () => Promise.resolve() })
  contestants.forEach(({ end }) => end())
  console.log(`\n${title}`)
  for (const { name, milliseconds, ratio, quartiles } of timings)
    console.log(
      `  ${name.padEnd(42)} ${milliseconds.toFixed(2).padStart(9)} ms   ${ratio.toFixed(2)} × (${quartiles.map((q) => q.toFixed(2)).join('–')})`,
    )
}

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import * as tfl from '@tensorflow/tfjs-layers'
import '../../../src/cpu.js'
import '../../../src/wasm.js'
import { withMovingAverage } from '../../../src/averaging/withMovingAverage.js'
import { chain } from '../../../src/combinators/chain.js'
import { layersOptimizer } from '../../../src/layers/layersOptimizer.js'
import { adamw } from '../../../src/optimizers/adamw.js'
import { cosineDecaySchedule } from '../../../src/schedules/cosineDecaySchedule.js'
import { clipByGlobalNorm } from '../../../src/transforms/clipByGlobalNorm.js'
import { data, mlp } from './models.js'

// node killedProgram.js FOLDER EPOCHS PAUSE: trains a model on both backends, saves it after each epoch, and goes on from
// what is there. Prints each epoch, and in the end all that the models and their optimizers hold, as it is saved.

const [folder = '.', epochs = '1', pause = '0'] = process.argv.slice(2)

const tx = withMovingAverage({ decay: 0.9, debias: true })(
  chain(
    clipByGlobalNorm({ maxNorm: 0.5 }),
    adamw({ learningRate: cosineDecaySchedule({ initValue: 0.02, decaySteps: 50 }), weightDecay: 0.01 }),
  ),
)

interface Saved {
  readonly epoch: number
  readonly artifacts: tf.io.ModelArtifacts
  readonly weights: string
}

const fileOf = (backend: string): string => join(folder, `${backend}.json`)

const read = (backend: string): Saved | undefined =>
  existsSync(fileOf(backend)) ? (JSON.parse(readFileSync(fileOf(backend), 'utf8')) as Saved) : undefined

/** Whoever is killed meanwhile leaves the file that was there. */
const written = (backend: string, epoch: number): tf.io.IOHandler => ({
  save: (artifacts) => {
    const { weightData, ...rest } = artifacts
    const weights = Buffer.from(tf.io.CompositeArrayBuffer.join(weightData)).toString('base64')
    writeFileSync(`${fileOf(backend)}.new`, JSON.stringify({ epoch, artifacts: rest, weights }))
    renameSync(`${fileOf(backend)}.new`, fileOf(backend))
    return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' as const } })
  },
})

const loaded = ({ artifacts, weights }: Saved): Promise<tfl.LayersModel> =>
  tfl.loadLayersModel({
    load: () => Promise.resolve({ ...artifacts, weightData: Uint8Array.from(Buffer.from(weights, 'base64')).buffer }),
  })

const fresh = (): tfl.LayersModel => {
  const model = mlp({ normalised: true })
  model.compile({ optimizer: layersOptimizer(tx, { name: 'killed' }), loss: 'meanSquaredError' })
  return model
}

layersOptimizer(tx, { name: 'killed' })
const models: Readonly<Record<string, { readonly model: tfl.LayersModel; readonly from: number }>> = Object.fromEntries(
  await ['cpu', 'wasm'].reduce<Promise<(readonly [string, { model: tfl.LayersModel; from: number }])[]>>(
    async (before, backend) => {
      const list = await before
      await tf.setBackend(backend)
      const saved = read(backend)
      return [
        ...list,
        [backend, { model: saved === undefined ? fresh() : await loaded(saved), from: saved?.epoch ?? 0 }] as const,
      ]
    },
    Promise.resolve([]),
  ),
)

for (let epoch = 1; epoch <= Number(epochs); epoch++) {
  for (const [backend, { model, from }] of Object.entries(models)) {
    if (epoch <= from) continue
    await tf.setBackend(backend)
    const [x, y] = data()
    await model.fit(x, y, { epochs: 1, batchSize: 8, shuffle: false, verbose: 0 })
    await model.save(written(backend, epoch), { includeOptimizer: true })
    tf.dispose([x, y])
  }
  process.stdout.write(`epoch ${epoch}\n`)
  await setTimeout(Number(pause))
}
process.stdout.write(`${JSON.stringify(['cpu', 'wasm'].map((backend) => read(backend)?.weights))}\n`)

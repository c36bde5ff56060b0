import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-webgl'
import * as tfl from '@tensorflow/tfjs-layers'
import 'polyak/gradients'
import { averagesCallback, layersOptimizer } from 'polyak/layers'
import { compiling, network, rule, ruleName, stripes } from './stripes.js'

const element = (id: string): HTMLElement => {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no #${id}`)
  return found
}

const status = element('status')
const epochs = element('epochs')

await tf.setBackend('webgl')
await tf.ready()

// A loaded model finds its chain by the name, so the chain is made first.
const optimizer = layersOptimizer(rule, { name: ruleName })

/** What Node has saved beside the page, to go on from; else a new network. */
const modelToTrain = async (): Promise<tfl.LayersModel> => {
  const there = await fetch('./saved/model.json').then(
    (answer) => answer.ok && answer.headers.get('content-type')?.includes('json'),
    () => false,
  )
  status.dataset['loaded'] = String(there)
  if (there === true) return tfl.loadLayersModel('./saved/model.json')
  const model = network()
  model.compile({ optimizer, ...compiling })
  return model
}

const model = await modelToTrain()
status.dataset['iterations'] = String(model.optimizer.iterations)
const [x, y] = stripes(96, 1)
const validation = stripes(60, 2)
const averaged = averagesCallback(model, { validation })

const percent = (share: unknown): string => `${(100 * Number(share)).toFixed(0)} %`

await model.fit(x, y, {
  epochs: 3,
  batchSize: 32,
  validationData: [...validation],
  callbacks: {
    ...averaged,
    onEpochEnd: async (epoch, logs) => {
      await averaged.onEpochEnd?.(epoch, logs)
      const row = epochs.appendChild(document.createElement('tr'))
      for (const cell of [String(epoch + 1), percent(logs?.['val_acc']), percent(logs?.['average_acc'])])
        row.appendChild(document.createElement('td')).textContent = cell
      status.dataset['raw'] = String(logs?.['val_acc'])
      status.dataset['averaged'] = String(logs?.['average_acc'])
      status.textContent = `Epoch ${epoch + 1} of 3 on ${tf.getBackend()}.`
    },
  },
})
status.dataset['backend'] = tf.getBackend()
status.dataset['done'] = 'true'
status.textContent = `Done, on ${tf.getBackend()}.`

import process from 'node:process'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import '@tensorflow/tfjs-layers'
import { either as E } from 'fp-ts'
import { readCorpus } from '../../../examples/charlm/corpus.js'
import { chooseExecutor } from '../../../src/engine/chooseExecutor.js'
import '../../../src/wasm.js'
import { characterModel } from './characterModel.js'
import { contestants, usual } from './contestants.js'
import { logisticRegression } from './logisticRegression.js'
import { quadratic } from './quadratic.js'
import { race } from './race.js'
import { racePlot } from './racePlot.js'
import { raceTable } from './raceTable.js'
import { rosenbrock } from './rosenbrock.js'
import { twoLayerNetwork } from './twoLayerNetwork.js'

/** What a person may ask for. */
export interface Asked {
  /** Names of optimizers; empty for the usual ones. */
  readonly only: readonly string[]
  /** Words in the names of problems; empty for all. */
  readonly on: readonly string[]
  readonly seeds: number
  readonly seconds: number
}

/** Every half decade. */
const rates = [3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3]

/** The race in this process, on wasm: the page, the plot, and whether everyone ran on everything. */
export const raceOnNode = async ({ only, on, seeds, seconds }: Asked) => {
  await tf.setBackend('wasm')
  const corpus = await readCorpus('examples/charlm/alice-in-wonderland.txt')()
  if (E.isLeft(corpus)) throw new Error(corpus.left)
  const problems = [quadratic, rosenbrock, logisticRegression, twoLayerNetwork, characterModel(corpus.right)].filter(
    ({ name }) => on.length === 0 || on.some((word) => name.includes(word)),
  )
  const names = only.length === 0 ? usual : only
  const unknown = names.filter((name) => !(name in contestants))
  if (unknown.length > 0)
    throw new TypeError(`no optimizer ${unknown.join(', ')} here; there are ${Object.keys(contestants).join(', ')}`)
  const racing = Object.fromEntries(Object.entries(contestants).filter(([name]) => names.includes(name)))
  const progress = (line: string): void => console.log(line)
  // of the processor: others may keep it busy
  const clock = (): number => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
  const finishes = race({ problems, contestants: racing, rates, seeds, marks: 20, seconds, clock, progress })
  const backend = `${tf.getBackend()} backend with the executor "${chooseExecutor().name}"`
  return {
    page: raceTable(finishes, { problems, contestants: racing, rates, seeds, backend }),
    plot: racePlot(finishes),
    whole: only.length === 0 && on.length === 0 && finishes.length === problems.length * names.length,
  }
}

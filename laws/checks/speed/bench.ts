import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { chooseExecutor } from '../../../src/engine/chooseExecutor.js'
import { averageCounts, averagesName, chained, copy, optimizers, stepped, tfAdam, tfAdamAlike } from './contestants.js'
import { ended, interleaved, type Contestant, type Timing } from './interleaved.js'
import { plot } from './plot.js'
import { sets, tree, type ParameterSet } from './sets.js'
import { table } from './table.js'

/** How long and on what to measure. */
export interface BenchOptions {
  /** For each set and job. */
  readonly seconds: number
  /** Only sets whose name contains this. */
  readonly set: string
  /** Where the numbers and the picture go. */
  readonly folder: string
}

/** The timings of one job on one set of parameters. */
export interface Group {
  readonly set: string
  readonly job: string
  readonly timings: readonly Timing[]
}

/** Times steps on the cpu and wasm backends against a copy of the same bytes, tensor operations and tf.train.adam, all
 *  in turn in this process. */
export const bench = async ({ seconds, set, folder }: BenchOptions): Promise<void> => {
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node}, ${process.env['POLYAK_CLOCK'] ?? 'wall'} clock`
  console.log(machine)
  for (const backend of backends) {
    await enter(backend)
    console.log(`${backend}: ${chooseExecutor().why}`)
  }
  const groups: Group[] = []
  for (const one of sets.filter(({ name }) => name.includes(set)))
    for (const job of jobs) {
      const load = loadavg()[0] ?? 0
      const group = await measured(one, job, seconds)
      groups.push(group)
      console.log(`\n${table(group)}\nload before: ${load.toFixed(1)}`)
    }
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    `${folder}/bench.json`,
    JSON.stringify({ date: new Date().toISOString().slice(0, 10), machine, groups }, null, 2),
  )
  writeFileSync(`${folder}/bench.svg`, plot(groups, `Time of a step over a copy of the same bytes; ${machine}`))
  console.log(`\n${folder}/bench.json, ${folder}/bench.svg`)
}

const backends = ['wasm', 'cpu'] as const

const enter = async (backend: string): Promise<void> => {
  if (backend !== '' && tf.getBackend() !== backend) await tf.setBackend(backend)
}

interface Job {
  readonly name: string
  /** How many arrays a step reads and writes. */
  readonly streams: number
  readonly optimizers: readonly string[]
  readonly rivals: readonly ((set: ParameterSet, grads: Readonly<Record<string, tf.Tensor>>) => Contestant)[]
}

const jobs: readonly Job[] = [
  {
    name: 'AdamW + average',
    streams: 9,
    optimizers: ['AdamW + average', 'clip + AdamW + average'],
    rivals: [tfAdam, tfAdamAlike],
  },
  { name: 'Adam', streams: 7, optimizers: ['Adam'], rivals: [tfAdam] },
  // AdamW reads four arrays and writes three; each average is read and written once more.
  ...averageCounts.map((n) => ({
    name: `${n} averages in one pass`,
    streams: 7 + 2 * n,
    optimizers: [averagesName(n)],
    rivals: [],
  })),
  {
    name: 'steps that take no snapshot',
    streams: 7,
    optimizers: [averagesName(0), 'AdamW + window, between snapshots', 'AdamW + SWAG, between snapshots'],
    rivals: [],
  },
]

const measured = async (set: ParameterSet, job: Job, seconds: number): Promise<Group> => {
  const contestants: Contestant[] = [copy(set, job.streams)]
  const given: Readonly<Record<string, tf.Tensor>>[] = []
  const all = optimizers()
  for (const backend of backends) {
    await enter(backend)
    const grads = tree(set, 0.01, 3)
    given.push(grads)
    for (const name of job.optimizers) {
      const optimizer = all[name]
      if (optimizer === undefined) continue
      for (const donate of [false, true]) contestants.push(stepped(name, optimizer, set, grads, donate))
      if (name === job.name) contestants.push(chained(name, optimizer, set, grads))
    }
    for (const rival of job.rivals) contestants.push(rival(set, grads))
  }
  const timings = await interleaved(contestants, { seconds, enter })
  await ended(contestants)
  given.forEach((grads) => tf.dispose(grads))
  return { set: set.name, job: job.name, timings }
}

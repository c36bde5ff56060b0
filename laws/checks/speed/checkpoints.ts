import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { restore } from '../../../src/checkpoint/restore.js'
import { save } from '../../../src/checkpoint/save.js'
import { fileStore } from '../../../src/checkpoint/fileStore.js'
import '../../../src/cpu.js'
import '../../../src/wasm.js'
import { adam } from '../../../src/optimizers/adam.js'
import { step } from '../../../src/transformation/step.js'
import { withMovingAverage } from '../../../src/averaging/withMovingAverage.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import type { BenchOptions } from './bench.js'
import { quantile } from './interleaved.js'
import { tree, type ParameterSet } from './sets.js'

// parameters, two moments and an average: four tensors for each
const optimizer = withMovingAverage({ decay: 0.99 })(adam({ learningRate: 1e-3 }))
const equal = (count: number, size: number): ParameterSet['shapes'] => Array.from({ length: count }, () => [size])
const states: readonly ParameterSet[] = [
  { name: '160 MB in 4', shapes: equal(1, 10_000_000) },
  { name: '160 MB in 64', shapes: equal(16, 625_000) },
  { name: '16 MB in 4,000', shapes: equal(1000, 1000) },
]
const backends = ['wasm', 'cpu'] as const

/** What one deed cost. */
interface Cost {
  /** Processor time of this process, all threads. */
  readonly milliseconds: number
  /** The peak of the memory over what there was before, in checkpoints. */
  readonly peak: number
}

interface Row {
  readonly set: string
  readonly deed: string
  readonly milliseconds: number
  /** Over the raw deed of the same round: a median. */
  readonly ratio: number
  readonly peak: number
}

/** Saves and restores against writing (and flushing) and reading the same bytes raw, in turns: processor time, and the
 *  peak of memory (on Linux). `POLYAK_PYTHON` adds Python's safetensors. */
export const checkpoints = async ({ seconds, set, folder }: BenchOptions): Promise<void> => {
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node}`)
  const rows: Row[] = []
  const home = mkdtempSync(join(tmpdir(), 'polyak-bench-'))
  try {
    for (const one of states.filter(({ name }) => name.includes(set)))
      rows.push(...(await measured(one, home, seconds)))
    for (const backend of backends) await whileTraining(backend, home)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/checkpoints.json`, JSON.stringify(rows, null, 2))
}

type Deed = () => Promise<unknown>

const measured = async (set: ParameterSet, home: string, seconds: number): Promise<readonly Row[]> => {
  const store = fileStore({ folder: home })
  const name = 'a.safetensors'
  const deeds = new Map<string, { readonly raw: string; readonly backend?: string; readonly run: Deed }>()
  const ends: (() => void)[] = []
  for (const backend of backends) {
    await tf.setBackend(backend)
    const now = started(set)
    const like = now
    ends.push(() => disposeExcept(now, []))
    await save({ store, name, optimizer, ...now })
    deeds.set(`save, ${backend}`, { raw: 'raw write', backend, run: () => save({ store, name, optimizer, ...now }) })
    deeds.set(`restore, ${backend}`, {
      raw: 'raw read',
      backend,
      run: async () => disposeExcept(await restore({ store, name, optimizer, like }), []),
    })
  }
  const file = join(home, name)
  const bytes = readFileSync(file)
  deeds.set('raw write', { raw: 'raw write', run: () => rawWrite(join(home, 'raw'), bytes) })
  deeds.set('raw read', { raw: 'raw read', run: () => rawRead(file, new Uint8Array(bytes.length)) })
  const python = process.env['POLYAK_PYTHON'] ?? ''
  const costs = new Map<string, Cost[]>([...deeds.keys()].map((deed) => [deed, []]))
  const foreign: Readonly<Record<string, number>>[] = []
  const until = performance.now() + seconds * 1000
  for (let round = 0; round < 4 || (performance.now() < until && round < 40); round++) {
    for (const [deed, { backend, run }] of deeds) {
      if (backend !== undefined) await tf.setBackend(backend)
      const cost = await costOf(run, bytes.length)
      // the first round warms up
      if (round > 0) costs.get(deed)?.push(cost)
    }
    if (python !== '') foreign.push(pythons(python, file, home))
  }
  ends.forEach((end) => end())
  const rows = [...deeds].map(([deed, { raw }]): Row => {
    const own = costs.get(deed) ?? []
    const yardstick = costs.get(raw) ?? []
    return {
      set: set.name,
      deed,
      milliseconds: quantile(
        own.map(({ milliseconds }) => milliseconds),
        0.5,
      ),
      ratio: quantile(
        own.map(({ milliseconds }, i) => milliseconds / (yardstick[i]?.milliseconds ?? Number.NaN)),
        0.5,
      ),
      peak: quantile(
        own.map(({ peak }) => peak),
        0.5,
      ),
    }
  })
  for (const deed of foreign.length > 0 ? (['save', 'load'] as const) : [])
    rows.push({
      set: set.name,
      deed: `${deed}, Python`,
      milliseconds: quantile(
        foreign.map((times) => times[deed] ?? Number.NaN),
        0.5,
      ),
      ratio: Number.NaN,
      peak: Number.NaN,
    })
  console.log(`\n${set.name}: ${bytes.length} bytes, ${costs.get('raw read')?.length} rounds`)
  for (const { deed, milliseconds, ratio, peak } of rows)
    console.log(
      `  ${deed.padEnd(14)} ${milliseconds.toFixed(0).padStart(6)} ms  ${ratio.toFixed(2).padStart(6)} ×  peak +${peak.toFixed(2)}`,
    )
  return rows
}

const started = (set: ParameterSet) => {
  const params = tree(set, 0.01, 3)
  return { params, state: optimizer.init(params) }
}

/** A training that saves every 20 steps and does not wait for it: how long steps take, and the peak of memory. */
const whileTraining = async (backend: string, home: string): Promise<void> => {
  await tf.setBackend(backend)
  const store = fileStore({ folder: home })
  const set = { name: '40 MB', shapes: equal(10, 250_000) }
  const grads = tree(set, 0.01, 5)
  let now = started(set)
  const bytes = 4 * 10 * 250_000 * 4
  const run = async (saving: boolean): Promise<readonly number[]> => {
    const times: number[] = []
    let inFlight: Promise<unknown> = Promise.resolve()
    for (let i = 0; i < 100; i++) {
      const begun = process.cpuUsage()
      now = step(optimizer)(grads, now.state, now.params, { donate: true })
      if (i % 20 === 10 && saving) {
        await inFlight
        inFlight = save({ store, name: 'trained', optimizer, ...now })
      }
      times.push(since(begun))
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await inFlight
    return times
  }
  await run(false)
  let steps: readonly number[] = []
  const alone = await run(false)
  const { peak } = await costOf(async () => (steps = await run(true)), bytes)
  console.log(
    `\ntraining on ${backend}, 40 MB: a step ${quantile(alone, 0.5).toFixed(1)} ms, with saves ${quantile(steps, 0.5).toFixed(1)}, ` +
      `9 in 10 within ${quantile(steps, 0.9).toFixed(1)}, the longest ${Math.max(...steps).toFixed(1)} (${Math.max(...alone).toFixed(1)} alone); peak +${peak.toFixed(2)}`,
  )
  disposeExcept([now, grads], [])
}

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const costOf = async (run: Deed, bytes: number): Promise<Cost> => {
  collect()
  const before = startPeak()
  const begun = process.cpuUsage()
  await run()
  const milliseconds = since(begun)
  return { milliseconds, peak: (peakSince() - before) / bytes }
}

const since = (begun: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1000
}

/** Forgets the peak of resident memory; gives what there is now. */
const startPeak = (): number => {
  if (process.platform !== 'linux') return Number.NaN
  writeFileSync('/proc/self/clear_refs', '5')
  return kilobytes('VmRSS')
}
const peakSince = (): number => (process.platform === 'linux' ? kilobytes('VmHWM') : Number.NaN)
const kilobytes = (key: string): number =>
  1024 * Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1])

const rawWrite = async (path: string, bytes: Uint8Array): Promise<void> => {
  rmSync(path, { force: true })
  const file = await open(path, 'w')
  await file.writeFile(bytes)
  await file.sync()
  await file.close()
}

const rawRead = async (path: string, bytes: Uint8Array): Promise<void> => {
  const file = await open(path, 'r')
  for (let at = 0; at < bytes.length;) at += (await file.read(bytes, at, bytes.length - at, at)).bytesRead
  await file.close()
}

const script = `
import json, sys, time
from safetensors.numpy import load_file, save_file
times = {}
begun = time.process_time(); arrays = load_file(sys.argv[1]); times['load'] = 1000 * (time.process_time() - begun)
begun = time.process_time(); save_file(arrays, sys.argv[2]); times['save'] = 1000 * (time.process_time() - begun)
print(json.dumps(times))
`
const pythons = (python: string, file: string, home: string): Readonly<Record<string, number>> =>
  JSON.parse(execFileSync(python, ['-c', script, file, join(home, 'python')], { encoding: 'utf8' })) as Record<
    string,
    number
  >

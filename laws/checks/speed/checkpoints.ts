import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
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
  /** Processor time of this process, all threads, user and system. */
  readonly milliseconds: number
  /** The peak of the memory over what there was before, in checkpoints. */
  readonly peak: number
}

/** One figure beside what it should be at most. */
interface Row {
  readonly set: string
  readonly what: string
  readonly unit: string
  readonly found: number
  /** Undefined: a yardstick. */
  readonly wanted?: number
}

/** Saves and restores against what must be done at least (a temporary file, flushed, renamed, the folder flushed; reading
 *  the file), in turns: processor time, and the peak of memory (on Linux). `POLYAK_PYTHON`, else `python3`, adds Python's
 *  safetensors, where it has them. */
export const checkpoints = async ({ seconds, set, folder }: BenchOptions): Promise<void> => {
  const python = pythonWithSafetensors()
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, ` +
      `Node ${process.versions.node}, ${python === '' ? 'no Python with safetensors' : python}`,
  )
  const rows: Row[] = []
  const home = mkdtempSync(join(tmpdir(), 'polyak-bench-'))
  try {
    for (const one of states.filter(({ name }) => name.includes(set)))
      rows.push(...told(await measured(one, home, seconds, python)))
    if ('training'.includes(set)) for (const backend of backends) rows.push(...told(await whileTraining(backend, home)))
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
  const over = rows.filter(({ found, wanted }) => wanted !== undefined && found > wanted).length
  console.log(`\n${over} of ${rows.filter(({ wanted }) => wanted !== undefined).length} over what was wanted`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/checkpoints.json`, JSON.stringify(rows, null, 2))
}

const told = (rows: readonly Row[]): readonly Row[] => {
  console.log(`\n${rows[0]?.set}`.padEnd(46) + 'found'.padStart(9) + 'wanted'.padStart(12))
  for (const { what, unit, found, wanted } of rows) {
    const figure = found.toFixed(unit === 'ms' ? 0 : 2)
    const most = wanted === undefined ? '' : `≤ ${wanted}`
    const verdict = wanted === undefined || Number.isNaN(found) ? '' : found <= wanted ? '  ok' : '  OVER'
    console.log(`  ${what.padEnd(43)}${figure.padStart(9)}${most.padStart(12)} ${unit}${verdict}`)
  }
  return rows
}

type Deed = () => Promise<unknown>

const measured = async (
  { name: set, shapes }: ParameterSet,
  home: string,
  seconds: number,
  python: string,
): Promise<readonly Row[]> => {
  const store = fileStore({ folder: home })
  const name = 'a.safetensors'
  const deeds = new Map<string, { readonly backend?: string; readonly run: Deed }>()
  const ends: (() => void)[] = []
  for (const backend of backends) {
    await tf.setBackend(backend)
    const now = started({ name: set, shapes })
    const like = now
    ends.push(() => disposeExcept(now, []))
    await save({ store, name, optimizer, ...now })
    deeds.set(`save, ${backend}`, { backend, run: () => save({ store, name, optimizer, ...now }) })
    deeds.set(`restore, ${backend}`, {
      backend,
      run: async () => disposeExcept(await restore({ store, name, optimizer, like }), []),
    })
  }
  const file = join(home, name)
  const bytes = readFileSync(file)
  deeds.set('write', { run: () => rawWrite(home, bytes) })
  deeds.set('read', { run: () => rawRead(file) })
  const costs = new Map<string, Cost[]>([...deeds.keys()].map((deed) => [deed, []]))
  const foreign: Readonly<Record<string, number>>[] = []
  const until = performance.now() + seconds * 1000
  for (let round = 0; round < 6 || (performance.now() < until && round < 40); round++) {
    for (const [deed, { backend, run }] of deeds) {
      if (backend !== undefined) await tf.setBackend(backend)
      const cost = await costOf(run, bytes.length)
      // the first round warms up
      if (round > 0) costs.get(deed)?.push(cost)
    }
    if (python !== '') foreign.push(pythons(python, file, home))
  }
  ends.forEach((end) => end())
  const median = (deed: string, of: (cost: Cost, round: number) => number): number =>
    quantile((costs.get(deed) ?? []).map(of), 0.5)
  const over = (deed: string, yardstick: string): number =>
    median(deed, ({ milliseconds }, i) => milliseconds / (costs.get(yardstick)?.[i]?.milliseconds ?? Number.NaN))
  const theirs = (deed: string): number =>
    quantile(
      foreign.map((times) => times[deed] ?? Number.NaN),
      0.5,
    )
  const row = (what: string, unit: string, found: number, wanted?: number): Row => ({
    set,
    what,
    unit,
    found,
    ...(wanted === undefined ? {} : { wanted }),
  })
  const small = shapes.length > 100
  const yardsticks = [
    ['a write that is safe', median('write', ({ milliseconds }) => milliseconds)],
    ['a read', median('read', ({ milliseconds }) => milliseconds)],
    ...(foreign.length === 0
      ? []
      : ([
          ['save_file of Python, unflushed', theirs('save')],
          ['load_file of Python', theirs('load')],
        ] as const)),
  ] as const
  return [
    ...yardsticks.map(([what, found]) => row(what, 'ms', found)),
    ...backends.flatMap((backend) => {
      const [saving, restoring] = [`save, ${backend}`, `restore, ${backend}`]
      const cost = (deed: string) => median(deed, ({ milliseconds }) => milliseconds)
      return [
        row(saving, 'ms', cost(saving)),
        ...(small && foreign.length > 0
          ? [row(`${saving}, over Python`, '×', cost(saving) / theirs('save'), 2.5)]
          : []),
        ...(small ? [] : [row(`${saving}, over a write`, '×', over(saving, 'write'), backend === 'wasm' ? 2.5 : 1.3)]),
        row(
          `${saving}: peak beyond the state`,
          'checkpoints',
          median(saving, ({ peak }) => peak),
          small ? undefined : 0.3,
        ),
        row(restoring, 'ms', cost(restoring)),
        ...(small && foreign.length > 0
          ? [row(`${restoring}, over Python`, '×', cost(restoring) / theirs('load'), 2.5)]
          : []),
        ...(small ? [] : [row(`${restoring}, over a read`, '×', over(restoring, 'read'), 1.5)]),
        row(
          `${restoring}: peak`,
          'checkpoints',
          median(restoring, ({ peak }) => peak),
          small ? undefined : 1.2,
        ),
      ]
    }),
  ]
}

const started = (set: ParameterSet) => {
  const params = tree(set, 0.01, 3)
  return { params, state: optimizer.init(params) }
}

/** A training that saves every 50 steps and does not wait for it, beside one that does not save: what its own thread has
 *  to do more (on Linux: its processor time, else the wall's clock), and the peak of memory. */
const whileTraining = async (backend: string, home: string): Promise<readonly Row[]> => {
  await tf.setBackend(backend)
  const store = fileStore({ folder: home })
  const set = { name: '40 MB', shapes: equal(10, 250_000) }
  const grads = tree(set, 0.01, 5)
  let now = started(set)
  const bytes = 4 * 10 * 250_000 * 4
  const steps = 200
  const saves = steps / 50
  const run = async (saving: boolean): Promise<readonly number[]> => {
    const ends: number[] = [ownThread()]
    let inFlight: Promise<unknown> = Promise.resolve()
    for (let i = 0; i < steps; i++) {
      now = step(optimizer, { donate: true })(grads, now.state, now.params)
      if (i % 50 === 10 && saving) {
        await inFlight
        inFlight = save({ store, name: 'trained', optimizer, ...now })
      }
      // a training waits for its data now and then
      await new Promise((resolve) => setImmediate(resolve))
      ends.push(ownThread())
    }
    await inFlight
    return ends
  }
  await run(true)
  const alone = [await run(false)]
  let saving: readonly number[] = []
  const { peak } = await costOf(async () => (saving = await run(true)), bytes)
  alone.push(await run(false))
  disposeExcept([now, grads], [])
  const spans = (ends: readonly number[]) => ends.slice(1).map((end, i) => end - (ends[i] ?? Number.NaN))
  const all = (ends: readonly number[]) => (ends.at(-1) ?? Number.NaN) - (ends[0] ?? Number.NaN)
  const one = quantile(alone.flatMap(spans), 0.5)
  const usual = alone.reduce((sum, ends) => sum + all(ends) / alone.length, 0)
  const row = (what: string, unit: string, found: number, wanted?: number): Row => ({
    set: `training on ${backend}, 40 MB, a save every 50 steps`,
    what,
    unit,
    found,
    ...(wanted === undefined ? {} : { wanted }),
  })
  return [
    row('a step without saves', 'ms', one),
    row('a step with saves', 'ms', quantile(spans(saving), 0.5)),
    row('longest step without saves', 'steps', Math.max(...alone.flatMap(spans)) / one),
    row('longest step with saves', 'steps', Math.max(...spans(saving)) / one),
    row('a save delays the training by', 'steps', (all(saving) - usual) / saves / one, 1),
    row('peak beyond the state', 'checkpoints', peak, 1.3),
  ]
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

/** What the thread of this program has had of a processor, in milliseconds; the threads that write files not counted. */
const ownThread = (): number =>
  process.platform === 'linux'
    ? Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
    : performance.now()

/** Forgets the peak of resident memory; gives what there is now. */
const startPeak = (): number => {
  if (process.platform !== 'linux') return Number.NaN
  writeFileSync('/proc/self/clear_refs', '5')
  return kilobytes('VmRSS')
}
const peakSince = (): number => (process.platform === 'linux' ? kilobytes('VmHWM') : Number.NaN)
const kilobytes = (key: string): number =>
  1024 * Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1])

/** What a save must do that can be killed, with its bytes at hand. */
const rawWrite = async (home: string, bytes: Uint8Array): Promise<void> => {
  const folder = await open(home, 'r')
  const temporary = join(home, 'raw.tmp')
  const file = await open(temporary, 'wx')
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten
  await file.sync()
  await file.close()
  await rename(temporary, join(home, 'raw'))
  await folder.sync()
  await folder.close()
}

const rawRead = async (path: string): Promise<void> => {
  const file = await open(path, 'r')
  const bytes = new Uint8Array((await file.stat()).size)
  for (let at = 0; at < bytes.length;) at += (await file.read(bytes, at, bytes.length - at, at)).bytesRead
  await file.close()
}

const pythonWithSafetensors = (): string => {
  const python = process.env['POLYAK_PYTHON'] ?? 'python3'
  const found = spawnSync(python, ['-c', 'import numpy, safetensors.numpy'], { stdio: 'ignore' })
  return found.status === 0 ? python : ''
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

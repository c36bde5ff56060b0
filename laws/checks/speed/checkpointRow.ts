// One row of the bench of checkpoints, in a process of its own: what another row has left, memory that goes back to the
// system, garbage, compiled code, is no cost of this one. It is told the row, and tells what it cost.
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { withMovingAverage } from '../../../src/averaging/withMovingAverage.js'
import { fileStore } from '../../../src/checkpoint/fileStore.js'
import { restore } from '../../../src/checkpoint/restore.js'
import { save } from '../../../src/checkpoint/save.js'
import '../../../src/cpu.js'
import '../../../src/wasm.js'
import '../gradients/inNode.js'
import { adam } from '../../../src/optimizers/adam.js'
import { minimize } from '../../../src/training/minimize.js'
import { step } from '../../../src/transformation/step.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { quantile } from './interleaved.js'
import { tree, type ParameterSet } from './sets.js'
import { threadClock } from './threadClock.js'

/** What is measured. */
export interface CheckpointRow {
  /** A training of `steps` alone has its gradients at hand; they are the work of a real one. */
  readonly deed: 'save' | 'restore' | 'steps' | 'training'
  readonly backend: string
  readonly set: ParameterSet
  readonly seconds: number
}

/** What a deed cost, each figure the median of its rounds. */
export interface DeedCost {
  /** Processor time of the process, all threads, user and system. */
  readonly milliseconds: number
  /** The same of what must be done at least: a temporary file, flushed, renamed, the folder flushed; reading the file. */
  readonly least: number
  readonly overLeast: number
  /** The peak of memory over what there was before, in checkpoints (on Linux). */
  readonly peak: number
}

/** A training that saves every 50 steps and does not wait for it, beside the same without saves, on its own thread. */
export interface TrainingCost {
  readonly step: number
  /** The longest step of 50, in steps. */
  readonly longestAlone: number
  readonly longestSaving: number
  /** How much longer 50 steps with a save take, in steps; in the mean, where a few long ones count. */
  readonly delay: number
  readonly meanDelay: number
  /** The same of a write of as many bytes that lie ready: what the system's threads take from this one's memory and core. */
  readonly leastDelay: number
  readonly peak: number
}

// parameters, two moments and an average: four tensors for each
const optimizer = withMovingAverage({ decay: 0.99 })(adam({ learningRate: 1e-3 }))
const started = (set: ParameterSet) => {
  const params = tree(set, 0.01, 3)
  return { params, state: optimizer.init(params) }
}
const name = 'a.safetensors'

const deedCost = async ({ deed, set, seconds }: CheckpointRow, home: string): Promise<DeedCost> => {
  const store = fileStore({ folder: home })
  const now = started(set)
  const saved = () => save({ store, name, optimizer, ...now })
  await saved()
  const bytes = readFileSync(join(home, name))
  const run =
    deed === 'save' ? saved : async () => disposeExcept(await restore({ store, name, optimizer, like: now }), [])
  const least = deed === 'save' ? () => rawWrite(home, bytes) : () => rawRead(join(home, name))
  const rounds: DeedCost[] = []
  const until = performance.now() + seconds * 1000
  for (let round = 0; round < 6 || (performance.now() < until && round < 40); round++) {
    const own = await costOf(run, bytes.length)
    const raw = await costOf(least, bytes.length)
    // the first round warms up
    if (round === 0) continue
    rounds.push({ ...own, least: raw.milliseconds, overLeast: own.milliseconds / raw.milliseconds })
  }
  const median = (key: keyof DeedCost): number =>
    quantile(
      rounds.map((round) => round[key]),
      0.5,
    )
  return {
    milliseconds: median('milliseconds'),
    least: median('least'),
    overLeast: median('overLeast'),
    peak: median('peak'),
  }
}

const steps = 50

type Running = ReturnType<typeof started>

const byGradientsAtHand = (set: ParameterSet): ((now: Running) => Running) => {
  const grads = tree(set, 0.01, 5)
  return ({ params, state }) => step(optimizer, { donate: true })(grads, state, params)
}

/** Layers one upon the other, and a batch of 16. */
const byGradients = ({ shapes }: ParameterSet): ((now: Running) => Running) => {
  const batch = tf.randomNormal([16, shapes[0]?.[0] ?? 1])
  const loss = (params: Running['params']): tf.Scalar =>
    tf.tidy(() =>
      tf.mean(tf.square(Object.values(params).reduce<tf.Tensor>((x, w) => tf.tanh(tf.matMul(x, w)), batch))),
    )
  const run = minimize(optimizer, loss, { donate: true })
  return (now) => {
    const { value, params, state } = run(now)
    value.dispose()
    return { params, state }
  }
}

const trainingCost = async ({ deed, set, seconds }: CheckpointRow, home: string): Promise<TrainingCost> => {
  const store = fileStore({ folder: home })
  const next = (deed === 'steps' ? byGradientsAtHand : byGradients)(set)
  let now = started(set)
  const bytes = 16 * set.shapes.reduce((sum, shape) => sum + tf.util.sizeFromShape([...shape]), 0)
  /** What each of some steps took, and then what was left to be done. */
  const run = async (meanwhile: () => Promise<unknown>): Promise<readonly number[]> => {
    const spans: number[] = []
    let inFlight: Promise<unknown> = Promise.resolve()
    let last = threadClock()
    for (let i = 0; i <= steps; i++) {
      if (i < steps) now = next(now)
      else await inFlight
      if (i === 5) inFlight = meanwhile()
      // a training waits for its data now and then
      await new Promise((resolve) => setImmediate(resolve))
      const at = threadClock()
      spans.push(at - last)
      last = at
    }
    return spans
  }
  const nothing = async () => null
  const raw = new Uint8Array(bytes).fill(1)
  const runs: Readonly<Record<'alone' | 'saving' | 'writing', (readonly number[])[]>> = {
    alone: [],
    saving: [],
    writing: [],
  }
  // the heap of the program grows to what steps need
  for (let i = 0; i < (deed === 'steps' ? 10 : 2); i++) await run(nothing)
  const before = startPeak()
  const until = performance.now() + seconds * 1000
  for (let round = 0; round < 6 || (performance.now() < until && round < 100); round++) {
    const saving = await run(() => save({ store, name, optimizer, ...now }))
    const alone = await run(nothing)
    const writing = await run(() => rawWrite(home, raw))
    if (round < 2) continue
    runs.saving.push(saving)
    runs.alone.push(alone)
    runs.writing.push(writing)
  }
  const peak = (peakSince() - before) / bytes
  const one = quantile(
    runs.alone.flatMap((spans) => spans.slice(0, steps)),
    0.5,
  )
  const inSteps = (of: (spans: readonly number[]) => number, list: (readonly number[])[]): readonly number[] =>
    list.map((spans) => of(spans) / one)
  const sum = (list: readonly number[]): number => list.reduce((all, x) => all + x)
  const mean = (list: readonly number[]): number => sum(list) / list.length
  const median = (list: readonly number[]): number => quantile(list, 0.5)
  const longest = (spans: readonly number[]): number => Math.max(...spans)
  const usual = inSteps(sum, runs.alone)
  return {
    step: one,
    longestAlone: median(inSteps(longest, runs.alone)),
    longestSaving: median(inSteps(longest, runs.saving)),
    delay: median(inSteps(sum, runs.saving)) - median(usual),
    meanDelay: mean(inSteps(sum, runs.saving)) - mean(usual),
    leastDelay: median(inSteps(sum, runs.writing)) - median(usual),
    peak,
  }
}

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const costOf = async (run: () => Promise<unknown>, bytes: number) => {
  collect()
  const before = startPeak()
  const begun = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(begun)
  return { milliseconds: (user + system) / 1000, peak: (peakSince() - before) / bytes }
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

tf.enableProdMode() // or it advertises
const [given] = await once(process, 'message')
const row = given as CheckpointRow // checkpoints.ts sends it
await tf.setBackend(row.backend)
const home = mkdtempSync(join(tmpdir(), 'polyak-bench-'))
try {
  process.send?.(await (row.deed === 'steps' || row.deed === 'training' ? trainingCost : deedCost)(row, home))
} finally {
  rmSync(home, { recursive: true, force: true })
  process.disconnect()
}

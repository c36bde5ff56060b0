import { execFileSync, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchOptions } from './bench.js'
import type { CheckpointRow, DeedCost, TrainingCost } from './checkpointRow.js'
import type { ParameterSet } from './sets.js'

const equal = (count: number, size: number): ParameterSet['shapes'] => Array.from({ length: count }, () => [size])
const states: readonly ParameterSet[] = [
  { name: '160 MB in 4', shapes: equal(1, 10_000_000) },
  { name: '160 MB in 64', shapes: equal(16, 625_000) },
  { name: '16 MB in 4,000', shapes: equal(1000, 1000) },
]
const stepped: ParameterSet = { name: 'steps on 40 MB, a save every 50', shapes: equal(10, 250_000) }
const trained: ParameterSet = {
  name: 'training of 40 MB, a save every 50 steps',
  shapes: Array.from({ length: 10 }, () => [500, 500]),
}
const backends = ['wasm', 'cpu'] as const

/** One figure beside what it should be at most. */
interface Row {
  readonly set: string
  readonly what: string
  readonly unit: string
  readonly found: number
  /** Undefined: a yardstick. */
  readonly wanted?: number
}

/** Saves and restores against what must be done at least, in turns, and a training that saves against one that does not:
 *  processor time, and the peak of memory (on Linux). Each row runs in a process of its own. `POLYAK_PYTHON`, else
 *  `python3`, adds Python's safetensors, where it has them. */
export const checkpoints = async ({ seconds, set, folder }: BenchOptions): Promise<void> => {
  const python = pythonWithSafetensors()
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, ` +
      `Node ${process.versions.node}, ${python === '' ? 'no Python with safetensors' : python}`,
  )
  const rows: Row[] = []
  for (const one of states.filter(({ name }) => name.includes(set)))
    rows.push(...told(await kept(one, seconds, python)))
  if (stepped.name.includes(set)) rows.push(...told(await whileTraining('steps', stepped, backends, seconds)))
  // the products of cpu take too long
  if (trained.name.includes(set)) rows.push(...told(await whileTraining('training', trained, ['wasm'], seconds)))
  const over = rows.filter(({ found, wanted }) => wanted !== undefined && found > wanted).length
  console.log(`\n${over} of ${rows.filter(({ wanted }) => wanted !== undefined).length} over what was wanted`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/checkpoints.json`, JSON.stringify(rows, null, 2))
}

const told = (rows: readonly Row[]): readonly Row[] => {
  console.log(`\n${rows[0]?.set}`.padEnd(46) + 'found'.padStart(9) + 'wanted'.padStart(12))
  for (const { what, unit, found, wanted } of rows) {
    const figure = found.toFixed(unit === 'ms' ? 1 : 2)
    const most = wanted === undefined ? '' : `≤ ${wanted}`
    const verdict = wanted === undefined || Number.isNaN(found) ? '' : found <= wanted ? '  ok' : '  OVER'
    console.log(`  ${what.padEnd(43)}${figure.padStart(9)}${most.padStart(12)} ${unit}${verdict}`)
  }
  return rows
}

type Figure = readonly [what: string, unit: string, found: number, wanted?: number]

const rowsOf = (set: string, figures: readonly Figure[]): readonly Row[] =>
  figures.map(([what, unit, found, wanted]) => ({
    set,
    what,
    unit,
    found,
    ...(wanted === undefined ? {} : { wanted }),
  }))

const kept = async (set: ParameterSet, seconds: number, python: string): Promise<readonly Row[]> => {
  const small = set.shapes.length > 100
  const theirs = small && python !== '' ? pythons(python, set) : null
  const figures: Figure[] =
    theirs === null
      ? []
      : [
          ['save_file of Python, unflushed', 'ms', theirs.save],
          ['load_file of Python', 'ms', theirs.restore],
        ]
  for (const backend of backends)
    for (const deed of ['save', 'restore'] as const) {
      const row = { deed, backend, set, seconds: seconds / 4 }
      const { milliseconds, least, overLeast, peak } = (await inOwnProcess(row)) as DeedCost // of a deed
      const [raw, most] = deed === 'save' ? ['a safe write', backend === 'wasm' ? 2.5 : 1.3] : ['a read', 1.5]
      const what = `${deed}, ${backend}`
      figures.push([what, 'ms', milliseconds], [`${what}: ${raw} of the bytes`, 'ms', least])
      if (!small) figures.push([`${what}, over ${raw}`, '×', overLeast, most])
      if (theirs !== null) figures.push([`${what}, over Python`, '×', milliseconds / theirs[deed], 2.5])
      if (small) figures.push([`${what}: peak`, 'checkpoints', peak])
      else figures.push([`${what}: peak`, 'checkpoints', peak, deed === 'save' ? 0.3 : 1.2])
    }
  return rowsOf(set.name, figures)
}

const whileTraining = async (
  deed: 'steps' | 'training',
  set: ParameterSet,
  on: readonly string[],
  seconds: number,
): Promise<readonly Row[]> => {
  const figures: Figure[] = []
  for (const backend of on) {
    const cost = (await inOwnProcess({ deed, backend, set, seconds })) as TrainingCost // of a training
    figures.push(
      [`${backend}: a step without saves`, 'ms', cost.step],
      [`${backend}: longest step of 50`, 'steps', cost.longestAlone],
      [`${backend}: longest step of 50 with a save`, 'steps', cost.longestSaving],
      [`${backend}: a save delays by`, 'steps', cost.delay, 1],
      [`${backend}: in the mean`, 'steps', cost.meanDelay],
      [`${backend}: a write of as many bytes delays by`, 'steps', cost.leastDelay],
      [`${backend}: peak beyond the state`, 'checkpoints', cost.peak, 1.3],
    )
  }
  return rowsOf(set.name, figures)
}

const inOwnProcess = async (row: CheckpointRow): Promise<unknown> => {
  // built beside this file
  const child = fork(new URL('checkpointRow.js', import.meta.url))
  const died = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${row.deed} ended with ${code}`)))
  const answer = once(child, 'message')
  child.send(row)
  const [cost] = await Promise.race([answer, died])
  await died.catch(() => null)
  return cost
}

const pythonWithSafetensors = (): string => {
  const python = process.env['POLYAK_PYTHON'] ?? 'python3'
  const found = spawnSync(python, ['-c', 'import numpy, safetensors.numpy'], { stdio: 'ignore' })
  return found.status === 0 ? python : ''
}

// as here: rounds in one process, of which the first warms up
const script = `
import json, sys, time, statistics
import numpy
from safetensors.numpy import load_file, save_file
shapes, path = json.loads(sys.argv[1]), sys.argv[2]
arrays = {f"{slot}/{i}": numpy.full(shape, i, numpy.float32) for i, shape in enumerate(shapes) for slot in ("w", "mu", "nu", "average")}
times = {"save": [], "restore": []}
for _ in range(21):
    begun = time.process_time(); save_file(arrays, path); times["save"].append(1000 * (time.process_time() - begun))
    begun = time.process_time(); back = load_file(path); times["restore"].append(1000 * (time.process_time() - begun))
    del back
print(json.dumps({deed: statistics.median(each[1:]) for deed, each in times.items()}))
`
const pythons = (python: string, { shapes }: ParameterSet): { readonly save: number; readonly restore: number } => {
  const home = mkdtempSync(join(tmpdir(), 'polyak-bench-'))
  try {
    const args = ['-c', script, JSON.stringify(shapes), join(home, 'python')]
    // the script prints it
    return JSON.parse(execFileSync(python, args, { encoding: 'utf8' })) as ReturnType<typeof pythons>
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

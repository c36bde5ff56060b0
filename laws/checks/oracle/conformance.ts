import process from 'node:process'
import fc from 'fast-check'
import { writeCoverage } from './coverage.js'
import { conformanceCases, onTensors, type ConformanceCase } from './conformanceCases.js'
import { functionValues } from './conformanceFunctions.js'
import { departures } from './conformanceDepartures.js'
import { optaxPython, startOptax, type Answer } from './conformanceOptax.js'
import { ours, oursOnTensors } from './conformanceOurs.js'

/** How many cases, from which seed, of which subject (all by default). */
export interface ConformanceOptions {
  readonly runs: number
  readonly seed: number
  readonly only: string
}

/** What came of one subject. */
export interface ConformanceRow {
  readonly cases: number
  readonly worst: number
  readonly departed: number
  readonly failed: number
}

/** Of scale, by the float64 reference. One tolerance for all: where optax rounds to float32 within, conformance.py
 *  lifts it to float64. */
const tolerance = 1e-9

/** What runs on tensors only is compared in the float32 of the cpu backend. */
const toleranceOf = (asked: ConformanceCase): number => ('call' in asked || onTensors(asked) ? 6e-6 : tolerance)

/** Draws cases, asks the real optax and the float64 reference, prints a table. Whether all agree; null where no Python
 *  has optax. */
export const conformance = async ({
  runs,
  seed,
  only,
}: ConformanceOptions): Promise<Readonly<Record<string, ConformanceRow>> | null> => {
  const python = optaxPython()
  if (python === null) {
    print(
      'conformance: SKIPPED. No Python with optax was found: nothing was compared.\n' +
        '  Set POLYAK_PYTHON to one, or install laws/checks/oracle/requirements.txt into laws/checks/oracle/.venv.',
    )
    return null
  }
  const optax = await startOptax(python)
  print(`conformance: ${optax.versions}, seed ${seed}, ${runs} cases, to ${tolerance} of scale`)
  const subjects = Object.entries(conformanceCases).filter(([name]) => only === '' || only.split(',').includes(name))
  const each = Math.ceil(runs / subjects.length)
  const rows: Record<string, ConformanceRow> = {}
  for (const [i, [name, arbitrary]] of subjects.entries()) {
    let row: ConformanceRow = { cases: 0, worst: 0, departed: 0, failed: 0 }
    for (const asked of fc.sample(arbitrary, { numRuns: each, seed: seed + i }))
      row = judged(row, asked, await found(asked), await optax.ask(asked))
    rows[name] = row
    print(
      `${String(i + 1).padStart(3)}/${subjects.length} ${name.padEnd(32)} ${String(row.cases).padStart(4)} cases   worst ${row.worst.toExponential(1)}` +
        `${row.departed > 0 ? `   documented ${row.departed}` : ''}${row.failed > 0 ? `   DISAGREES ${row.failed}` : ''}`,
    )
  }
  optax.end()
  return rows
}

/** Takes one case into the row of its subject. */
const judged = (row: ConformanceRow, asked: ConformanceCase, mine: Answer, theirs: Answer): ConformanceRow => {
  const error = apart(mine, theirs)
  const cases = row.cases + 1
  if (error.size <= toleranceOf(asked)) return { ...row, cases, worst: Math.max(row.worst, error.size) }
  const numbers = (answer: Answer): readonly number[] => ('error' in answer ? [] : answer.trajectory.flat())
  const known = departures.find(({ holds }) =>
    holds({ asked, problem: error.problem, ours: numbers(mine), optax: numbers(theirs) }),
  )
  if (known !== undefined) return { ...row, cases, departed: row.departed + 1 }
  if (row.failed < 3)
    print(
      `  disagreement: ${error.problem ?? error.size.toExponential(2)}\n  ${shortened(JSON.stringify(asked, shown))}\n  ours   ${answered(mine)}\n  optax  ${answered(theirs)}`,
    )
  return { ...row, cases, failed: row.failed + 1 }
}

const found = async (asked: ConformanceCase): Promise<Answer> => {
  try {
    if ('call' in asked) return { trajectory: await functionValues(asked) }
    if (onTensors(asked)) return { trajectory: await oursOnTensors(asked) }
    return { trajectory: ours(asked) }
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }
  }
}

/** The largest difference over the largest value up to then; the same not-a-number or infinity on both sides agrees. */
const apart = (mine: Answer, theirs: Answer): { readonly size: number; readonly problem: string | null } => {
  if ('error' in mine) return { size: Number.POSITIVE_INFINITY, problem: `ours: ${mine.error}` }
  if ('error' in theirs) return { size: Number.POSITIVE_INFINITY, problem: `optax: ${theirs.error}` }
  const a = mine.trajectory.flat()
  const b = theirs.trajectory.flat()
  if (a.length !== b.length)
    return { size: Number.POSITIVE_INFINITY, problem: `${a.length} numbers against ${b.length}` }
  const scale = b.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0) || 1
  const size = a.reduce(
    (most, x, i) => Math.max(most, Object.is(x, b[i]) ? 0 : Math.abs(x - (b[i] ?? Number.NaN)) / scale),
    0,
  )
  return { size: Number.isNaN(size) ? Number.POSITIVE_INFINITY : size, problem: null }
}

const shown = (_: string, x: unknown): unknown => (typeof x === 'number' && !Number.isFinite(x) ? String(x) : x)
const shortened = (text: string): string => (text.length > 1600 ? `${text.slice(0, 1600)} …` : text)
const answered = (answer: Answer): string =>
  shortened('error' in answer ? answer.error : JSON.stringify(answer.trajectory, shown)).slice(0, 700)
const print = (text: string): void => void process.stdout.write(`${text}\n`)

/** The command: `npm run conformance -- [--runs N] [--seed N] [--only adam,sgd]`. Ends non-zero where a case
 *  disagrees. */
export const command = async (words: readonly string[]): Promise<void> => {
  const option = (word: string, otherwise: string): string =>
    words[words.indexOf(word) + 1] !== undefined && words.includes(word)
      ? String(words[words.indexOf(word) + 1])
      : otherwise
  const rows = await conformance({
    runs: Number(option('--runs', '2400')),
    seed: Number(option('--seed', '2026')),
    only: option('--only', ''),
  })
  if (rows === null) return
  const all = Object.values(rows)
  const sum = (of: keyof ConformanceRow): number => all.reduce((total, row) => total + row[of], 0)
  print(
    `\n${sum('cases')} cases of ${all.length} subjects: ${sum('failed')} disagree, ${sum('departed')} on the documented list, ` +
      `worst ${Math.max(...all.map(({ worst }) => worst)).toExponential(1)} of scale`,
  )
  if (option('--only', '') === '')
    writeCoverage(rows, `${sum('cases')} random cases, seed ${option('--seed', '2026')}, optax 0.2.8 in float64`)
  process.exitCode = sum('failed') > 0 ? 1 : 0
}

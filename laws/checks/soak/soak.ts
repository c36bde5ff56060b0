import fc from 'fast-check'
// The inner files that follow register no executor.
import '../../../src/cpu.js'
import '../../../src/wasm.js'
import '../../../src/webgl.js'
import { chooseExecutor } from '../../../src/engine/chooseExecutor.js'
import { checkCase } from './checkCase.js'
import { type Excluded, exclusions } from './exclusions.js'
import { shownCase, type SoakCase, soakCases } from './SoakCase.js'

/** How long, and which cases. */
export interface SoakOptions {
  readonly seconds: number
  readonly seed: number
  /** One case again, as a failure prints it: `SEED/PATH`. */
  readonly replay?: string
  /** Bytes of heap in use after a collection, where that can be known. */
  readonly heap?: () => number
  readonly progress?: (line: string) => void
  /** What was told of a failure. */
  readonly backend: string
}

/** What a soak has done. */
export interface SoakReport {
  readonly cases: number
  readonly steps: number
  /** Cases that the library rightly refused. */
  readonly refused: number
  /** Cases left out, by the reason. */
  readonly left: Readonly<Record<string, number>>
  /** Cases by each transformation and combinator. */
  readonly words: Readonly<Record<string, number>>
  readonly executors: Readonly<Record<string, number>>
  /** Bytes of heap: at the start of the part in which the same cases come again and again, and at its end. */
  readonly heap?: { readonly from: number; readonly to: number; readonly rounds: number; readonly cases: number }
  readonly failure?: string
}

interface Tallies {
  cases: number
  steps: number
  refused: number
  readonly left: Record<string, number>
  readonly words: Record<string, number>
  readonly executors: Record<string, number>
}

const perChunk = 20
/** The share of the time in which new cases are made; then the first chunk comes again and again. */
const exploring = 0.75
/** Bytes of heap by which repeating may grow. */
const allowance = 3 * 2 ** 20
/** How long a failure may be made smaller. */
const shrinking = 30_000

/** Checks random compositions until the time is up or one fails. */
export const soak = async ({
  seconds,
  seed,
  replay,
  heap,
  progress = () => undefined,
  backend,
}: SoakOptions): Promise<SoakReport> => {
  const tallies: Tallies = { cases: 0, steps: 0, refused: 0, left: {}, words: {}, executors: {} }
  const begin = Date.now()
  const end = begin + 1000 * seconds
  if (replay !== undefined) {
    const [chunkSeed = '', path = ''] = replay.split('/')
    const failure = chunk(tallies, Number(chunkSeed), Number.POSITIVE_INFINITY, backend, path)
    return { ...tallies, ...(failure === undefined ? {} : { failure }) }
  }
  let told = begin
  const pause = async (): Promise<void> => {
    if (Date.now() - told > 5000) {
      told = Date.now()
      progress(`${Math.round((told - begin) / 1000)} s: ${tallies.cases} cases, ${tallies.steps} steps`)
    }
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
  const explored = begin + 1000 * seconds * (heap === undefined ? 1 : exploring)
  for (let i = 0; i === 0 || Date.now() < explored; i++) {
    const failure = chunk(tallies, seedOf(seed, i), explored, backend)
    if (failure !== undefined) return { ...tallies, failure }
    await pause()
  }
  if (heap === undefined) return tallies
  const again = (): string | undefined => chunk(tallies, seedOf(seed, 0), Number.POSITIVE_INFINITY, backend)
  let failure = again()
  const [from, before] = [heap(), tallies.cases]
  let rounds = 0
  while (failure === undefined && (rounds === 0 || Date.now() < end)) {
    failure = again()
    rounds++
    await pause()
  }
  const to = heap()
  if (failure === undefined && to - from > allowance)
    failure = `The heap grew by ${((to - from) / 2 ** 20).toFixed(1)} MiB in ${rounds} rounds of the same ${perChunk} cases.`
  return {
    ...tallies,
    heap: { from, to, rounds, cases: tallies.cases - before },
    ...(failure === undefined ? {} : { failure }),
  }
}

/** Chunks of neighbouring runs share no seed. */
const seedOf = (seed: number, chunk: number): number => (Math.imul(seed, 1_000_003) + chunk) | 0

/** Some cases of one seed; the smallest that fails, as a report. */
const chunk = (tallies: Tallies, seed: number, until: number, backend: string, path?: string): string | undefined => {
  let failed = false
  const property = fc.property(soakCases, (one) => {
    // Once something has failed, what runs is its shrinking.
    if (!failed && Date.now() > until) return
    const reason = reasonToLeave(one, backend)
    if (reason !== undefined) {
      if (!failed) tallies.left[reason] = (tallies.left[reason] ?? 0) + 1
      return
    }
    try {
      const verdict = checkCase(one)
      if (!failed) count(tallies, one, verdict.kind === 'held' ? verdict.steps : undefined)
    } catch (error) {
      failed = true
      throw error
    }
  })
  const details = fc.check(property, {
    seed,
    numRuns: perChunk,
    interruptAfterTimeLimit: Math.max(0, Math.min(until, Date.now() + 600_000) - Date.now()) + shrinking,
    ...(path === undefined ? {} : { path, endOnFailure: false }),
  })
  if (!details.failed || details.counterexample === null) return undefined
  return [
    `A case failed on ${backend}:`,
    `  ${String(details.errorInstance instanceof Error ? details.errorInstance.stack : details.errorInstance).replaceAll('\n', '\n  ')}`,
    shownCase(details.counterexample[0]),
    `  (made smaller ${details.numShrinks} times)`,
    'Again:',
    `  npm run soak -- --backend ${backend} --replay ${details.seed}/${details.counterexamplePath ?? ''}`,
  ].join('\n')
}

const reasonToLeave = (one: SoakCase, backend: string): string | undefined =>
  exclusions.find(({ when }: Excluded) => when(one, backend))?.why

const count = (tallies: Tallies, { composition }: SoakCase, steps: number | undefined): void => {
  tallies.cases++
  if (steps === undefined) tallies.refused++
  else tallies.steps += steps
  for (const name of new Set(composition.map((word) => word.name))) tallies.words[name] = (tallies.words[name] ?? 0) + 1
  const executor = chooseExecutor().why
  tallies.executors[executor] = (tallies.executors[executor] ?? 0) + 1
}

/** The report as lines for a terminal. */
export const shownReport = (report: SoakReport): string => {
  const table = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .toSorted(([, a], [, b]) => b - a)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ')
  const { heap } = report
  const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MiB`
  return [
    `${report.cases} cases, ${report.steps} steps, ${report.refused} refused as they should be`,
    `executors: ${table(report.executors)}`,
    `cases with each: ${table(report.words)}`,
    ...Object.entries(report.left).map(([why, n]) => `${n} left out: ${why}`),
    ...(heap === undefined
      ? []
      : [
          `heap: ${mib(heap.from)}, and ${mib(heap.to)} after ${heap.rounds} more rounds of the same cases (${heap.cases})`,
        ]),
    report.failure ?? 'All held.',
  ].join('\n')
}

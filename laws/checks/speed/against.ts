import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { quantile } from './interleaved.js'

/** Which two builds, and how long. */
export interface AgainstOptions {
  /** A checkout whose `dist` is built. */
  readonly against: string
  readonly rounds: number
  /** Only rows whose name contains this. */
  readonly set: string
}

/** Times this build and another in turns, by the processor time that each has: what the machine does meanwhile falls on
 *  both. Prints for each row how many times as long this build takes. */
export const against = async ({ against: folder, rounds, set }: AgainstOptions): Promise<void> => {
  const [ours, theirs] = [talkTo('.'), talkTo(folder)] as const
  const { rows: names } = await ours({ row: -1 })
  if (!Array.isArray(names)) throw new Error('no rows: run npm run build first')
  console.log(`${'this build ÷ the other, processor time'.padEnd(62)}  this ms   other ms   ratio (quartiles)`)
  let slower = 0
  for (const [row, name] of names.map(String).entries()) {
    if (!name.includes(set)) continue
    const result = await compared(ours, theirs, row, rounds)
    if (typeof result !== 'string' && result.ratio > 1.1) slower++
    console.log(`${name.padEnd(62)} ${typeof result === 'string' ? result : told(result)}`)
  }
  console.log(`${slower === 0 ? 'no row' : slower === 1 ? '1 row' : `${slower} rows`} slower by more than 10 %`)
  await Promise.all([ours({ end: true }), theirs({ end: true })])
}

interface Compared {
  readonly ours: number
  readonly theirs: number
  readonly ratio: number
  readonly quartiles: readonly [number, number]
}

const told = ({ ours, theirs, ratio, quartiles: [low, high] }: Compared): string =>
  [
    ours.toFixed(3).padStart(8),
    theirs.toFixed(3).padStart(10),
    `${ratio.toFixed(2).padStart(7)} (${low.toFixed(2)}–${high.toFixed(2)})${ratio > 1.1 ? '  SLOWER' : ''}`,
  ].join(' ')

/** At least so many milliseconds a turn: the clock of the processor's time is coarse, a short row's code is compiled
 *  anew while it warms, and a turn bears its own garbage, a collection or ten, not one by chance. */
const turn = 250

/** Repeats a row, twice as often each time, until a turn is filled; how often that is. Both builds are warm by then. */
const repeatsOf = async (time: (repeats: number) => Promise<number>): Promise<number> => {
  let repeats = 1
  while ((await time(repeats)) * repeats < turn) repeats *= 2
  return repeats
}

const compared = async (ours: Ask, theirs: Ask, row: number, rounds: number): Promise<Compared | string> => {
  const time = async (ask: Ask, repeats: number): Promise<number> => {
    const { milliseconds, failed } = await ask({ row, repeats })
    return typeof milliseconds === 'number' ? milliseconds : Promise.reject(new Error(String(failed)))
  }
  try {
    const repeats = Math.max(
      await repeatsOf(async (count) => time(ours, count)),
      await repeatsOf(async (count) => time(theirs, count)),
    )
    for (const ask of [ours, theirs]) await time(ask, repeats)
    const pairs: (readonly [number, number])[] = []
    for (let round = 0; round < rounds; round++) {
      const [first, second] = round % 2 === 0 ? [ours, theirs] : [theirs, ours]
      const a = await time(first, repeats)
      const b = await time(second, repeats)
      pairs.push(round % 2 === 0 ? [a, b] : [b, a])
    }
    const ratios = pairs.map(([a, b]) => a / b)
    const median = (list: readonly number[]): number => quantile(list, 0.5)
    return {
      ours: median(pairs.map(([a]) => a)),
      theirs: median(pairs.map(([, b]) => b)),
      ratio: median(ratios),
      quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

type Ask = (command: Readonly<Record<string, unknown>>) => Promise<Readonly<Record<string, unknown>>>

/** A process that runs one build, and sleeps while it is not asked. */
const talkTo = (folder: string): Ask => {
  const child = spawn(process.execPath, ['--expose-gc', 'laws/checks/speed/turns.mjs', folder], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return async (command) => {
    if (command['end'] === true) {
      child.stdin.end()
      return {}
    }
    child.stdin.write(`${JSON.stringify(command)}\n`)
    for (;;) {
      const line = await lines.next()
      if (line.done === true) throw new Error(`the build in ${folder} does not run: is its dist built?`)
      // tfjs greets on the same stream
      if (line.value.startsWith('{')) return JSON.parse(line.value) as Readonly<Record<string, unknown>> // answers
    }
  }
}

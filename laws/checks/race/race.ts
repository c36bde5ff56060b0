import type { Contestant } from './contestants.js'
import { type Heat, heat, type Mark } from './heat.js'
import type { Posed, Problem } from './Problem.js'

/** How an optimizer did on a problem, at the rate that tuning found. */
export interface Finish {
  readonly problem: string
  readonly contestant: string
  readonly rate: number
  /** Whether the best rate is the least or the greatest of the grid: a wider one might have served it better. */
  readonly atEdge: boolean
  /** The loss in the end over the seeds: median, least, greatest. Infinite where a run diverged. */
  readonly loss: { readonly median: number; readonly best: number; readonly worst: number }
  /** Medians over the seeds, on the way. */
  readonly marks: readonly Mark[]
  /** Median milliseconds of one gradient with its share of the steps. */
  readonly milliseconds: number
}

export interface RaceOptions {
  readonly problems: readonly Problem[]
  readonly contestants: Readonly<Record<string, Contestant>>
  /** The rates that each of them is tuned over. */
  readonly rates: readonly number[]
  /** How many seeds the medians are over. One more is for tuning. */
  readonly seeds: number
  /** How often the loss is measured on the way. */
  readonly marks: number
  /** When nobody begins any more, on the wall's clock: who has not by then is left out. */
  readonly seconds: number
  /** Milliseconds since whenever, for the times in the table. */
  readonly clock: () => number
  readonly progress: (line: string) => void
}

/** The race: every optimizer on every problem, tuned on one seed and run on others. */
export const race = (options: RaceOptions): readonly Finish[] => {
  const { problems, contestants, seeds, seconds, progress } = options
  const start = performance.now()
  const spent = (): number => (performance.now() - start) / 1000
  const finishes: Finish[] = []
  const total = problems.length * Object.keys(contestants).length
  for (const problem of problems) {
    const posed = Array.from({ length: seeds + 1 }, (_, seed) => problem.posed(seed))
    for (const [name, contestant] of Object.entries(contestants)) {
      if (spent() >= seconds) break
      finishes.push(finished(problem, name, contestant, posed, options))
      progress(`${finishes.length}/${total} ${problem.name}: ${name}, ${spent().toFixed(0)} s of at most ${seconds}`)
    }
    posed.forEach(({ end }) => end())
  }
  return finishes
}

const finished = (
  problem: Problem,
  name: string,
  contestant: Contestant,
  [tuning, ...others]: readonly Posed[],
  { rates, marks, clock }: RaceOptions,
): Finish => {
  const { budget } = problem
  const run = (posed: Posed, rate: number, often: number): Heat =>
    heat({ posed, contestant, rate, budget, marks: often, clock })
  const trials = tuning === undefined ? [] : rates.map((rate) => ({ rate, loss: lossOf(run(tuning, rate, 1)) }))
  const best = trials.reduce((a, b) => (b.loss < a.loss ? b : a))
  const heats = others.map((posed) => run(posed, best.rate, marks))
  const losses = heats.map(lossOf)
  return {
    problem: problem.name,
    contestant: name,
    rate: best.rate,
    atEdge: best.rate === rates[0] || best.rate === rates.at(-1),
    loss: { median: median(losses), best: Math.min(...losses), worst: Math.max(...losses) },
    marks: Array.from({ length: marks + 1 }, (_, i) => ({
      gradients: (i * budget) / marks,
      // where a run has fewer marks it diverged
      loss: median(heats.map((one) => one.marks[i]?.loss ?? Number.POSITIVE_INFINITY)),
    })),
    milliseconds: median(heats.map(({ milliseconds }) => milliseconds)),
  }
}

const lossOf = ({ marks }: Heat): number => marks.at(-1)?.loss ?? Number.POSITIVE_INFINITY

/** The middle of some numbers, some of them infinite. */
const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]]
  if (low === undefined || high === undefined) throw new Error('race: a median of nothing')
  return low === high ? low : (low + high) / 2
}

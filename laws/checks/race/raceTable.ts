import type { Contestant } from './contestants.js'
import type { Problem } from './Problem.js'
import type { Finish } from './race.js'

/** What a table says of how it came about. */
export interface Circumstances {
  readonly problems: readonly Problem[]
  readonly contestants: Readonly<Record<string, Contestant>>
  readonly rates: readonly number[]
  readonly seeds: number
  /** Backend and executor. */
  readonly backend: string
}

/** The race as a page in Markdown. */
export const raceTable = (finishes: readonly Finish[], circumstances: Circumstances): string => {
  const { problems, contestants, rates, seeds, backend } = circumstances
  const raced = problems.filter(({ name }) => finishes.some(({ problem }) => problem === name))
  const places = new Map(raced.map(({ name }) => [name, placesOf(finishes.filter(({ problem }) => problem === name))]))
  return [
    '# A race that helps to choose',
    `Written by \`npm run race\`. Each optimizer is tuned on one seed over the same ${rates.length} rates (${rates.map(shown).join(', ')}), then run on ${seeds} others; losses and
times are medians over those. A budget is a number of gradients: each call of the loss counts, those of a line search and of a curvature too. But for schedule-free and L-BFGS
rates fall to zero along a cosine. All other options are the defaults, where nothing else is said. Times are of the processor. It ran on the ${backend}.`,
    `What it does not show: long runs, large models, other batch sizes, and what a finer tuning of the other options would give. Rates marked * are the least or the
greatest of the grid.`,
    '![Losses on the way](race.svg)',
    '## Places',
    table(
      ['optimizer', ...raced.map(({ name }) => name), 'what it is'],
      Object.entries(contestants).map(([name, { about }]) => [
        name,
        ...raced.map((problem) => places.get(problem.name)?.get(name)?.toString() ?? '–'),
        about,
      ]),
    ),
    ...raced.flatMap(({ name, about, budget }) => [
      `## ${name}`,
      `${about}. ${budget} gradients.`,
      table(
        ['optimizer', 'loss', 'best and worst seed', 'rate', 'ms for a gradient and its step'],
        sorted(finishes.filter(({ problem }) => problem === name)).map(
          ({ contestant, loss, rate, atEdge, milliseconds }) => [
            contestant,
            shown(loss.median),
            `${shown(loss.best)} … ${shown(loss.worst)}`,
            `${shown(rate)}${atEdge ? '*' : ''}`,
            milliseconds.toFixed(2),
          ],
        ),
      ),
    ]),
  ]
    .join('\n\n')
    .concat('\n')
}

const sorted = (finishes: readonly Finish[]): readonly Finish[] =>
  finishes.toSorted((a, b) => (a.loss.median === b.loss.median ? 0 : a.loss.median - b.loss.median))

const placesOf = (finishes: readonly Finish[]): ReadonlyMap<string, number> =>
  new Map(sorted(finishes).map(({ contestant }, i) => [contestant, i + 1]))

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** Three digits. */
const shown = (x: number): string =>
  !Number.isFinite(x)
    ? 'diverged'
    : x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e4)
      ? x.toExponential(1)
      : String(Number(x.toPrecision(3)))

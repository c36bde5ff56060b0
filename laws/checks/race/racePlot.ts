import type { Finish } from './race.js'

const [width, height, gap, left, top] = [300, 220, 70, 60, 40]
const across = 3
const colours = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b']

/** The losses on the way, in SVG: a panel for each problem, both axes as they are but the loss in its logarithm. */
export const racePlot = (finishes: readonly Finish[]): string => {
  const problems = [...new Set(finishes.map(({ problem }) => problem))]
  const names = [...new Set(finishes.map(({ contestant }) => contestant))]
  const places = [...problems, 'legend'].map((_, i) => ({
    x: left + (i % across) * (width + gap),
    y: top + Math.floor(i / across) * (height + gap),
  }))
  const panels = problems.map((problem, i) =>
    moved(
      places[i],
      panel(
        problem,
        finishes.filter((finish) => finish.problem === problem),
        names,
      ),
    ),
  )
  const rows = Math.ceil(places.length / across)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + across * (width + gap)}" height="${top + rows * (height + gap)}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="white"/>
${[...panels, moved(places.at(-1), legend(names))].join('\n')}
</svg>
`
}

const panel = (problem: string, finishes: readonly Finish[], names: readonly string[]): string => {
  const marks = finishes.flatMap((finish) => finish.marks).filter(({ loss }) => Number.isFinite(loss) && loss > 0)
  const logs = marks.map(({ loss }) => Math.log10(loss))
  const [low, high] = [Math.min(...logs), Math.min(Math.max(...logs), Math.log10(marks[0]?.loss ?? 1) + 0.3)]
  const most = Math.max(...marks.map(({ gradients }) => gradients))
  const x = (gradients: number): number => (gradients / most) * width
  const y = (loss: number): number => height - ((Math.log10(loss) - low) / (high - low || 1)) * height
  const lines = finishes.map(({ contestant, marks: own }) => {
    const seen = own.filter(({ loss }) => loss > 0 && Math.log10(loss) <= high)
    const points = seen.map(({ gradients, loss }) => `${x(gradients).toFixed(1)},${y(loss).toFixed(1)}`)
    return `<polyline points="${points.join(' ')}" ${style(names.indexOf(contestant))}/>`
  })
  const grid = ticks(low, high).map(
    (loss) =>
      `<line x1="0" x2="${width}" y1="${y(loss).toFixed(1)}" y2="${y(loss).toFixed(1)}" stroke="#ddd"/>${text(-6, y(loss) + 4, String(Number(loss.toPrecision(2))), 'text-anchor="end" fill="#666"')}`,
  )
  return [
    text(0, -10, problem, 'font-weight="bold"'),
    ...grid,
    `<rect width="${width}" height="${height}" fill="none" stroke="#888"/>`,
    text(0, height + 16, '0', 'fill="#666"'),
    text(width, height + 16, `${most} gradients`, 'text-anchor="end" fill="#666"'),
    ...lines,
  ].join('\n')
}

/** Round losses between two logarithms, at most about seven. */
const ticks = (low: number, high: number): readonly number[] => {
  const span = high - low
  const step = Math.max(1, Math.ceil(span / 7))
  const decades = Array.from({ length: Math.ceil(span) + 2 }, (_, i) => Math.floor(low) + i)
  const wanted =
    span > 2.5
      ? decades.filter((decade) => decade % step === 0).map((decade) => 10 ** decade)
      : decades.flatMap((decade) =>
          (span > 0.8 ? [1, 2, 5] : [1, 1.5, 2, 2.5, 3, 4, 6, 8]).map((x) => x * 10 ** decade),
        )
  return wanted.filter((loss) => Math.log10(loss) >= low && Math.log10(loss) <= high)
}

const legend = (names: readonly string[]): string =>
  names
    .map((name, i) => `<line x1="0" x2="36" y1="${i * 17}" y2="${i * 17}" ${style(i)}/>${text(44, i * 17 + 4, name)}`)
    .join('\n')

/** Colours, then the same ones dashed, then dotted. */
const style = (i: number): string =>
  `fill="none" stroke-width="1.6" stroke="${colours[i % colours.length]}" stroke-dasharray="${['none', '6 3', '2 2', '8 3 2 3'][Math.floor(i / colours.length) % 4]}"`

const moved = (place: { readonly x: number; readonly y: number } | undefined, content: string): string =>
  `<g transform="translate(${place?.x ?? 0} ${place?.y ?? 0})">\n${content}\n</g>`

const text = (x: number, y: number, content: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${content.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</text>`

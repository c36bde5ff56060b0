import { cleared, type Colours } from './canvas.js'
import type { Losses } from './theory.js'

/** The losses at one step, as measured and as expected. */
export interface Point {
  readonly step: number
  readonly measured: Losses
  readonly expected: Losses
}

/** Plots mean losses over steps on a logarithmic scale: measured as lines, expected as dashes, settled as a tick at the
 *  right, and an upright line where a setting was changed. */
export const drawLosses = (
  canvas: HTMLCanvasElement,
  points: readonly Point[],
  settled: Losses,
  marks: readonly number[],
  colours: Colours,
): void => {
  const surface = cleared(canvas)
  const [first, last] = [points[0], points.at(-1)]
  if (surface === undefined || first === undefined || last === undefined) return
  const { context, width, height } = surface
  const { low, high } = decades(points, settled)
  const [left, right, top, bottom] = [44, width - 14, 10, height - 26]
  const x = (step: number): number =>
    left + ((right - left) * (step - first.step)) / Math.max(1, last.step - first.step)
  const y = (loss: number): number =>
    bottom - ((bottom - top) * (Math.log10(Math.max(loss, 10 ** low)) - low)) / (high - low)

  context.font = '12px system-ui, sans-serif'
  context.fillStyle = colours.text
  context.strokeStyle = colours.line
  context.lineWidth = 1
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  for (let decade = low; decade <= high; decade++) {
    context.beginPath()
    context.moveTo(left, y(10 ** decade))
    context.lineTo(right, y(10 ** decade))
    context.stroke()
    context.fillText(decade > 0 ? String(10 ** decade) : (10 ** decade).toFixed(-decade), left - 6, y(10 ** decade))
  }
  context.textBaseline = 'alphabetic'
  context.fillText(`step ${last.step}`, right, height - 8)
  context.textAlign = 'left'
  context.fillText(`step ${first.step}`, left, height - 8)

  context.setLineDash([2, 3])
  context.strokeStyle = colours.text
  for (const mark of marks) {
    if (mark < first.step) continue
    context.beginPath()
    context.moveTo(x(mark), top)
    context.lineTo(x(mark), bottom)
    context.stroke()
  }
  context.setLineDash([])

  for (const kind of ['raw', 'averaged'] as const) {
    const line = (of: (point: Point) => number): void => {
      context.beginPath()
      for (const point of points) context.lineTo(x(point.step), y(of(point)))
      context.stroke()
    }
    context.strokeStyle = colours[kind]
    context.lineWidth = 2
    line(({ measured }) => measured[kind])
    context.strokeStyle = colours.text
    context.lineWidth = 1.25
    context.setLineDash([5, 4])
    line(({ expected }) => expected[kind])
    context.setLineDash([])
    context.fillStyle = colours[kind]
    context.beginPath()
    context.moveTo(right + 2, y(settled[kind]))
    context.lineTo(width - 2, y(settled[kind]) - 6)
    context.lineTo(width - 2, y(settled[kind]) + 6)
    context.fill()
  }
}

/** Whole powers of ten around all that is shown; nothing below the smallest that is told apart from nothing. */
const decades = (points: readonly Point[], settled: Losses): { readonly low: number; readonly high: number } => {
  const all = [...points.flatMap(({ measured, expected }) => [measured, expected]), settled].flatMap(
    ({ raw, averaged }) => [raw, averaged],
  )
  const logs = all.filter((loss) => loss > 0 && Number.isFinite(loss)).map(Math.log10)
  const high = Math.ceil(logs.reduce((a, b) => Math.max(a, b), -3))
  return { low: Math.max(Math.floor(logs.reduce((a, b) => Math.min(a, b), high - 1)), high - 6), high }
}

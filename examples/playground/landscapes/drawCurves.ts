import { cleared, type Colours } from '../canvas.js'

/** Losses of one run, step by step. */
export interface Curve {
  readonly colour: string
  readonly raw: readonly number[]
  readonly averaged: readonly number[]
}

/** Plots losses over steps on a logarithmic scale, from the oldest that is known; a mark where something was changed. */
export const drawCurves = (
  canvas: HTMLCanvasElement,
  curves: readonly Curve[],
  first: number,
  marks: readonly number[],
  { line, text }: Colours,
): void => {
  const surface = cleared(canvas)
  if (surface === undefined) return
  const { context, width, height } = surface
  const all = curves.flatMap(({ raw, averaged }) => [...raw, ...averaged]).filter((loss) => loss > 0 && loss < 1e30)
  const high = Math.ceil(Math.log10(all.reduce((a, b) => Math.max(a, b), 1e-2)))
  const low = Math.max(high - 8, Math.floor(Math.log10(all.reduce((a, b) => Math.min(a, b), 10 ** (high - 1)))))
  const steps = curves.reduce((most, { raw }) => Math.max(most, raw.length), 2)
  const [left, right, top, bottom] = [48, width - 10, 8, height - 22]
  const x = (i: number): number => left + ((right - left) * i) / (steps - 1)
  const y = (loss: number): number =>
    bottom - ((bottom - top) * (Math.min(high, Math.max(low, Math.log10(Math.max(loss, 1e-300)))) - low)) / (high - low)
  context.font = '12px system-ui, sans-serif'
  context.fillStyle = text
  context.strokeStyle = line
  context.textAlign = 'right'
  for (let decade = low; decade <= high; decade++) {
    const at = y(10 ** decade)
    context.beginPath()
    context.moveTo(left, at)
    context.lineTo(right, at)
    context.stroke()
    context.fillText(
      decade >= -3 && decade < 5 ? String(Number((10 ** decade).toPrecision(1))) : `1e${decade}`,
      left - 6,
      at + 4,
    )
  }
  context.fillText(`step ${first + steps - 1}`, right, height - 6)
  context.textAlign = 'left'
  context.fillText(`step ${first}`, left, height - 6)
  context.setLineDash([2, 3])
  for (const mark of marks) {
    if (mark < first) continue
    context.beginPath()
    context.moveTo(x(mark - first), top)
    context.lineTo(x(mark - first), bottom)
    context.stroke()
  }
  context.setLineDash([])
  for (const { raw, averaged, colour } of curves) {
    context.strokeStyle = colour
    for (const [losses, thick] of [
      [raw, 0.9],
      [averaged, 2.4],
    ] as const) {
      context.lineWidth = thick
      context.beginPath()
      losses.forEach((loss, i) => {
        if (Number.isFinite(loss)) context.lineTo(x(i), y(loss))
      })
      context.stroke()
    }
  }
}

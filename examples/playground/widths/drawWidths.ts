import { framed } from './framed.js'

/** The loss of the average of one width. */
export interface OfWidth {
  readonly width: number
  readonly loss: number
}

/** Plots the loss over the width: a line for the averages, dashes for the parameters at the end, a dot for what is chosen. */
export const drawWidths = (
  canvas: HTMLCanvasElement,
  points: readonly OfWidth[],
  raw: number,
  chosen: OfWidth | undefined,
): void => {
  const all = [...points.map(({ loss }) => loss), raw]
  const frame = framed(canvas, {
    across: [0.03, 0.25],
    marks: [0.05, 0.1, 0.15, 0.2].map((width) => [width, width.toFixed(2)] as const),
    called: 'width of the average',
    up: [Math.min(...all) * 0.9, Math.max(...all) * 1.05],
  })
  if (frame === undefined) return
  const { context, colours, x, y, left, right } = frame
  context.strokeStyle = colours.raw
  context.setLineDash([5, 4])
  context.beginPath()
  context.moveTo(left, y(raw))
  context.lineTo(right, y(raw))
  context.stroke()
  context.setLineDash([])
  context.strokeStyle = colours.averaged
  context.lineWidth = 2
  context.beginPath()
  for (const point of points) context.lineTo(x(point.width), y(point.loss))
  context.stroke()
  if (chosen === undefined) return
  context.fillStyle = colours.averaged
  context.beginPath()
  context.arc(x(chosen.width), y(chosen.loss), 6, 0, 7)
  context.fill()
}

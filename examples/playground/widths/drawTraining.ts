import { framed } from './framed.js'

/** The loss of the parameters at one step. */
export interface OfStep {
  readonly step: number
  readonly loss: number
}

/** Plots the loss of the parameters while they are trained: all the steps there will be have their place from the start. */
export const drawTraining = (canvas: HTMLCanvasElement, points: readonly OfStep[], steps: number): void => {
  const frame = framed(canvas, {
    across: [0, steps],
    marks: [0, steps / 2, steps].map((step) => [step, String(step)] as const),
    called: 'step of the training; widths follow',
    up: [0, 1.05 * Math.max(...points.map(({ loss }) => loss))],
  })
  if (frame === undefined) return
  const { context, colours, x, y } = frame
  context.strokeStyle = colours.raw
  context.lineWidth = 2
  context.beginPath()
  for (const { step, loss } of points) context.lineTo(x(step), y(loss))
  context.stroke()
}

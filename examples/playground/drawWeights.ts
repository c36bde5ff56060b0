import { cleared } from './canvas.js'

/** Draws weights as bars, the newest on the right. */
export const drawWeights = (canvas: HTMLCanvasElement, weights: readonly number[], colour: string): void => {
  const surface = cleared(canvas)
  if (surface === undefined) return
  const { context, width, height } = surface
  const most = weights.reduce((a, b) => Math.max(a, b), Number.MIN_VALUE)
  context.fillStyle = colour
  weights.forEach((weight, i) => {
    const tall = (weight / most) * (height - 2)
    context.fillRect((i * width) / weights.length, height - tall, Math.max(0.8, (0.85 * width) / weights.length), tall)
  })
}

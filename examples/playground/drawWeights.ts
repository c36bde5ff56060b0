import { cleared } from './canvas.js'

/** Draws weights as bars, the newest on the right; there is room for `most` of them. */
export const drawWeights = (
  canvas: HTMLCanvasElement,
  weights: readonly number[],
  most: number,
  colour: string,
): void => {
  const surface = cleared(canvas)
  if (surface === undefined) return
  const { context, width, height } = surface
  const largest = weights.reduce((a, b) => Math.max(a, b), Number.MIN_VALUE)
  const step = width / most
  context.fillStyle = colour
  weights.forEach((weight, i) => {
    const tall = (weight / largest) * (height - 2)
    context.fillRect(width - (weights.length - i) * step, height - tall, Math.max(0.8, 0.85 * step), tall)
  })
}

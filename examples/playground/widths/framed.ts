import { cleared, type Colours, coloursOf } from '../canvas.js'
import { spelled } from '../page.js'

/** What a plot is drawn in: places of numbers, and the colours of the page. */
interface Frame {
  readonly context: CanvasRenderingContext2D
  readonly colours: Colours
  readonly x: (across: number) => number
  readonly y: (up: number) => number
  readonly left: number
  readonly right: number
}

/** Where the axes of a plot run from and to, and what stands at them. */
interface Axes {
  readonly across: readonly [from: number, to: number]
  readonly marks: readonly (readonly [at: number, text: string])[]
  readonly called: string
  readonly up: readonly [low: number, high: number]
}

/** Clears a canvas and draws the axes of a plot, with their numbers. */
export const framed = (
  canvas: HTMLCanvasElement,
  { across: [from, to], marks, called, up: [low, high] }: Axes,
): Frame | undefined => {
  const surface = cleared(canvas)
  if (surface === undefined) return undefined
  const { context, width, height } = surface
  const colours = coloursOf(document.documentElement)
  const [left, right, top, bottom] = [50, width - 14, 12, height - 44]
  const x = (across: number): number => left + ((right - left) * (across - from)) / (to - from)
  const y = (up: number): number => bottom - ((bottom - top) * (up - low)) / (high - low)
  context.strokeStyle = colours.line
  context.lineWidth = 1
  context.strokeRect(left, top, right - left, bottom - top)
  context.font = '12px system-ui, sans-serif'
  context.fillStyle = colours.text
  context.textAlign = 'right'
  for (const level of [low, (low + high) / 2, high]) context.fillText(spelled(level), left - 6, y(level) + 4)
  context.textAlign = 'center'
  for (const [at, text] of marks) context.fillText(text, x(at), bottom + 16)
  context.fillText(called, (left + right) / 2, height - 8)
  return { context, colours, x, y, left, right }
}

/** Something to draw on, in CSS pixels, as sharp as the screen. */
export interface Surface {
  readonly context: CanvasRenderingContext2D
  readonly width: number
  readonly height: number
}

/** Clears a canvas and fits it to its place in the page. */
export const cleared = (canvas: HTMLCanvasElement): Surface | undefined => {
  // Drawn by the processor: a thousand small marks take a software rasteriser, and the copies to it, many times as long.
  const context = canvas.getContext('2d', { willReadFrequently: true })
  const { width, height } = canvas.getBoundingClientRect()
  if (context === null || width === 0) return undefined
  const ratio = window.devicePixelRatio
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h })
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  return { context, width, height }
}

/** The colours of the page, light or dark. */
export interface Colours {
  readonly raw: string
  readonly averaged: string
  readonly line: string
  readonly text: string
}

export const coloursOf = (element: Element): Colours => {
  const style = getComputedStyle(element)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return { raw: colour('raw'), averaged: colour('averaged'), line: colour('line'), text: colour('muted') }
}

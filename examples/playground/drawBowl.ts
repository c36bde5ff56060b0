import { cleared, type Colours } from './canvas.js'
import type { Sight } from './swarm.js'

/** Draws the bowl from above: rings of equal loss, the particles and their averages as two clouds, and the two trails
 *  of one of them. */
export const drawBowl = (
  canvas: HTMLCanvasElement,
  trail: readonly Sight[],
  extent: number,
  colours: Colours,
): void => {
  const surface = cleared(canvas)
  const last = trail.at(-1)
  if (surface === undefined || last === undefined) return
  const { context, width, height } = surface
  const scale = Math.min(width, height) / 2 / extent
  const at = (places: Float32Array, i: number): readonly [number, number] => [
    width / 2 + scale * (places[2 * i] ?? 0),
    height / 2 - scale * (places[2 * i + 1] ?? 0),
  ]

  context.strokeStyle = colours.line
  context.lineWidth = 1
  for (const radius of rings(extent)) {
    context.beginPath()
    context.arc(width / 2, height / 2, scale * radius, 0, 2 * Math.PI)
    context.stroke()
  }

  const cloud = (places: Float32Array, colour: string): void => {
    context.fillStyle = colour
    context.globalAlpha = 0.32
    for (let i = 1; 2 * i < places.length; i++) {
      const [x, y] = at(places, i)
      context.fillRect(x - 1.25, y - 1.25, 2.5, 2.5)
    }
    context.globalAlpha = 1
  }
  const path = (of: (sight: Sight) => Float32Array, colour: string, thickness: number): void => {
    context.strokeStyle = colour
    context.lineWidth = thickness
    context.lineJoin = 'round'
    for (let i = 1; i < trail.length; i++) {
      const [before, after] = [trail[i - 1], trail[i]]
      if (before === undefined || after === undefined) continue
      // The older, the fainter.
      context.globalAlpha = 0.08 + 0.92 * (i / trail.length) ** 2
      context.beginPath()
      context.moveTo(...at(of(before), 0))
      context.lineTo(...at(of(after), 0))
      context.stroke()
    }
    context.globalAlpha = 1
    context.fillStyle = colour
    context.beginPath()
    context.arc(...at(of(last), 0), 4.5, 0, 2 * Math.PI)
    context.fill()
  }
  cloud(last.raw.places, colours.raw)
  path(({ raw }) => raw.places, colours.raw, 1.25)
  cloud(last.averaged.places, colours.averaged)
  path(({ averaged }) => averaged.places, colours.averaged, 2.5)
}

/** Five radii, at losses 1 : 4 : 9 : 16 : 25. */
const rings = (extent: number): readonly number[] => [0.2, 0.4, 0.6, 0.8, 1].map((part) => part * extent)

import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-webgl'
import 'polyak/gradients'
import { memoryStore } from 'polyak'
import { cleared, coloursOf } from '../canvas.js'
import { element, nextFrame, spelled, whenLookChanges } from '../page.js'
import { judged, lossOf, storedEvery, tracked, trained } from './training.js'

/** The address may ask for a shorter training. */
const asked = Number(new URLSearchParams(location.search).get('steps') ?? 480)
const steps = Number.isInteger(asked) && asked >= 32 ? asked : 480
const grid = Array.from({ length: 16 }, (_, i) => 0.05 + 0.01 * i)

const status = element('status', HTMLElement)
const slider = element('width', HTMLInputElement)
// the address keeps the width; what no slider could say is left as it is
const kept = Number(new URLSearchParams(location.hash.slice(1)).get('width') ?? Number.NaN)
if (kept >= Number(slider.min) && kept <= Number(slider.max)) slider.valueAsNumber = kept
const store = memoryStore()

const run = async (): Promise<void> => {
  if (!(await tf.setBackend('webgl'))) throw new Error('This page needs WebGL, which is not to be had here.')
  await tf.ready()
  const params = await trained(steps, store, (step) => {
    if (step % 8 !== 0) return undefined
    status.textContent = `training: step ${step} of ${steps}`
    return nextFrame().then(() => undefined)
  })
  const raw = await judged(params)
  const points: { readonly width: number; readonly loss: number }[] = []
  const of = async (width: number) => lossOf(width, store, params)
  for (const width of grid) {
    points.push(await of(width))
    status.textContent = `looking at widths: ${points.length} of ${grid.length}`
    draw(points, raw, undefined)
    await nextFrame()
  }
  slider.disabled = false
  const show = async (): Promise<void> => {
    const width = slider.valueAsNumber
    const { loss: held, error } = await of(width)
    if (slider.valueAsNumber !== width) return // it was moved meanwhile, and is shown there
    const outside = width < tracked[0] - 1e-9 || width > tracked[1] + 1e-9
    element('width-value', HTMLOutputElement).value = width.toFixed(3)
    element('found', HTMLElement).textContent =
      `loss ${spelled(held)}, that of the parameters at the end ${spelled(raw)}` +
      (outside
        ? '; a width that lies outside of what was tracked'
        : `; off by at most ${spelled(error)} of the average`)
    Object.assign(status.dataset, { width, loss: held, raw })
    draw(points, raw, { width, loss: held })
  }
  slider.addEventListener('input', () => {
    history.replaceState(null, '', `#width=${slider.valueAsNumber}`)
    void show()
  })
  whenLookChanges(() => void show())
  await show()
  const best = points.reduce((a, b) => (b.loss < a.loss ? b : a))
  status.textContent = `${steps} steps, once; ${2 * Math.floor(steps / storedEvery(steps))} snapshots. The best of these widths is ${best.width.toFixed(2)}.`
  Object.assign(status.dataset, { done: true, tensors: tf.memory().numTensors })
}

const draw = (
  points: readonly { readonly width: number; readonly loss: number }[],
  raw: number,
  chosen: { readonly width: number; readonly loss: number } | undefined,
): void => {
  const surface = cleared(element('widths-curve', HTMLCanvasElement))
  if (surface === undefined) return
  const { context, width, height } = surface
  const colours = coloursOf(document.documentElement)
  const all = [...points.map(({ loss: held }) => held), raw]
  const [low, high] = [Math.min(...all) * 0.9, Math.max(...all) * 1.05]
  const x = (w: number): number => 50 + ((width - 64) * (w - 0.03)) / 0.22
  const y = (held: number): number => height - 28 - ((height - 40) * (held - low)) / (high - low)
  context.font = '12px system-ui, sans-serif'
  context.fillStyle = colours.text
  context.textAlign = 'right'
  for (const level of [low, (low + high) / 2, high]) context.fillText(spelled(level), 44, y(level) + 4)
  context.textAlign = 'center'
  for (const w of [0.05, 0.1, 0.15, 0.2]) context.fillText(w.toFixed(2), x(w), height - 8)
  context.strokeStyle = colours.raw
  context.setLineDash([5, 4])
  context.beginPath()
  context.moveTo(50, y(raw))
  context.lineTo(width - 14, y(raw))
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

run().catch((error: unknown) => {
  status.textContent = error instanceof Error ? error.message : String(error)
  status.setAttribute('role', 'alert')
  throw error
})

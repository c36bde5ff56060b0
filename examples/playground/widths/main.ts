import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-webgl'
import 'polyak/gradients'
import { memoryStore } from 'polyak'
import { element, nextFrame, spelled, whenLookChanges } from '../page.js'
import { drawTraining, type OfStep } from './drawTraining.js'
import { drawWidths, type OfWidth } from './drawWidths.js'
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
const canvas = element('widths-curve', HTMLCanvasElement)

const run = async (): Promise<void> => {
  if (!(await tf.setBackend('webgl'))) throw new Error('This page needs WebGL, which is not to be had here.')
  await tf.ready()
  const losses: OfStep[] = []
  const params = await trained(steps, store, async (step, now) => {
    const [loss] = await Promise.all([judged(now), nextFrame()])
    losses.push({ step, loss })
    drawTraining(canvas, losses, steps)
    status.textContent = `training: step ${step} of ${steps}, loss ${spelled(loss)}`
    Object.assign(status.dataset, { step, training: loss })
  })
  const raw = await judged(params)
  const points: OfWidth[] = []
  const of = async (width: number) => lossOf(width, store, params)
  for (const width of grid) {
    points.push(await of(width))
    status.textContent = `looking at widths: ${points.length} of ${grid.length}`
    drawWidths(canvas, points, raw, undefined)
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
    drawWidths(canvas, points, raw, { width, loss: held })
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

run().catch((error: unknown) => {
  status.textContent = error instanceof Error ? error.message : String(error)
  status.setAttribute('role', 'alert')
  throw error
})

import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-webgl'
import 'polyak/gradients'
import { function as F } from 'fp-ts'
import {
  adam,
  disposeExcept,
  memoryStore,
  minimize,
  powerFunction,
  saveProfiles,
  synthesize,
  withAverage,
} from 'polyak'
import { cleared, coloursOf } from '../canvas.js'
import { element, nextFrame, spelled } from '../page.js'

/** The address may ask for a shorter training. */
const asked = Number(new URLSearchParams(location.search).get('steps') ?? 480)
const steps = Number.isInteger(asked) && asked >= 32 ? asked : 480
const storeEvery = Math.floor(steps / 16)
/** Below the narrowest and above the widest of these nothing was tracked. */
const tracked = [0.05, 0.2] as const
const grid = Array.from({ length: 16 }, (_, i) => 0.05 + 0.01 * i)

/** A network 1 → 24 → 1, a noisy sine, and points without noise to judge it by. */
const features = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [-1, 1])
const initial = () => ({
  into: tf.randomNormal([1, 24], 0, 1.5, 'float32', 3),
  bias: tf.randomNormal([24], 0, 1, 'float32', 4),
  out: tf.randomNormal([24, 1], 0, 0.2, 'float32', 5),
})
type Params = ReturnType<typeof initial>
const output = (p: Params, x: tf.Tensor): tf.Tensor =>
  tf.reshape(tf.matMul(tf.tanh(tf.add(tf.matMul(features(x), p.into), p.bias)), p.out), [-1])
const loss = (p: Params, { x, y }: { readonly x: tf.Tensor; readonly y: tf.Tensor }): tf.Tensor =>
  tf.mean(tf.square(tf.sub(output(p, x), y)))
const batchAt = (step: number) => {
  const x = tf.randomUniform([32], -3, 3, 'float32', 2 * step)
  return { x, y: tf.tidy(() => tf.add(tf.sin(tf.mul(2, x)), tf.randomNormal([32], 0, 0.7, 'float32', 2 * step + 1))) }
}
const judged = async (p: Params): Promise<number> => {
  const value = tf.tidy(() => {
    const x = tf.linspace(-3, 3, 121)
    return loss(p, { x, y: tf.sin(tf.mul(2, x)) })
  })
  const [found = Number.NaN] = await value.data()
  value.dispose()
  return found
}

const status = element('status', HTMLElement)
const slider = element('width', HTMLInputElement)
const store = memoryStore()

const run = async (): Promise<void> => {
  if (!(await tf.setBackend('webgl'))) throw new Error('This page needs WebGL, which is not to be had here.')
  await tf.ready()
  const optimizer = F.pipe(
    adam({ learningRate: 0.02 }),
    withAverage(powerFunction({ width: tracked[0] }), { name: 'Narrow' }),
    withAverage(powerFunction({ width: tracked[1] }), { name: 'Wide' }),
  )
  const params = initial()
  let now = { params, state: optimizer.init(params) }
  for (let step = 1; step <= steps; step++) {
    const batch = batchAt(step)
    const { value, ...next } = minimize(optimizer, loss)(now, batch)
    disposeExcept([value, batch, now], next)
    now = next
    if (step % storeEvery === 0) await saveProfiles({ store, prefix: 'ema', optimizer, ...now })
    if (step % 8 === 0) {
      status.textContent = `training: step ${step} of ${steps}`
      await nextFrame()
    }
  }
  const raw = await judged(now.params)
  const points: { readonly width: number; readonly loss: number }[] = []
  const of = async (width: number) => {
    const made = await synthesize({ store, prefix: 'ema', like: now.params, width })
    const found = { width, loss: await judged(made.params), error: made.relativeError }
    disposeExcept(made.params, [])
    return found
  }
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
  slider.addEventListener('input', () => void show())
  await show()
  const best = points.reduce((a, b) => (b.loss < a.loss ? b : a))
  status.textContent = `${steps} steps, once; ${2 * Math.floor(steps / storeEvery)} snapshots. The best of these widths is ${best.width.toFixed(2)}.`
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

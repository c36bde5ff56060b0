import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-webgl'
import { chooseExecutor } from 'polyak'
import { coloursOf } from './canvas.js'
import { marked } from './marked.js'
import { copyable } from './copyable.js'
import { drawBowl } from './drawBowl.js'
import { drawLosses, type Point } from './drawLosses.js'
import { drawWeights } from './drawWeights.js'
import { programOf } from './programOf.js'
import { addressOf, initialSettings, scales, type Settings, settingsFrom, spoken } from './settings.js'
import { element, nextFrame, spelled, whenLookChanges } from './page.js'
import { stepsIn } from './stepsIn.js'
import { newSwarm, particles, seen, type Sight, start, stepper } from './swarm.js'
import { lossesOf, momentsAt, nextMoments, settledLosses, weightsOf } from './theory.js'

const bowl = element('bowl', HTMLCanvasElement)
const losses = element('losses', HTMLCanvasElement)
const pause = element('pause', HTMLButtonElement)
const status = element('status', HTMLElement)
const keys = ['learningRate', 'noise', 'decay'] as const

// What the page is at now. Only the loop and the listeners below write to it.
let settings: Settings = settingsFrom(location.hash, initialSettings)
let step = stepper(settings)
let running = !matchMedia('(prefers-reduced-motion: reduce)').matches
let restart = true
let count = 0
let marks: readonly number[] = []
let stale = false

const showProgram = (): void => {
  element('code', HTMLElement).textContent = programOf(settings)
}
for (const key of keys) {
  const slider = element(key, HTMLInputElement)
  const say = (): void => {
    const text = spoken[key](settings[key])
    element(`${key}-value`, HTMLOutputElement).value = text
    slider.setAttribute('aria-valuetext', text)
  }
  slider.valueAsNumber = scales[key].place(settings[key])
  slider.addEventListener('input', () => {
    settings = { ...settings, [key]: scales[key].value(slider.valueAsNumber) }
    step = stepper(settings)
    history.replaceState(null, '', addressOf(settings))
    marks = marked(marks, count)
    stale = true
    say()
    showProgram()
  })
  say()
}
copyable('copy', 'code', 'copied')
showProgram()
whenLookChanges(() => {
  stale = true
})

const showPause = (): void => {
  pause.textContent = running ? 'Pause' : 'Run'
  pause.setAttribute('aria-pressed', String(!running))
}
pause.addEventListener('click', () => {
  running = !running
  stale = true
  showPause()
})
element('restart', HTMLButtonElement).addEventListener('click', () => {
  restart = true
})
showPause()

const run = async (): Promise<never> => {
  if (!(await tf.setBackend('webgl'))) throw new Error('This page needs WebGL, which is not to be had here.')
  await tf.ready()
  let swarm = newSwarm(settings)
  let moments = momentsAt(start)
  let trail: readonly (Sight & { readonly step: number })[] = []
  let points: readonly Point[] = []
  let decays: readonly number[] = []
  let extent = extentAtStart
  let frames = 0
  let before = performance.now()
  for (;;) {
    if (restart) {
      restart = false
      tf.dispose([swarm.params, swarm.state.average])
      swarm = newSwarm(settings)
      moments = momentsAt(start)
      count = 0
      marks = []
      decays = []
      trail = [{ ...(await seen(swarm)), step: 0 }]
      points = []
      extent = extentAtStart
      show(trail, points, decays, extent)
    }
    if (stale) show(trail, points, decays, extent)
    stale = false
    if (!running) {
      before = await nextFrame()
      continue
    }
    const now = performance.now()
    const steps = stepsIn(now - before)
    before = now
    for (let i = 0; i < steps; i++) {
      swarm = step(swarm)
      moments = nextMoments(settings, moments)
      count++
      decays = [...decays, settings.decay].slice(-longestWeights)
    }
    // The numbers come back while the browser waits for its next frame.
    const [sight] = await Promise.all([seen(swarm), nextFrame()])
    trail = [...trail, { ...sight, step: count }].filter((one) => one.step > count - longestWeights)
    points = [
      ...points,
      {
        step: count,
        expected: lossesOf(moments),
        measured: { raw: sight.raw.loss, averaged: sight.averaged.loss },
      },
    ].slice(-longestPlot)
    // Three standard deviations of the iterates, but smoothly.
    const wanted = Math.max(0.5, 3.2 * Math.sqrt(lossesOf(moments).raw))
    extent += 0.06 * (wanted - extent)
    if (frames++ % framesPerReport === 0) show(trail, points, decays, extent)
    else drawBowl(bowl, trail, extent, coloursOf(document.documentElement))
    Object.assign(status.dataset, { step: count, tensors: tf.memory().numTensors })
  }
}

/** The bowl moves with each frame; curves and numbers, which nobody reads that fast, with every fourth. */
const framesPerReport = 4
const longestWeights = 160
const longestPlot = 600
const extentAtStart = 3.4

const show = (trail: readonly Sight[], points: readonly Point[], decays: readonly number[], extent: number): void => {
  const settled = settledLosses(settings)
  const last = points.at(-1)
  const colours = coloursOf(document.documentElement)
  drawBowl(bowl, trail, extent, colours)
  drawLosses(losses, points, settled, marks, colours)
  drawWeights(element('weights', HTMLCanvasElement), weightsOf(decays), longestWeights, colours.averaged)
  for (const kind of ['raw', 'averaged'] as const) {
    element(`${kind}-measured`, HTMLElement).textContent = last === undefined ? '–' : number(last.measured[kind])
    element(`${kind}-settled`, HTMLElement).textContent = number(settled[kind])
  }
  const settledNow =
    last !== undefined &&
    (['raw', 'averaged'] as const).every(
      (kind) => Math.abs(last.expected[kind] - settled[kind]) <= 0.01 * settled[kind],
    )
  const ratio = settled.averaged === 0 ? 1 : settled.raw / settled.averaged
  element('gain', HTMLElement).textContent = !settledNow
    ? 'Still on the way: the average lags behind.'
    : ratio < 1.05
      ? 'Here the average gains nothing.'
      : `At rest, the average's mean loss is ${spelled(ratio)} times smaller.`
  status.textContent = `${count} steps · ${settledNow ? 'settled' : 'on the way'} · ${particles} particles · backend ${tf.getBackend()}, executor ${chooseExecutor().name}`
  Object.assign(status.dataset, {
    step: count,
    settled: settledNow,
    backend: tf.getBackend(),
    tensors: tf.memory().numTensors,
  })
}

const number = (loss: number): string =>
  loss === 0 ? '0' : loss < 1e-3 || loss >= 1e4 ? loss.toExponential(2) : loss.toPrecision(3)

run().catch((error: unknown) => {
  status.textContent = error instanceof Error ? error.message : String(error)
  // Read out at once, unlike the numbers that change all the time.
  status.setAttribute('role', 'alert')
  throw error
})

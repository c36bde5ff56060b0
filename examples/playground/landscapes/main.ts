import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-webgl'
import 'polyak/gradients'
import { averagingWeights, chooseExecutor, disposeExcept } from 'polyak'
import { type Colours, coloursOf } from '../canvas.js'
import { copyable } from '../copyable.js'
import { drawWeights } from '../drawWeights.js'
import { marked } from '../marked.js'
import { element, fill, nextFrame, repeated, spelled, whenLookChanges } from '../page.js'
import {
  addressOf,
  type Choices,
  type Chosen,
  choicesAtFirst,
  choicesFrom,
  mostRuns,
  optimizerOf,
  schemeOf,
} from './choices.js'
import { codeOf } from './codeOf.js'
import { drawCurves } from './drawCurves.js'
import { drawLandscape } from './drawLandscape.js'
import { runForm } from './runForm.js'
import { type Landscape, type LandscapeName, landscapes } from './surfaces.js'
import { placesOf, walked, type Walker, walkerAt } from './walk.js'

/** A run as it goes. */
interface Going {
  readonly optimizer: Chosen
  walker: Walker
  raw: (readonly [number, number])[]
  averaged: (readonly [number, number])[]
  losses: { readonly raw: number[]; readonly averaged: number[] }
}

const longest = 600
const longestWeights = 240
/** The landscape moves with each frame; curves and numbers, which nobody reads that fast, with every fourth. */
const framesPerReport = 4
const status = element('status', HTMLElement)
const complaint = element('complaint', HTMLElement)

// What the page is at now. Only the loop and the listeners below write to it.
let choices: Choices = choicesFrom(location.hash, choicesAtFirst)
let restart = true
let running = !matchMedia('(prefers-reduced-motion: reduce)').matches
let steps = 0
let marks: readonly number[] = []
let stale = false
/** The page stops here, where the address says so. */
const last = Number(new URLSearchParams(location.search).get('steps') ?? Infinity)

const colourOf = (i: number): string => getComputedStyle(document.documentElement).getPropertyValue(`--run-${i}`).trim()
const isLandscape = (name: string): name is LandscapeName => name in landscapes
const nameNow = (): LandscapeName => (isLandscape(choices.landscape) ? choices.landscape : 'valley')
const landscapeNow = (): Landscape => landscapes[nameNow()]

const changed = (next: Choices, again: boolean): void => {
  choices = next
  history.replaceState(null, '', addressOf(choices))
  if (again) restart = true
  else marks = marked(marks, steps)
  showCode()
}

const which = element('which', HTMLSelectElement)

const showCode = (): void => {
  const run = choices.runs[Number(which.value)] ?? choices.runs[0]
  if (run === undefined) return
  const { start, note } = landscapeNow()
  element('code', HTMLElement).textContent = codeOf({ ...choices, landscape: nameNow() }, run, [...start])
  element('note', HTMLElement).textContent = note
}

/** Lays out what there is once for each run. */
const laid = (): void => {
  const { length } = choices.runs
  for (const [template, place] of [
    ['run', 'runs'],
    ['weight', 'weights'],
    ['number', 'numbers'],
  ] as const)
    repeated(template, place, length)
  fill(
    which,
    choices.runs.map((_, i) => [String(i), String(i + 1)]),
  )
  choices.runs.forEach((run, i) =>
    runForm(i, run, (next) =>
      changed({ ...choices, runs: choices.runs.map((one, k) => (k === i ? next : one)) }, true),
    ),
  )
  element('add', HTMLButtonElement).disabled = length >= mostRuns
  element('remove', HTMLButtonElement).disabled = length <= 1
  showCode()
}

const surface = element('surface', HTMLSelectElement)
fill(
  surface,
  Object.entries(landscapes).map(([name, { title }]) => [name, title]),
)
surface.value = nameNow()
surface.addEventListener('change', () => changed({ ...choices, landscape: surface.value }, true))

const noise = element('noise', HTMLInputElement)
noise.valueAsNumber = choices.noise
const sayNoise = (): void => {
  element('noise-value', HTMLOutputElement).value = choices.noise.toFixed(1)
}
noise.addEventListener('input', () => {
  changed({ ...choices, noise: noise.valueAsNumber }, false)
  sayNoise()
})
sayNoise()
which.addEventListener('change', showCode)
element('add', HTMLButtonElement).addEventListener('click', () => {
  changed({ ...choices, runs: [...choices.runs, ...choices.runs.slice(-1)] }, true)
  laid()
})
element('remove', HTMLButtonElement).addEventListener('click', () => {
  changed({ ...choices, runs: choices.runs.slice(0, -1) }, true)
  laid()
})
laid()

const pause = element('pause', HTMLButtonElement)
const sayPause = (): void => {
  pause.textContent = running ? 'Pause' : 'Run'
}
pause.addEventListener('click', () => {
  running = !running
  stale = true
  sayPause()
})
element('restart', HTMLButtonElement).addEventListener('click', () => {
  restart = true
})
copyable('copy', 'code', 'copied')
sayPause()
whenLookChanges(() => {
  stale = true
})

/** The library's own words: what, where and how to mend it. */
const complained = (error: unknown): void => {
  complaint.textContent = error instanceof Error ? error.message : String(error)
}

const begun = (): readonly Going[] => {
  const { start } = landscapeNow()
  complaint.textContent = ''
  try {
    return choices.runs.map((run) => {
      const optimizer = optimizerOf(run)
      return { optimizer, walker: walkerAt(optimizer, start), raw: [], averaged: [], losses: { raw: [], averaged: [] } }
    })
  } catch (error) {
    complained(error)
    return []
  }
}

const told = (going: readonly Going[]): void => {
  going.forEach((one, i) => {
    const run = choices.runs[i]
    if (run === undefined) return
    const scheme = schemeOf(run)
    const weights = scheme === undefined ? undefined : averagingWeights(scheme, Math.min(steps, longestWeights))
    element(`raw-${i}`, HTMLElement).textContent = spelled(one.losses.raw.at(-1) ?? Number.NaN)
    const average = one.losses.averaged.at(-1)
    element(`averaged-${i}`, HTMLElement).textContent = average === undefined ? '–' : spelled(average)
    element(`weighing-${i}`, HTMLElement).hidden = weights === undefined
    if (weights === undefined) return
    drawWeights(element(`weights-${i}`, HTMLCanvasElement), weights.weights, longestWeights, colourOf(i))
    element(`window-${i}`, HTMLElement).textContent =
      weights.warning ??
      `stands for the parameters of ${spelled(weights.meanAge)} steps ago, a mean of ${spelled(weights.effectiveWindow)}`
  })
}

const drawnAbove = (going: readonly Going[], colours: Colours): void =>
  drawLandscape(
    element('landscape', HTMLCanvasElement),
    landscapeNow(),
    going.map(({ raw, averaged }, i) => ({ raw, averaged, colour: colourOf(i) })),
    colours,
  )

const drawn = (going: readonly Going[]): void => {
  const colours = coloursOf(document.documentElement)
  drawnAbove(going, colours)
  const first = Math.max(0, steps - longest + 1)
  drawCurves(
    element('curves', HTMLCanvasElement),
    going.map(({ losses }, i) => ({ ...losses, colour: colourOf(i) })),
    first,
    marks,
    colours,
  )
  told(going)
  status.textContent = `${steps} steps · backend ${tf.getBackend()}, executor ${chooseExecutor().name}`
}

const seen = async (going: readonly Going[]): Promise<void> => {
  const { value } = landscapeNow()
  const places = going.map(({ optimizer, walker }) => placesOf(optimizer, walker))
  const numbers = await Promise.all(places.map(async (place) => place.data()))
  tf.dispose([...places])
  going.forEach((one, i) => {
    const [x = 0, y = 0, ax, ay] = numbers[i] ?? []
    const kept = <A>(list: A[], next: A): A[] => [...list, next].slice(-longest)
    one.raw = kept(one.raw, [x, y])
    one.losses = { ...one.losses, raw: kept(one.losses.raw, value(x, y)) }
    if (ax === undefined || ay === undefined) return
    one.averaged = kept(one.averaged, [ax, ay])
    one.losses = { ...one.losses, averaged: kept(one.losses.averaged, value(ax, ay)) }
  })
}

const run = async (): Promise<never> => {
  if (!(await tf.setBackend('webgl'))) throw new Error('This page needs WebGL, which is not to be had here.')
  await tf.ready()
  let going: readonly Going[] = []
  for (;;) {
    if (restart) {
      restart = false
      disposeExcept(
        going.map(({ walker }) => walker),
        [],
      )
      going = begun()
      steps = 0
      marks = []
      await seen(going)
      drawn(going)
    }
    await nextFrame()
    if (stale) drawn(going)
    stale = false
    Object.assign(status.dataset, {
      step: steps,
      tensors: tf.memory().numTensors,
      places: JSON.stringify(going.map(({ raw, averaged }) => [raw.at(-1), averaged.at(-1)])),
    })
    if (!running || going.length === 0 || steps >= last) continue
    const normal = (): number =>
      choices.noise * Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
    // The same noise and the same examples for all runs: what differs is the rule.
    const [pull, batch] = [[normal(), normal()] as const, Math.random()]
    try {
      for (const one of going) one.walker = walked(one.optimizer, landscapeNow(), one.walker, pull, batch)
      steps++
      await seen(going)
      if (steps % framesPerReport === 0 || steps >= last) drawn(going)
      else drawnAbove(going, coloursOf(document.documentElement))
    } catch (error) {
      complained(error)
      running = false
      sayPause()
    }
  }
}

run().catch((error: unknown) => {
  complaint.textContent = error instanceof Error ? error.message : String(error)
  throw error
})

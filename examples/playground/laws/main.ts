import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import 'polyak/gradients'
import * as polyak from 'polyak'
import { checkLaws, type Failure, failureText, homogeneous, odd, type Suite, transformationLaws } from 'polyak/laws'
import { element, fill, nextFrame } from '../page.js'
import { subjects } from './subjects.js'

/** The address may ask for fewer cases of each law. */
const asked = Number(new URLSearchParams(location.search).get('cases') ?? 15)
const numRuns = Number.isInteger(asked) && asked > 0 ? asked : 15

const program = element('program', HTMLTextAreaElement)
const subject = element('subject', HTMLSelectElement)
const suite = element('suite', HTMLSelectElement)
const report = element('report', HTMLElement)
const status = element('status', HTMLElement)
const button = element('check', HTMLButtonElement)

type Maker = () => polyak.Transformation<polyak.Opaque>

const suites: Readonly<Record<string, readonly [title: string, of: (maker: Maker) => Suite]>> = {
  transformation: ['what every transformation must hold', (maker) => transformationLaws(maker)],
  homogeneous: ['the size of gradients does not matter', (maker) => homogeneous(0)(maker)],
  odd: ['opposite gradients, opposite updates', (maker) => odd(maker)],
}

fill(
  subject,
  Object.entries(subjects).map(([name, { title }]) => [name, title]),
)
fill(
  suite,
  Object.entries(suites).map(([name, [title]]) => [name, title]),
)

// The address keeps both choices.
const kept = new URLSearchParams(location.hash.slice(1))
for (const menu of [subject, suite]) {
  const wanted = kept.get(menu.id)
  if ([...menu.options].some(({ value }) => value === wanted)) menu.value = wanted ?? menu.value
  menu.addEventListener('change', () =>
    history.replaceState(null, '', `#subject=${subject.value}&suite=${suite.value}`),
  )
}

const choose = (): void => {
  const chosen = subjects[subject.value]
  program.value = chosen?.code ?? ''
  element('story', HTMLElement).textContent = chosen?.story ?? ''
}
subject.addEventListener('change', choose)
choose()

const made = (): polyak.Transformation<polyak.Opaque> =>
  // oxlint-disable-next-line typescript/no-implied-eval -- the reader's own program, run in the reader's own page
  new Function('polyak', 'tf', program.value)(polyak, tf) as polyak.Transformation<polyak.Opaque>

const check = async (): Promise<void> => {
  button.disabled = true
  report.textContent = ''
  status.textContent = 'looking for a case that fails …'
  await nextFrame()
  try {
    const [, of] = suites[suite.value] ?? suites['transformation'] ?? []
    if (of === undefined) return
    const began = performance.now()
    const found = await checkLaws(of(made), { numRuns, seed: 1 })()
    const spent = `${((performance.now() - began) / 1000).toFixed(1)} s`
    const failures: readonly Failure[] = found._tag === 'Left' ? found.left : []
    status.textContent =
      found._tag === 'Right'
        ? `All ${found.right.laws} laws hold, in ${found.right.cases} cases (${spent}).`
        : `${failures.length} ${failures.length === 1 ? 'law does' : 'laws do'} not hold (${spent}).`
    report.textContent = failures.map(failureText).join('\n\n')
    Object.assign(status.dataset, { done: true, failures: failures.length, tensors: tf.memory().numTensors })
  } catch (error) {
    status.textContent = error instanceof Error ? error.message : String(error)
    Object.assign(status.dataset, { done: true, failures: -1 })
  } finally {
    button.disabled = false
  }
}
button.addEventListener('click', () => void check())

await tf.setBackend('cpu')
await tf.ready()
status.textContent = 'ready'
Object.assign(status.dataset, { ready: true })

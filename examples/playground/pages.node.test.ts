import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs-core'
import * as polyak from 'polyak'
import ts from 'typescript'
import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { whole } from '../../laws/checks/part.js'
import { foundBrowser } from '../foundBrowser.js'
import { type ServedPages, servedPages } from '../servedPages.js'
import {
  addressOf,
  averages,
  type Choices,
  choicesAtFirst,
  choicesFrom,
  optimizerOf,
  optimizers,
  type Run,
} from './landscapes/choices.js'
import { codeOf } from './landscapes/codeOf.js'
import { recordOf } from './landscapes/recordOf.js'
import { type Landscape, type LandscapeName, landscapes } from './landscapes/surfaces.js'
import { placesOf, walked, type Walker, walkerAt } from './landscapes/walk.js'
import { checkLaws, type Failure, transformationLaws } from 'polyak/laws'
import { subjects } from './laws/subjects.js'
import { judged, lossOf, trained } from './widths/training.js'
import { type Moved, watched } from '../site/check/watched.mjs'

const launch = await foundBrowser('the rest of the playground')

const choices: Choices = {
  landscape: 'rosenbrock',
  noise: 0,
  runs: [
    {
      optimizer: 'adam',
      options: '{ learningRate: 0.05 }',
      schedule: 'warm-up',
      average: 'uniform',
      averageOptions: '',
      order: 'concurrent',
    },
    {
      optimizer: 'sgd',
      options: '{ learningRate: 0.001 }',
      schedule: 'constant',
      average: 'none',
      averageOptions: '',
      order: 'sequential',
    },
  ],
}

/** Where the runs are after some steps, by the library in Node. */
const placesInNode = (steps: number): readonly (readonly number[])[] =>
  choices.runs.map((run) => {
    const optimizer = optimizerOf(run)
    let walker = walkerAt(optimizer, landscapes.rosenbrock.start)
    for (let i = 0; i < steps; i++) walker = walked(optimizer, landscapes.rosenbrock, walker, [0, 0], 0)
    return [...placesOf(optimizer, walker).dataSync()]
  })

/** Runs a program that is shown, in Node; gives what it has made. */
const ran = (code: string): Ran => {
  const [imports, program] = [
    code.matchAll(/^import \{ (.*) \} from 'polyak'$/gm),
    code.replaceAll(/^import .*$/gm, ''),
  ]
  const names = [...imports].flatMap(([, list = '']) => list.split(', '))
  const { outputText } = ts.transpileModule(program, { compilerOptions: { target: ts.ScriptTarget.ES2023 } })
  const quiet = outputText.replaceAll(/^.*\.print\(\);$/gm, '')
  const given = names.map((name) => (polyak as Readonly<Record<string, unknown>>)[name])
  const more = code.includes('const examples') ? 'examples' : 'examples: undefined'
  // oxlint-disable-next-line typescript/no-implied-eval -- what the page shows for readers to run
  return new Function('tf', ...names, `${quiet}\nreturn { loss, now, ${more} }`)(tf, ...given) as Ran
}
interface Ran {
  readonly loss: (w: tf.Tensor, examples: unknown) => tf.Tensor
  readonly examples: unknown
  readonly now: Walker & { readonly state: { readonly average: Walker['params'] } }
}

describe('landscapes', () => {
  test('every loss on tensors is that on the host, and no start is at its end', () => {
    const { logistic: _, ...exact } = landscapes // that one draws examples
    for (const { loss, value, start } of Object.values<Landscape>(exact))
      for (const [x, y] of [start, [0.3, -0.7] as const]) {
        const [found = Number.NaN] = tf.tidy(() => loss(tf.tensor1d([x, y]), 0)).dataSync()
        expect(Math.abs(found - value(x, y))).toBeLessThan(2e-5 * Math.max(1, Math.abs(value(x, y))))
      }
  })

  test('every optimizer and every average of the menus can be had with the options that they begin with', () => {
    for (const [optimizer, options] of Object.entries(optimizers))
      for (const [average, averageOptions] of Object.entries(averages)) {
        const made = optimizerOf({
          optimizer,
          options,
          schedule: 'constant',
          average,
          averageOptions,
          order: 'sequential',
        })
        expect(made.init({ w: tf.tensor1d([1, 2]) })).toBeDefined()
      }
  })

  test('options are read as they are written, and nothing in them runs', () => {
    expect(recordOf("{ learningRate: 1e-3, nesterov: true, count: 'leaf' }")).toEqual({
      learningRate: 1e-3,
      nesterov: true,
      count: 'leaf',
    })
    expect(recordOf('')).toEqual({})
    for (const text of ['{ a: alert(1) }', 'alert(1)', '{ learningRate }'])
      expect(() => recordOf(text)).toThrow(SyntaxError)
  })

  test('the program that is shown has the loss that runs, and goes where the page goes', () => {
    const names = Object.keys(landscapes) as LandscapeName[]
    for (const landscape of names) {
      const { start, value } = landscapes[landscape]
      const shown = codeOf({ ...choices, landscape }, choices.runs[0] as Run, [...start])
      expect(shown).toContain('i < 300')
      // one of them goes all the way, the others so far as to show that they go
      const { loss, examples, now } = ran(landscape === 'rosenbrock' ? shown : shown.replace('i < 300', 'i < 3'))
      for (const [x, y] of [start, [0.3, -0.7] as const])
        expect(Math.abs((loss(tf.tensor1d([x, y]), examples).dataSync()[0] ?? Number.NaN) - value(x, y))).toBeLessThan(
          2e-5 * Math.max(1, Math.abs(value(x, y))),
        )
      if (landscape !== 'rosenbrock') continue
      const [[x, y, ax, ay]] = placesInNode(300) as [readonly number[]]
      const found = [...now.params.w.dataSync(), ...polyak.averaged(now.state).w.dataSync()]
      ;[x, y, ax, ay].forEach((wanted, i) => expect(found[i]).toBeCloseTo(wanted ?? Number.NaN, 4))
    }
  })

  test('a schedule takes the place of the rate, in the run and in its code; without a rate it is told', () => {
    const run = { ...(choices.runs[1] as Run), schedule: 'cosine' }
    expect(polyak.described(polyak.describe(optimizerOf(run)))).toContain('cosineDecaySchedule')
    expect(codeOf({ ...choices, landscape: 'bowl' }, run, [1, 1])).toContain(
      'sgd({ learningRate: cosineDecaySchedule({ initValue: 0.001, decaySteps: 400 }) })',
    )
    expect(() => optimizerOf({ ...run, optimizer: 'prodigy', options: '{}' })).toThrow(/learning rate: write one/)
  })

  test('an address gives back the choices it was made of; any other leaves them as they are', () => {
    expect(choicesFrom(addressOf(choices), choicesAtFirst)).toEqual(choices)
    for (const address of [
      '',
      '#',
      '#%7B',
      '#null',
      '#{"runs":[]}',
      addressOf({ ...choices, runs: [{ ...choicesAtFirst.runs[0], optimizer: 'eval' } as never] }),
    ])
      expect(choicesFrom(address, choicesAtFirst)).toBe(choicesAtFirst)
  })
})

describe.skipIf(launch === undefined)('the pages in a browser', () => {
  let pages: ServedPages
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    pages = await servedPages(fileURLToPath(new URL('vite.config.ts', import.meta.url)))
    browser = await chromium.launch(launch)
    page = await browser.newPage({ viewport: { width: 390, height: 844 } })
    page.setDefaultTimeout(55_000)
    await page.addInitScript(watched)
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await pages?.close()
  })

  const until = async (name: string, value: string): Promise<unknown> =>
    page.waitForFunction(
      ([key, wanted]) => document.getElementById('status')?.dataset[key ?? ''] === wanted,
      [name, value],
    )
  const data = async (): Promise<DOMStringMap> =>
    page.$eval('#status', (status) => ({ ...(status as HTMLElement).dataset }))
  /** How much of the page has moved by itself since it was opened, and what. */
  const moved = async (): Promise<readonly (readonly [number, readonly string[]])[]> =>
    page.evaluate(() =>
      (globalThis as unknown as Moved).moves.filter(({ value }) => value > 0.01).map(({ value, of }) => [value, of]),
    )

  test('landscapes: an address is taken up, and the numbers are those of the library in Node', async () => {
    await page.goto(`${pages.address}/landscapes.html?steps=12${addressOf(choices)}`)
    await until('step', '12')
    const found: unknown = JSON.parse((await data())['places'] ?? 'null')
    const wanted = placesInNode(12)
    const numbers =
      JSON.stringify(found)
        .match(/-?[\d.]+(?:e-?\d+)?/g)
        ?.map(Number) ?? []
    expect(numbers).toHaveLength(6)
    wanted.flat().forEach((x, i) => expect(Math.abs((numbers[i] ?? Number.NaN) - x)).toBeLessThan(2e-4))
    expect(await page.textContent('#code')).toContain(
      "withAverage(uniform(), { order: 'concurrent' })(adam({ learningRate: warmupConstantSchedule({",
    )
    expect(await page.textContent('#status')).toMatch(/12 steps · backend webgl, executor webgl/)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
    expect(await moved()).toEqual([])
    // it stands still now; in the dark its lines have the colours of the dark
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.waitForFunction(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('#landscape')
      const { data } = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] }
      const line = getComputedStyle(document.documentElement).getPropertyValue('--line').trim()
      const wanted = [1, 3, 5].map((at) => Number.parseInt(line.slice(at, at + 2), 16))
      let found = 0
      for (let i = 0; i < data.length; i += 4) if (wanted.every((x, k) => data[i + k] === x)) found++
      return found > 500
    })
    await page.emulateMedia({ colorScheme: 'light' })
  })

  test('landscapes: by keyboard; what is wrong with options is told in the words of the library', async () => {
    await page.focus('#options-0')
    await page.fill('#options-0', '{ learningRate: -1 }')
    await page.keyboard.press('Tab')
    await page.waitForFunction(() => document.getElementById('complaint')?.textContent !== '')
    expect(await page.textContent('#complaint')).toMatch(/^adam: learningRate must be a finite number ≥ 0/)
    expect(decodeURIComponent(page.url())).toContain('learningRate: -1')
    await page.fill('#options-0', '{ learningRate: 0.1 }')
    await page.keyboard.press('Tab')
    await page.waitForFunction(() => document.getElementById('complaint')?.textContent === '')
    await page.focus('#average-1')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.focus('#add')
    await page.keyboard.press('Enter')
    expect(await page.locator('fieldset').count()).toBe(3)
    await page.reload()
    await page.waitForFunction(() => document.querySelectorAll('fieldset').length === 3)
    expect(await page.inputValue('#options-0')).toBe('{ learningRate: 0.1 }')
    expect(await page.inputValue('#average-1')).toBe('exponential')
    expect(await page.inputValue('#average-2')).toBe('exponential')
  })

  test.runIf(whole)(
    'widths: a training, and a width chosen afterwards, with the numbers of Node; what was not tracked is told',
    async () => {
      await page.goto(`${pages.address}/widths.html?steps=96#width=0.12`)
      await page.waitForFunction(() => Number(document.getElementById('status')?.dataset['step']) >= 16)
      // while it trains, its loss is drawn
      const { raw, ...training } = await page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('#widths-curve')
        const { data } = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] }
        const colour = getComputedStyle(document.documentElement).getPropertyValue('--raw').trim()
        const wanted = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
        let raw = 0
        for (let i = 0; i < data.length; i += 4) if (wanted.every((x, k) => data[i + k] === x)) raw++
        const { step, training } = document.getElementById('status')?.dataset ?? {}
        return { raw, step: Number(step), loss: Number(training) }
      })
      expect(raw).toBeGreaterThan(20)
      await until('done', 'true')
      const before = await data()
      expect(Number(before['loss'])).toBeLessThan(Number(before['raw']))
      const store = polyak.memoryStore()
      const losses = new Map<number, number>()
      const params = await trained(96, store, async (step, now) => {
        losses.set(step, await judged(now))
      })
      expect(Math.abs(training.loss / (losses.get(training.step) ?? Number.NaN) - 1)).toBeLessThan(2e-3)
      const inNode = { raw: await judged(params), ...(await lossOf(0.12, store, params)) }
      expect(before['width']).toBe('0.12')
      for (const name of ['raw', 'loss'] as const)
        expect(Math.abs(Number(before[name]) / inNode[name] - 1), name).toBeLessThan(2e-3)
      polyak.disposeExcept(params, [])
      expect(await moved()).toEqual([])
      await page.focus('#width')
      await page.keyboard.press('End')
      await page.waitForFunction(() => document.getElementById('status')?.dataset['width'] === '0.25')
      expect(await page.textContent('#found')).toContain('outside of what was tracked')
      expect(page.url()).toMatch(/#width=0\.25$/)
    },
  )

  test('laws: the right rule holds, and a bug is found with a small case, the same as in Node', async () => {
    await page.goto(`${pages.address}/laws.html?cases=4#subject=right&suite=odd`)
    await until('ready', 'true')
    expect(await page.inputValue('#suite')).toBe('odd')
    await page.focus('#check')
    await page.keyboard.press('Enter')
    await until('done', 'true')
    expect((await data())['failures']).toBe('0')
    await page.selectOption('#suite', 'transformation')
    await page.selectOption('#subject', 'divides')
    expect(page.url()).toMatch(/#subject=divides&suite=transformation$/)
    await page.$eval('#status', (status) => delete (status as HTMLElement).dataset['done'])
    await page.click('#check')
    await until('done', 'true')
    // oxlint-disable-next-line typescript/no-implied-eval -- the program that the page shows
    const made = () => new Function('polyak', subjects['divides']?.code ?? '')(polyak) as ReturnType<typeof polyak.sgd>
    const found = await checkLaws(transformationLaws(made), { numRuns: 4, seed: 1 })()
    const inNode: readonly Failure[] = found._tag === 'Left' ? found.left : []
    expect(inNode.length).toBeGreaterThan(0)
    expect((await data())['failures']).toBe(String(inNode.length))
    const report = await page.textContent('#report')
    for (const { law } of inNode) expect(report).toContain(`"${law.name}" does not hold`)
    expect(report).toMatch(/NaN/)
    expect(await moved()).toEqual([])
  })

  test('nothing is complained about in the console', () => {
    expect(complaints).toEqual([])
  })
})

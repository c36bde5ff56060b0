import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { foundBrowser } from '../foundBrowser.js'
import { type ServedPages, servedPages } from '../servedPages.js'
import { scales, type Settings } from './settings.js'
import { settledLosses } from './theory.js'

const launch = await foundBrowser('the playground')

describe.skipIf(launch === undefined)('the playground', () => {
  let pages: ServedPages
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    pages = await servedPages(fileURLToPath(new URL('vite.config.ts', import.meta.url)))
    browser = await chromium.launch(launch)
    page = await browser.newPage({ viewport: { width: 390, height: 844 } })
    page.setDefaultTimeout(55_000)
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('requestfailed', (request) => complaints.push(`not loaded: ${request.url()}`))
    page.on('request', (request) => {
      if (!/^(http:\/\/127\.0\.0\.1:|data:|blob:)/.test(request.url()))
        complaints.push(`from elsewhere: ${request.url()}`)
    })
    await page.goto(`${pages.address}/`)
    await untilStep(2)
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await pages?.close()
  })

  const data = async (): Promise<DOMStringMap> =>
    page.$eval('#status', (status) => ({ ...(status as HTMLElement).dataset }))
  const untilStep = async (step: number): Promise<unknown> =>
    page.waitForFunction((wanted) => Number(document.getElementById('status')?.dataset['step'] ?? -1) >= wanted, step)
  const untilSettled = async (): Promise<unknown> =>
    page.waitForFunction(() => document.getElementById('status')?.dataset['settled'] === 'true')
  const number = async (id: string): Promise<number> => Number(await page.textContent(`#${id}`))
  const slide = async (key: keyof Settings, value: number): Promise<number> => {
    const place = scales[key].place(value)
    await page.$eval(
      `#${key}`,
      (input, at) => {
        ;(input as HTMLInputElement).valueAsNumber = at
        input.dispatchEvent(new Event('input', { bubbles: true }))
      },
      place,
    )
    // The slider rests on its own steps.
    return scales[key].value(await page.$eval(`#${key}`, (input) => (input as HTMLInputElement).valueAsNumber))
  }
  /** The mean over 4096 particles scatters by 1/√4096; five standard deviations, and what rounding takes. */
  const within = 5 / Math.sqrt(4096) + 0.01

  test('runs on WebGL', async () => {
    expect((await data())['backend']).toBe('webgl')
    expect(await page.textContent('#status')).toMatch(/4096 particles · backend webgl, executor webgl$/)
  })

  test('settles at the closed form, and at another when the sliders move', async () => {
    const check = async (settings: Settings): Promise<void> => {
      await untilStep(Number((await data())['step']) + 4)
      await untilSettled()
      // Stands still while it is read.
      await page.click('#pause')
      await untilIdle()
      try {
        const settled = settledLosses(settings)
        for (const kind of ['raw', 'averaged'] as const) {
          expect(Math.abs((await number(`${kind}-settled`)) / settled[kind] - 1)).toBeLessThan(0.006)
          expect(Math.abs((await number(`${kind}-measured`)) / settled[kind] - 1)).toBeLessThan(within)
        }
      } finally {
        await page.click('#pause')
      }
    }
    const untilIdle = async (): Promise<void> => {
      const before = (await data())['step']
      await page.waitForTimeout(300)
      if ((await data())['step'] !== before) await untilIdle()
    }
    // Learning rates and decays that forget the start within a few dozen steps.
    const first: Settings = {
      learningRate: await slide('learningRate', 0.5),
      noise: await slide('noise', 1),
      decay: await slide('decay', 0.8),
    }
    await check(first)
    const second: Settings = {
      learningRate: await slide('learningRate', 1.2),
      noise: await slide('noise', 1.6),
      decay: await slide('decay', 0.7),
    }
    await check(second)
    expect(settledLosses(second).raw / settledLosses(first).raw).toBeGreaterThan(5)
  })

  test('without noise it comes to rest', async () => {
    await slide('noise', 0)
    await page.click('#restart')
    await page.waitForFunction(() => Number(document.getElementById('raw-measured')?.textContent) < 1e-6)
    expect(await number('raw-settled')).toBe(0)
  })

  test('keeps no tensor beyond parameters and averages', async () => {
    const before = await data()
    await untilStep(Number(before['step']) + 6)
    expect(before['tensors']).toBe('2')
    expect((await data())['tensors']).toBe('2')
  })

  test('draws, fits a phone, names what it shows', async () => {
    const painted = await page.$$eval('canvas', (canvases) =>
      canvases.map((canvas) => {
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
        return new Set(new Uint32Array(Uint8Array.from(pixels).buffer)).size
      }),
    )
    expect(painted).toHaveLength(3) // the bowl, the curve and the weights
    for (const colours of painted) expect(colours).toBeGreaterThan(20)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
    for (const name of ['Learning rate', 'Noise in the gradient', 'Decay of the average'])
      expect(await page.getByRole('slider', { name }).count()).toBe(1)
    expect(await page.$eval('#decay', (input) => input.getAttribute('aria-valuetext'))).toMatch(
      /^0\.\d+, about \d+ steps$/,
    )
  })

  test('by keyboard; the address brings all of it back', async () => {
    await page.focus('#decay')
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowRight')
    await page.focus('#pause')
    await page.keyboard.press('Space')
    expect(await page.getAttribute('#pause', 'aria-pressed')).toBe('true')
    const before = await page.textContent('#settings')
    expect(new URL(page.url()).hash).toMatch(/decay=0\.0339$/)
    await page.reload()
    await untilStep(2)
    expect((await page.textContent('#settings'))?.replace('Pause', 'Run')).toBe(before)
    expect(await page.textContent('#code')).toContain('decay: 0.0339')
  })

  test('says nothing in the console, and loads nothing from elsewhere', () => {
    expect(complaints).toEqual([])
  })
})

import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { servedPages } from '../../../examples/servedPages.js'
import { launchOptions } from '../browser/browser.mjs'

/** Counts the pictures that the playground draws in a second, and how long one takes, in a headless Chromium: without a
 *  GPU it draws pages by itself and computes on SwiftShader, as it does for whoever has none. */
export const frames = async ({ seconds }: { readonly seconds: number }): Promise<void> => {
  const pages = await servedPages(
    fileURLToPath(new URL('../../../examples/playground/vite.config.ts', import.meta.url)),
  )
  const browser = await chromium.launch(await launchOptions())
  try {
    for (const name of ['index', 'landscapes']) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      await page.goto(`${pages.address}/${name}.html`)
      // Programs of the GPU are compiled in the first frames.
      await page.waitForFunction(() => Number(document.getElementById('status')?.dataset['step'] ?? 0) >= 60)
      const between = await page.evaluate(
        async (milliseconds) =>
          new Promise<readonly number[]>((resolve, reject) => {
            const status = document.getElementById('status')
            if (status === null) {
              reject(new Error('the page has no #status'))
              return
            }
            const drawn: number[] = []
            const observer = new MutationObserver(() => drawn.push(performance.now()))
            // Each picture tells its step.
            observer.observe(status, { attributeFilter: ['data-step'] })
            setTimeout(() => {
              observer.disconnect()
              resolve(drawn.slice(1).map((time, i) => time - (drawn[i] ?? time)))
            }, milliseconds)
          }),
        1000 * seconds,
      )
      const sorted = [...between].sort((a, b) => a - b)
      const at = (part: number): string => (sorted[Math.floor(part * sorted.length)] ?? Number.NaN).toFixed(1)
      const rate = (1000 * between.length) / between.reduce((sum, time) => sum + time, 0)
      console.log(`${name}: ${rate.toFixed(1)} pictures a second; one in ${at(0.5)} ms, 95 % within ${at(0.95)} ms`)
      await page.close()
    }
  } finally {
    await browser.close()
    await pages.close()
  }
}

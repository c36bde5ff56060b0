import process from 'node:process'
import { chromium } from 'playwright'
import { createServer } from 'vite'
import { launchOptions } from '../browser/browser.mjs'
import type { SoakOptions, SoakReport } from './soak.js'

export { shownReport } from './soak.js'

/** A soak on WebGL, in a headless Chromium. */
export const onWebgl = async ({ progress, ...options }: Omit<SoakOptions, 'heap'>): Promise<SoakReport> => {
  const server = await createServer({
    root: process.cwd(),
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    cacheDir: '.bench/vite-soak',
    server: { port: 0, host: '127.0.0.1' },
    optimizeDeps: {
      include: [
        '@tensorflow/tfjs-core',
        '@tensorflow/tfjs-core/dist/register_all_gradients.js',
        '@tensorflow/tfjs-backend-webgl',
        'fast-check',
        'fp-ts',
        'io-ts',
      ],
      entries: [],
      noDiscovery: true,
    },
    plugins: [
      {
        name: 'soak page',
        configureServer: ({ middlewares }) => {
          middlewares.use('/soak.html', (_request, response) => {
            response.setHeader('content-type', 'text/html')
            response.end(
              '<!doctype html><title>soak</title><script type="module" src="/laws/checks/soak/page.ts"></script>',
            )
          })
        },
      },
    ],
  })
  await server.listen()
  const browser = await chromium.launch(await launchOptions())
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(0)
    const broken = new Promise<never>((_resolve, reject) => {
      page.on('pageerror', reject)
      page.on('crash', () => {
        reject(new Error('the page crashed'))
      })
    })
    await page.exposeFunction('polyakSoakProgress', (line: string) => progress?.(line))
    await page.goto(`${server.resolvedUrls?.local[0] ?? ''}soak.html`)
    await Promise.race([broken, page.waitForFunction(() => 'polyakSoak' in globalThis)])
    return await Promise.race([
      broken,
      page.evaluate((given) => {
        // the page puts it there
        const { polyakSoak } = globalThis as unknown as {
          readonly polyakSoak: (o: typeof given) => Promise<SoakReport>
        }
        return polyakSoak(given)
      }, options),
    ])
  } finally {
    await browser.close()
    await server.close()
  }
}

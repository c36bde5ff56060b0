import { chromium, type Page } from 'playwright'
import { createServer } from 'vite'
import { launchOptions } from './browser.mjs'

/** A page with one script. */
export interface PageOfScript {
  /** Its place, from the root. */
  readonly script: string
  /** What the script puts into `globalThis` when it is ready. */
  readonly ready: string
  /** Packages that it imports, beside those that all need. */
  readonly include?: readonly string[]
  /** Default: where the process stands. */
  readonly root?: string
  /** Where vite keeps what it has bundled. Default: its own place. */
  readonly cacheDir?: string
  /** Functions of this process that the page may call. */
  readonly exposed?: Readonly<Record<string, (word: string) => unknown>>
}

/** Opens a page in a headless Chromium, waits until its script is ready, and closes all when `use` is done.
 *
 *  @throws What the page throws meanwhile. */
export const inPage = async <R>(
  { script, ready, include = [], root = process.cwd(), cacheDir, exposed = {} }: PageOfScript,
  use: (page: Page) => Promise<R>,
): Promise<R> => {
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    ...(cacheDir === undefined ? {} : { cacheDir }),
    server: { port: 0, host: '127.0.0.1' },
    optimizeDeps: {
      include: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgl', 'fp-ts', 'io-ts', ...include],
      entries: [],
      noDiscovery: true,
    },
    plugins: [
      {
        name: 'page of a script',
        configureServer: ({ middlewares }) => {
          middlewares.use('/page.html', (_request, response) => {
            response.setHeader('content-type', 'text/html')
            response.end(`<!doctype html><title>${ready}</title><script type="module" src="${script}"></script>`)
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
    for (const [name, call] of Object.entries(exposed)) await page.exposeFunction(name, call)
    await page.goto(`${server.resolvedUrls?.local[0] ?? ''}page.html`)
    await Promise.race([broken, page.waitForFunction((name) => name in globalThis, ready)])
    return await Promise.race([broken, use(page)])
  } finally {
    await browser.close()
    await server.close()
  }
}

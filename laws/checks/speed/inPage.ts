import { chromium, type Page } from 'playwright'
import { createServer } from 'vite'
import { launchOptions } from '../browser/browser.mjs'

/** Opens a page that loads one script of this folder in a headless Chromium, and closes all when `use` is done. `broken`
 *  rejects with what the page throws. */
export const inPage = async <R>(
  script: string,
  { root = process.cwd(), include = [] }: { readonly root?: string; readonly include?: readonly string[] },
  use: (page: Page, broken: Promise<never>) => Promise<R>,
): Promise<R> => {
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    server: { port: 0, host: '127.0.0.1' },
    optimizeDeps: {
      include: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgl', 'fp-ts', 'io-ts', ...include],
      entries: [],
      noDiscovery: true,
    },
    plugins: [
      {
        name: 'bench page',
        configureServer: ({ middlewares }) => {
          middlewares.use('/bench.html', (_request, response) => {
            response.setHeader('content-type', 'text/html')
            response.end(
              `<!doctype html><title>bench</title><script type="module" src="/laws/checks/speed/${script}"></script>`,
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
    const broken = new Promise<never>((_resolve, reject) => {
      page.on('pageerror', reject)
    })
    await page.goto(`${server.resolvedUrls?.local[0] ?? ''}bench.html`)
    return await use(page, broken)
  } finally {
    await browser.close()
    await server.close()
  }
}

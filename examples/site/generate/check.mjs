import { mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, sep } from 'node:path'
import { chromium } from 'playwright'
import { launchOptions } from '../../../laws/checks/browser/browser.mjs'
import { brokenLinks } from './brokenLinks.mjs'

/** Reads every link of every page; opens pages in a real browser, light and dark, at three widths, and takes pictures;
 *  asks axe-core about each, and the browser how much of it moved while it loaded; reads some without scripts.
 *  Generated pages of one kind are alike, so that every seventh of them is opened; `all` opens every one. */
export const checked = async (folder, here, { all = false } = {}) => {
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.html') && path !== '404.html')
    .map((path) => path.split(sep).join('/'))
    .toSorted()
  const some = pages.filter(
    (path, i) =>
      all || !path.startsWith('reference/') || pictured.includes(path) || path.endsWith('index.html') || i % 7 === 0,
  )
  const complaints = []
  const complain = (text) => {
    complaints.push(text)
    console.log(`  ${text}`)
  }
  for (const link of brokenLinks(folder, pages)) complain(link)
  const pictures = join(folder, '..', 'site-pictures')
  mkdirSync(pictures, { recursive: true })
  const { address, close } = await served(folder)
  const browser = await chromium.launch(await launchOptions())
  const axe = readFileSync(join(here, 'node_modules/axe-core/axe.min.js'), 'utf8')
  for (const colorScheme of ['light', 'dark'])
    for (const width of [360, 768, 1280]) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme })
      await context.addInitScript(watched)
      const page = await context.newPage()
      let at = ''
      page.on('pageerror', (error) => complain(`${at}: ${error.message}`))
      page.on('requestfailed', (request) => complain(`${at}: not loaded: ${request.url()}`))
      page.on('response', (answer) => {
        if (answer.status() >= 400) complain(`${at}: ${answer.status()}: ${answer.url()}`)
      })
      for (const path of width === 768 ? some : some.filter((one) => pictured.includes(one))) {
        at = `${path}, ${colorScheme}, ${width}`
        await page.goto(`${address}/${path}`, { waitUntil: 'load' })
        await page.waitForTimeout(300)
        const { wide, moved } = await page.evaluate(() => ({
          wide: document.documentElement.scrollWidth > window.innerWidth + 1,
          moved: globalThis.moved,
        }))
        if (wide) complain(`${at}: the page is wider than the window`)
        if (moved > 0.01) complain(`${at}: the page moves while it loads: ${moved.toFixed(3)}`)
        if (pictured.includes(path))
          await page.screenshot({
            path: join(pictures, `${path.replaceAll('/', '-')}-${colorScheme}-${width}.png`),
          })
        await page.evaluate(axe)
        const { violations } = await page.evaluate(async () =>
          globalThis.axe.run(document, { resultTypes: ['violations'] }),
        )
        for (const { id, help, nodes } of violations)
          complain(`${at}: ${id}: ${help}: ${nodes[0]?.html.slice(0, 160)} (${nodes.length})`)
      }
      await context.close()
    }
  for (const missed of await unscripted(browser, address)) complain(missed)
  await browser.close()
  close()
  console.log(`${some.length} of ${pages.length} pages opened, ${complaints.length} complaints`)
  if (complaints.length > 0) process.exitCode = 1
}

/** In the page: how much of it moved by itself. */
const watched = () => {
  globalThis.moved = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.moved += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
}

/** What a reader without scripts misses. */
const unscripted = async (browser, address) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  const complaints = []
  for (const path of pictured) {
    await page.goto(`${address}/${path}`, { waitUntil: 'load' })
    const words = (await page.locator('.VPContent, main').first().innerText()).length
    const links = await page.locator('a[href]:visible').count()
    if (words < 200 || links < 5) complaints.push(`${path}, without scripts: ${words} letters, ${links} links`)
  }
  await context.close()
  return complaints
}

const served = async (folder) => {
  const server = createServer((request, answer) => {
    const path = join(folder, decodeURIComponent(new URL(request.url ?? '/', 'http://here').pathname))
    try {
      const bytes = readFileSync(path)
      answer.setHeader('content-type', kinds[extname(path)] ?? 'application/octet-stream').end(bytes)
    } catch {
      answer.writeHead(404).end()
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}

const pictured = [
  'index.html',
  'start/node.html',
  'guides/which-average.html',
  'reference/optimizers/adamw.html',
  'reference/averages/warmup.html',
  'reference/laws.html',
  'reference/errors.html',
  'reference/api/averaging.html',
  'reference/gallery/index.html',
  'live.html',
]

const kinds = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

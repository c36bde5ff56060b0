import { readFileSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, sep } from 'node:path'
import { chromium } from 'playwright'
import { launchOptions } from '../../../laws/checks/browser/browser.mjs'

/** Opens the pages in a real browser, light and dark, at three widths, and takes pictures; asks axe-core about each page.
 *  Generated pages of one kind are alike, so that every seventh of them is opened; `all` opens every one. */
export const checked = async (folder, here, { all = false } = {}) => {
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.html') && path !== '404.html')
    .map((path) => path.split(sep).join('/'))
    .toSorted()
  const some = pages.filter(
    (path, i) => all || !path.startsWith('reference/') || path.endsWith('index.html') || i % 7 === 0,
  )
  const server = createServer((request, answer) => {
    const path = join(folder, decodeURIComponent(new URL(request.url ?? '/', 'http://here').pathname))
    try {
      answer.setHeader('content-type', kinds[extname(path)] ?? 'application/octet-stream')
      answer.end(readFileSync(path))
    } catch {
      answer.writeHead(404).end()
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${server.address().port}`
  const browser = await chromium.launch(await launchOptions())
  const axe = readFileSync(join(here, 'node_modules/axe-core/axe.min.js'), 'utf8')
  const complaints = []
  for (const colorScheme of ['light', 'dark'])
    for (const width of [390, 900, 1440]) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme })
      const page = await context.newPage()
      let at = ''
      page.on('pageerror', (error) => complaints.push(`${at}: ${error.message}`))
      page.on('requestfailed', (request) => complaints.push(`${at}: not loaded: ${request.url()}`))
      for (const path of width === 900 ? some : some.filter((one) => pictured.includes(one))) {
        at = `${path}, ${colorScheme}, ${width}`
        await page.goto(`${address}/${path}`, { waitUntil: 'networkidle' })
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1)
        if (wide) complaints.push(`${at}: the page is wider than the window`)
        if (pictured.includes(path))
          await page.screenshot({
            path: join(folder, '..', 'site-pictures', `${path.replaceAll('/', '-')}-${colorScheme}-${width}.png`),
          })
        await page.evaluate(axe)
        const { violations } = await page.evaluate(async () => globalThis.axe.run(document))
        for (const { id, help, nodes } of violations)
          complaints.push(`${at}: ${id}: ${help}: ${nodes[0]?.html.slice(0, 120)} (${nodes.length})`)
      }
      await context.close()
    }
  await browser.close()
  server.close()
  console.log(`${some.length} of ${pages.length} pages opened, ${complaints.length} complaints`)
  for (const complaint of complaints) console.log(`  ${complaint}`)
  if (complaints.length > 0) process.exitCode = 1
}

const pictured = [
  'index.html',
  'start/node.html',
  'guides/which-average.html',
  'reference/optimizers/adamw.html',
  'reference/averages/warmup.html',
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

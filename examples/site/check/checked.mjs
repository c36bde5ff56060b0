import { mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, sep } from 'node:path'
import { chromium } from 'playwright'
import { launchOptions } from '../../../laws/checks/browser/browser.mjs'
import { brokenLinks } from './brokenLinks.mjs'
import { byKeyboard } from './byKeyboard.mjs'
import { looked } from './looked.mjs'
import { remembered } from './remembered.mjs'
import { served } from './served.mjs'
import { unscripted } from './unscripted.mjs'
import { watched } from './watched.mjs'

/** Reads every link of every page; looks at pages in a real browser, several beside each other; reads some without scripts;
 *  goes through some by keyboard. Generated pages of one kind are alike, so that every seventh of them is opened; `all`
 *  opens every one. What was found right is not looked at again until its page changes, or `fresh` is asked for. */
export const checked = async (folder, here, { all = false, fresh = false, only = '' } = {}) => {
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
  console.log(`the links of ${pages.length} pages were read`)

  // not beside the pages, which a build takes away
  const kept = join(here, '..', '..', '.bench', 'site')
  const pictures = join(kept, 'pictures')
  mkdirSync(pictures, { recursive: true })
  const memory = remembered(join(kept, 'right.json'), folder, fresh)
  const { address, close } = await served(folder)
  const browser = await chromium.launch(await launchOptions())
  const axe = readFileSync(join(here, 'node_modules/axe-core/axe.min.js'), 'utf8')
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  await context.addInitScript(watched)

  const looks = some
    .filter((path) => path.includes(only))
    .flatMap((path) =>
      pictured.includes(path) || path.startsWith('playground/')
        ? [360, 768, 1280].map((width) => ({ path, widths: [width], pictures }))
        : [{ path, widths: [360, 768, 1280] }],
    )
  const waiting = looks.filter(({ path, widths }) => !memory.isRight(nameOf(path, widths), path))
  const many = waiting.length
  console.log(`${many} looks at ${some.length} pages; ${looks.length - many} were right before`)
  const began = performance.now()
  let done = 0
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { path, widths } = next
      const found = await looked(context, { ...next, address, axe, query: queries[path] })
      for (const text of found) complain(text)
      if (found.length === 0) memory.keep(nameOf(path, widths), path)
      done++
      if (done % 10 === 0 || done === many)
        console.log(`${done} of ${many}, ${((performance.now() - began) / 1000).toFixed(0)} s`)
    }
  }
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work))
  await context.close()
  if (only === '') {
    for (const missed of await unscripted(browser, address, pictured)) complain(missed)
    console.log('read without scripts')
    for (const missed of await byKeyboard(browser, address)) complain(missed)
    console.log('gone through by keyboard')
  }
  await browser.close()
  close()
  console.log(`${some.length} of ${pages.length} pages opened, ${complaints.length} complaints`)
  if (complaints.length > 0) process.exitCode = 1
}

const nameOf = (path, widths) => `${path} ${widths.join(' ')}`

/** Looked at by people, too: opened at each width by itself, and pictures are kept, in .bench/site. */
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

/** Pages that train have time for something to show, and not much to do. */
const queries = {
  'playground/index.html': '?',
  'playground/landscapes.html': '?',
  'playground/widths.html': '?steps=64',
  'playground/laws.html': '?cases=3',
}

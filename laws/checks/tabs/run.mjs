// The browser's stores in real tabs of Chromium: `npm run tabs -- [--closings 20] [--case WORD]`, from the package's root. Streams many
// pieces, closes tabs while they write, lets the origin's quota run out, and has two tabs save under one name; over the
// private file system and over IndexedDB.
import process from 'node:process'
import { chromium } from 'playwright'
import { createServer } from 'vite'
import { launchOptions } from '../browser/browser.mjs'

const rest = process.argv.slice(2)
const option = (word, otherwise) => (rest.includes(word) ? rest[rest.indexOf(word) + 1] : otherwise)
const closings = Number(option('--closings', 20))
const chosen = option('--case', '')
const server = await createServer({
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  cacheDir: 'node_modules/.cache/tabs',
  server: { port: 0, host: '127.0.0.1', ws: false },
  optimizeDeps: { include: ['fp-ts', 'io-ts'], entries: [], noDiscovery: true },
  plugins: [
    {
      name: 'tab',
      configureServer: ({ middlewares }) => {
        middlewares.use('/tab.html', (_request, response) => {
          response.setHeader('content-type', 'text/html')
          response.end(
            '<!doctype html><title>tab</title><script type="module" src="/laws/checks/tabs/tab.ts"></script>',
          )
        })
      },
    },
  ],
})
await server.listen()
const browser = await chromium.launch(await launchOptions())
const context = await browser.newContext()
const address = `${server.resolvedUrls?.local[0] ?? ''}tab.html`

const opened = async (place = context) => {
  const page = await place.newPage()
  await page.goto(address)
  await page.waitForFunction(() => 'tab' in globalThis, undefined, { timeout: 120_000 })
  return page
}
/** Calls a member of `tab.ts` in a tab. */
const asked = (page, deed, ...args) => page.evaluate(([name, given]) => globalThis.tab[name](...given), [deed, args])

/** Limits what the origin may hold; the browser keeps to it until the limit is lifted. */
const limited = async (page, quotaSize) => {
  const session = await page.context().newCDPSession(page)
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(address).origin, quotaSize })
  return () => session.detach()
}

/** Each gives what is wrong. */
const cases = {
  'streams 64 MB in 256 pieces, and reads ranges of it': async (kind) => {
    const page = await opened()
    const wrong = await asked(page, 'streamed', kind, 256)
    await page.close()
    return wrong
  },

  [`closes ${closings} tabs while they write`]: async (kind) => {
    const wrong = []

    const watching = await opened()
    await asked(watching, 'written', kind, 'closed', 1)
    let done = 1
    let within = 0
    for (let i = 0; i < closings; i++) {
      const page = await opened()
      const first = done + 1
      // its pieces wait a little, so that most tabs end half-way
      const ended = page
        .evaluate(([how, v]) => globalThis.tab.writes(how, 'closed', v), [kind, first])
        .catch(() => null)
      await page.waitForFunction(() => globalThis.tab.pieces > 0, undefined, { polling: 5 })
      await new Promise((resolve) => setTimeout(resolve, ((i * 0.618) % 1) * 150))
      await page.close({ runBeforeUnload: false })
      await ended
      const there = await asked(watching, 'version', kind, 'closed')
      if (there !== done && there !== first) wrong.push(`after version ${done} there is ${there}`)
      within += Number(there === done)
      done = Math.max(done, Number(there) || done)
      if (await asked(watching, 'listed', kind, 'closed')) continue
      wrong.push(`closing ${i}: it is not listed alone`)
    }
    if (within < closings / 4) wrong.push(`only ${within} of ${closings} tabs were closed half-way: nothing is shown`)
    await asked(watching, 'written', kind, 'closed', 40)
    const last = await asked(watching, 'version', kind, 'closed')
    if (last !== 40) wrong.push(`a later write gives ${last}`)
    const left = await asked(watching, 'sweptLater', kind, 'closed', 40)
    if (left > 0) wrong.push(`${left} keys are left of dead tabs after an hour and a write`)
    await watching.close()
    return wrong
  },

  'runs out of quota half-way': async (kind) => {
    const wrong = []
    const place = await browser.newContext()
    const page = await opened(place)
    // Before anything is written: Chromium lets a data base go on for half a minute with the room that it asked for last.
    const lifted = await limited(page, 4_000_000)
    await asked(page, 'written', kind, 'quota', 3)
    for (const by of ['pieces', 'whole']) {
      const problem = await asked(page, 'refused', kind, 'quota', 200, by)
      if (!String(problem).includes('QuotaExceededError')) wrong.push(`${by}: refused with ${problem}`)
      const there = await asked(page, 'version', kind, 'quota')
      if (there !== 3) wrong.push(`${by}: version 3 has become ${there}`)
    }
    if (!(await asked(page, 'listed', kind, 'quota'))) wrong.push('it is not listed alone')
    const left = await asked(page, 'sweptLater', kind, 'quota', 4)
    if (left > 0) wrong.push(`${left} keys are left of writes that were refused`)
    await lifted()
    await asked(page, 'written', kind, 'quota', 201)
    const there = await asked(page, 'version', kind, 'quota')
    if (there !== 201) wrong.push(`with room again: version 201 is ${there}`)
    await place.close()
    return wrong
  },

  'two tabs save under one name while a third reads': async (kind) => {
    const [one, other, reader] = await Promise.all([opened(), opened(), opened()])
    await asked(one, 'written', kind, 'two', 1)
    const reading = asked(reader, 'readsUntil', kind, 'two')
    const said = await Promise.all([
      asked(one, 'saves', kind, 'two', 2, 12),
      asked(other, 'saves', kind, 'two', 20, 12),
    ])
    await reader.evaluate(() => globalThis.tab.stop())
    const { wrong, versions } = await reading
    const last = await asked(reader, 'version', kind, 'two')
    const pages = [one, other, reader]
    await Promise.all(pages.map((page) => page.close()))
    return [
      ...said.flat(),
      ...wrong,
      ...(last === 13 || last === 31 ? [] : [`the last version is ${last}, the last of neither`]),
      ...(versions > 2 ? [] : [`only ${versions} versions were seen`]),
    ]
  },
}

let well = true
try {
  for (const kind of ['opfs', 'indexeddb'])
    for (const [name, run] of Object.entries(cases)) {
      if (!name.includes(chosen)) continue
      const begun = performance.now()
      const wrong = await run(kind).catch((error) => [String(error)])
      well &&= wrong.length === 0
      console.log(
        `${wrong.length === 0 ? 'ok  ' : 'FAIL'} ${kind.padEnd(10)} ${name}, ${Math.round((performance.now() - begun) / 100) / 10} s`,
      )
      for (const line of wrong) console.log(`       ${line}`)
    }
} finally {
  await browser.close()
  await server.close()
}
process.exitCode = well ? 0 : 1

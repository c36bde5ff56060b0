/** Goes through the site by keyboard alone: gives what cannot be reached, seen or done. */
export const byKeyboard = async (browser, address) => {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const complaints = []
  for (const [what, walk] of Object.entries(walks)) {
    const page = await context.newPage()
    page.setDefaultTimeout(120_000)
    const complain = (text) => complaints.push(`by keyboard, ${what}: ${text}`)
    try {
      await walk(page, address, complain)
    } catch (error) {
      complain(String(error).split('\n').slice(0, 4).join(' '))
    }
    await page.close()
  }
  await context.close()
  return complaints
}

const walks = {
  'what has the focus is seen': async (page, address, complain) => {
    for (const path of ['index.html', 'guides/fit.html', 'live.html']) {
      await page.goto(`${address}/${path}`, { waitUntil: 'load' })
      const stops = await stopsOf(page)
      if (!stops[0]?.text.startsWith('Skip to content')) complain(`${path}: the first stop is ${stops[0]?.text}`)
      for (const { text, seen, marked } of stops)
        if (!seen || !marked) complain(`${path}: ${text} ${seen ? 'looks as if it had no focus' : 'is out of sight'}`)
      if (stops.length < 15) complain(`${path}: only ${stops.length} places can be reached`)
    }
  },
  search: async (page, address, complain) => {
    for (const [word, wanted] of searches) {
      await page.goto(`${address}/index.html`, { waitUntil: 'load' })
      await page.waitForFunction(() => document.querySelector('#app')?.__vue_app__ !== undefined) // keys are heard now
      await page.keyboard.press('Control+k')
      await page.locator('#localsearch-input').waitFor()
      await page.keyboard.type(word)
      await page.locator('#localsearch-list a').first().waitFor()
      await page.waitForTimeout(500)
      const found = await page.$$eval('#localsearch-list a', (links) => links.map((a) => a.getAttribute('href')))
      const place = found.findIndex((href) => wanted.test(href ?? ''))
      if (place < 0 || place > 4) complain(`${word}: place ${place + 1} of ${found.slice(0, 6).join(' ')}`)
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.waitForURL((url) => !url.pathname.endsWith('/index.html') && url.pathname !== '/')
    }
    await page.keyboard.press('/')
    await page.locator('#localsearch-input').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('#localsearch-input').waitFor({ state: 'detached' })
  },
  'copying a program': async (page, address, complain) => {
    await page.goto(`${address}/guides/fit.html`, { waitUntil: 'load' })
    const block = page.locator('div[class*=language-]').first()
    await block.locator('button.copy').focus()
    await page.keyboard.press('Enter')
    await page.waitForTimeout(200)
    const [wanted, found] = [
      await block.locator('code').innerText(),
      await page.evaluate(async () => navigator.clipboard.readText()),
    ]
    if (found.trim() !== wanted.trim()) complain(`what was copied is not the program: ${found.slice(0, 60)}`)
  },
  'a heading has an address': async (page, address, complain) => {
    await page.goto(`${address}/guides/resuming.html`, { waitUntil: 'load' })
    await page.locator('h2 .header-anchor').first().focus()
    await page.keyboard.press('Enter')
    await page.waitForTimeout(300)
    const hash = await page.evaluate(() => location.hash)
    if (hash !== '#when-the-program-has-changed') complain(`it is ${hash}`)
  },
  'the next page and back': async (page, address, complain) => {
    await page.goto(`${address}/guides/fit.html`, { waitUntil: 'load' })
    await page.locator('.pager-link.next').focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/guides\/resuming/)
    await page.locator('.pager-link.prev').focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/guides\/fit/)
    // the address changes before the title
    await page
      .waitForFunction(() => !document.title.startsWith('Save'), null, { timeout: 5000 })
      .catch(() => complain('the page before is not the one that it was'))
  },
  'the menus of a phone': async (page, address, complain) => {
    await page.setViewportSize({ width: 360, height: 800 })
    await page.goto(`${address}/guides/fit.html`, { waitUntil: 'load' })
    await page.locator('.VPNavBarHamburger').focus()
    await page.keyboard.press('Enter')
    await page.locator('.VPNavScreen a').first().waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.VPLocalNav .menu').focus()
    await page.keyboard.press('Enter')
    const first = page.locator('.VPSidebar a').first()
    await first.waitFor()
    if (!(await first.isVisible())) complain('the side bar does not open')
  },
  playground: async (page, address, complain) => {
    for (const [path, ids] of Object.entries(controls)) {
      await page.goto(`${address}/playground/${path}`, { waitUntil: 'load' })
      await page.waitForTimeout(1500)
      const stops = await stopsOf(page)
      for (const id of ids) if (!stops.some((stop) => stop.id === id)) complain(`${path}: #${id} is not reached`)
      for (const { text, seen, marked } of stops)
        if (!seen || !marked) complain(`${path}: ${text} ${seen ? 'looks as if it had no focus' : 'is out of sight'}`)
    }
  },
}

/** What readers look for, and where one of the first five answers must lead. */
const searches = [
  ['adamw', /optimizers\/adamw/],
  ['withMovingAverage', /averages\/withMovingAverage|which-average|averaging/],
  ['EMA', /averag|ema/i],
  ['checkpoint', /resuming|checkpoint|fit/],
]

const controls = {
  'index.html': ['learningRate', 'noise', 'decay', 'pause', 'restart', 'copy'],
  'landscapes.html': [
    'surface',
    'noise',
    'optimizer-0',
    'options-1',
    'add',
    'remove',
    'pause',
    'restart',
    'which',
    'copy',
  ],
  'widths.html?steps=32': [],
  'laws.html?cases=2': ['subject', 'suite', 'program', 'check'],
}

/** Every place that Tab leads to, once around: whether it is seen there, and looks different from what has no focus. */
const stopsOf = async (page) => {
  const stops = []
  for (let i = 0; i < 150; i++) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate(() => {
      const at = document.activeElement
      if (at === null || at === document.body) return undefined
      const again = at.hasAttribute('data-been')
      at.setAttribute('data-been', '')
      const { top, bottom, left, right, width, height } = at.getBoundingClientRect()
      const style = getComputedStyle(at)
      const around = getComputedStyle(at.parentElement ?? at)
      return {
        again,
        id: at.id,
        text: `${at.localName} ${(at.getAttribute('aria-label') ?? at.textContent ?? '').trim().slice(0, 40) || at.id}`,
        seen: width > 0 && height > 0 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
        marked: [style, around].some(({ outlineStyle, boxShadow }) => outlineStyle !== 'none' || boxShadow !== 'none'),
      }
    })
    if (stop === undefined || stop.again) break
    stops.push({ ...stop, text: stop.text.replace(/^a Skip/, 'Skip') })
  }
  return stops
}

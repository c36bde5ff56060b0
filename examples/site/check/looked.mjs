import { join } from 'node:path'

/** Opens a page and gives what is wrong with it: what does not load, what moves by itself while it loads, what is wider
 *  than the window, and what axe-core finds, in the light and then in the dark. */
export const looked = async (context, { path, query = '', widths, address, axe, pictures }) => {
  const page = await context.newPage()
  page.setDefaultTimeout(120_000)
  const complaints = []
  let at = `${path}, ${widths[0]}`
  const complain = (text) => complaints.push(`${at}: ${text}`)
  page.on('pageerror', (error) => complain(error.message))
  page.on('requestfailed', (request) => complain(`not loaded: ${request.url()}`))
  page.on('response', (answer) => {
    if (answer.status() >= 400) complain(`${answer.status()}: ${answer.url()}`)
  })
  const fits = async () => {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    if (wide > 1) complain(`the page is ${wide} px wider than the window`)
  }
  try {
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: widths[0], height: 900 })
    await page.goto(`${address}/${path}${query}`, { waitUntil: 'load' })
    await page.evaluate(async () => document.fonts.ready)
    await page.waitForTimeout(query === '' ? 250 : 2500) // what trains in the page has time to show something
    const moves = await page.evaluate(() => globalThis.moves)
    const moved = moves.reduce((sum, { value }) => sum + value, 0)
    if (moved > 0.01)
      complain(
        `the page moves while it loads: ${moved.toFixed(3)}, ${[...new Set(moves.flatMap((m) => m.of))].join(', ')}`,
      )
    await fits()
    for (const width of widths.slice(1)) {
      at = `${path}, ${width}`
      await page.setViewportSize({ width, height: 900 })
      await page.waitForTimeout(50)
      await fits()
    }
    await settled(page)
    await page.evaluate(axe)
    for (const colorScheme of ['light', 'dark']) {
      at = `${path}, ${colorScheme}, ${widths.at(-1)}`
      if (colorScheme === 'dark') {
        await page.emulateMedia({ colorScheme })
        await settled(page)
      }
      for (const { id, help, nodes } of await violations(page, colorScheme))
        complain(`${id}: ${help}: ${nodes.slice(0, 3).join('  ')} (${nodes.length})`)
      if (pictures !== undefined)
        await page.screenshot({
          path: join(pictures, `${path.replaceAll('/', '-')}-${colorScheme}-${widths.at(-1)}.png`),
        })
    }
  } catch (error) {
    complain(String(error).split('\n')[0])
  }
  await page.close()
  return complaints
}

/** Waits until what has changed stands still: bars fade in and colours go over into each other, and half-way there the
 *  contrast is another. */
const settled = async (page) =>
  page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    const ending = document.getAnimations().filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime))
    await Promise.allSettled(ending.map(({ finished }) => finished))
  })

/** In the dark nothing differs but colours. */
const violations = async (page, colorScheme) =>
  page.evaluate(
    async (only) => {
      const { violations } = await globalThis.axe.run(document, {
        resultTypes: ['violations'],
        ...(only === undefined ? {} : { runOnly: { type: 'rule', values: only } }),
      })
      return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html }) => html.slice(0, 140)) }))
    },
    colorScheme === 'dark' ? ['color-contrast'] : undefined,
  )

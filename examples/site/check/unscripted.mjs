/** What a reader without scripts misses. */
export const unscripted = async (browser, address, paths) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  const complaints = []
  for (const path of paths) {
    await page.goto(`${address}/${path}`, { waitUntil: 'load' })
    const words = (await page.locator('.VPContent, main').first().innerText()).length
    const links = await page.locator('a[href]:visible').count()
    if (words < 200 || links < 4) complaints.push(`${path}, without scripts: ${words} letters, ${links} links`)
  }
  await context.close()
  return complaints
}

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { apiPages } from './apiPages.mjs'
import { averagePages } from './averagePages.mjs'
import { publicNames } from './comments.mjs'
import { errorPage } from './errorPage.mjs'
import { galleryPages } from './galleryPages.mjs'
import { lawPages } from './lawPages.mjs'
import { optimizerPages } from './optimizerPages.mjs'
import { readmePages } from './readmePages.mjs'
import { oracleErrors, raceRows } from './rows.mjs'
import { heroPicture } from './heroPicture.mjs'
import { formatted } from './text.mjs'

/** Writes all that is made of the sources: pages, the side bar, the script of the live page. Needs the built package. */
export const generated = async (root, here) => {
  const tf = await import('@tensorflow/tfjs-core')
  await import('@tensorflow/tfjs-backend-cpu')
  await tf.setBackend('cpu')
  const polyak = await import('../../../dist/index.js')
  const names = publicNames(root)
  const sections = {
    optimizers: optimizerPages({ tf, polyak, names, raced: raceRows(root), oracle: oracleErrors(root) }),
    averages: averagePages({ polyak, names }),
    laws: [...lawPages(root), await errorPage({ tf, polyak })],
    readmes: readmePages(root),
    gallery: await galleryPages(root),
    api: apiPages({ root, names }),
  }
  rmSync(join(here, 'reference'), { recursive: true, force: true })
  for (const { link, text } of Object.values(sections).flat()) {
    const file = join(here, `${link}${link.endsWith('/') ? 'index' : ''}.md`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${await formatted(text)}\n`)
  }
  const bar = Object.fromEntries(
    Object.entries(sections).map(([section, pages]) => [
      section,
      pages.map(({ name, link }) => ({ text: name, link })),
    ]),
  )
  writeFileSync(join(here, '.vitepress', 'sidebar.json'), JSON.stringify(bar))
  writeFileSync(join(here, '.vitepress', 'hero.json'), JSON.stringify({ picture: heroPicture({ tf, polyak }) }))
  const bundle = await rolldown({
    input: fileURLToPath(new URL('live.entry.mjs', import.meta.url)),
    platform: 'browser',
    checks: { pluginTimings: false },
  })
  await bundle.write({ file: join(here, 'public', 'live.js'), format: 'es', minify: true })
  await bundle.close()
  return sections
}

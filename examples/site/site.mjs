// `npm run site`: the site, static, in dist/site. `npm run site -- --serve` shows it, `-- --check` also opens pages in a real
// browser, uses them by keyboard, and asks axe-core what stands in the way of people. `--built` takes what was built before,
// `--all` opens every page, `--only=guides/` those with that in their path, `--fresh` also what was right before.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '../..')
const asked = process.argv.slice(2)

const ran = (what, command, words, cwd) => {
  console.log(`${what} …`)
  const env = { ...process.env, POLYAK_SITE: '1' }
  const { status, error } = spawnSync(command, words, { cwd, env, stdio: 'inherit' })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
}

// Its own packages, which nobody needs who only uses or tests the library.
if (!existsSync(join(here, 'node_modules', 'vitepress')))
  ran('installing what builds the site', 'npm', ['ci', '--ignore-scripts'], here)
const vitepress = join(here, 'node_modules', 'vitepress', 'bin', 'vitepress.js')
if (!asked.includes('--built')) {
  ran('building the package', process.execPath, ['laws/checks/package/build.mjs'], root)
  const { generated } = await import('./generate/generated.mjs')
  await generated(root, here)
  ran('building the pages', process.execPath, [vitepress, 'build', '.', '--outDir', join(root, 'dist', 'site')], here)
  ran(
    'building the playground',
    process.execPath,
    [
      join(root, 'node_modules', 'vite', 'bin', 'vite.js'),
      'build',
      'examples/playground',
      '--logLevel',
      'warn',
      '--base',
      './',
      '--outDir',
      join(root, 'dist', 'site', 'playground'),
    ],
    root,
  )
}
if (asked.includes('--check'))
  await (
    await import('./check/checked.mjs')
  ).checked(join(root, 'dist', 'site'), here, {
    all: asked.includes('--all'),
    fresh: asked.includes('--fresh'),
    only: asked.find((word) => word.startsWith('--only='))?.slice('--only='.length),
  })
if (asked.includes('--serve'))
  ran('serving', process.execPath, [vitepress, 'serve', '.', '--outDir', join(root, 'dist', 'site')], here)

// Optimizers side by side on small problems: `npm run race [-- --seconds 600] [--only adam,lion,lbfgs] [--on Rosenbrock]
// [--seeds 5]`, from the package's root. A whole race writes RACE.md and race.svg beside this file; a part of it is told,
// and its plot lies in .bench.
import { mkdirSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

const rest = process.argv.slice(2)
const option = (word, otherwise) => (rest.includes(word) ? rest[rest.indexOf(word) + 1] : undefined) ?? otherwise
const words = (text) => text.split(',').filter((word) => word !== '')
const outDir = '.bench/race'
await build({
  configFile: false,
  logLevel: 'error',
  build: { ssr: 'laws/checks/race/onNode.ts', outDir, emptyOutDir: true, minify: false, target: 'node20' },
})
const { raceOnNode } = await import(pathToFileURL(`${outDir}/onNode.js`).href)
const { page, plot, whole } = await raceOnNode({
  only: words(option('--only', '')),
  on: words(option('--on', '')),
  seeds: Number(option('--seeds', '5')),
  seconds: Number(option('--seconds', '600')),
})
const home = whole ? fileURLToPath(new URL('.', import.meta.url)) : `${outDir}/`
mkdirSync(home, { recursive: true })
writeFileSync(`${home}race.svg`, plot)
writeFileSync(`${home}RACE.md`, page)
console.log(whole ? `\n${home}RACE.md` : `\n${page}\n${home}race.svg`)

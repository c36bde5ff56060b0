// Random compositions, for as long as you like: `npm run soak -- [--seconds 300] [--seed 7] [--backend wasm]
// [--replay SEED/PATH]`, from the package's root. Backends: wasm, cpu, blocks (cpu without WebAssembly), eager (tensor
// operations on wasm), webgl (in Chromium); without one each has its share of the time, in a process of its own.
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

const rest = process.argv.slice(2)
const option = (word, otherwise) => (rest.includes(word) ? rest[rest.indexOf(word) + 1] : undefined) ?? otherwise
const all = ['wasm', 'cpu', 'blocks', 'eager', 'webgl']
const backend = option('--backend')
const seconds = Number(option('--seconds', '60'))
const seed = Number(option('--seed', String(Date.now() % 100_000)))
const replay = option('--replay')

if (backend === undefined) {
  const failed = all.filter((one) => {
    const words = ['--backend', one, '--seconds', String(seconds / all.length), '--seed', String(seed)]
    return spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...words], { stdio: 'inherit' }).status !== 0
  })
  if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}`)
  process.exitCode = failed.length === 0 ? 0 : 1
} else {
  const outDir = `.bench/soak-${backend}`
  const entry = backend === 'webgl' ? 'onWebgl' : 'onNode'
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: `laws/checks/soak/${entry}.ts`, outDir, emptyOutDir: true, minify: false, target: 'node20' },
  })
  const soak = await import(pathToFileURL(`${outDir}/${entry}.js`).href)
  console.log(`Soak on ${backend}, ${seconds} s, seed ${seed}`)
  const progress = (line) => console.log(`  ${line}`)
  const report = await soak[entry]({ backend, seconds, seed, progress, ...(replay === undefined ? {} : { replay }) })
  console.log((await import(pathToFileURL(`${outDir}/${entry}.js`).href)).shownReport(report))
  process.exitCode = report.failure === undefined ? 0 : 1
}

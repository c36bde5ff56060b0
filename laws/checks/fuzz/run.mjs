// Hostile files, read here and by Python's safetensors: `npm run fuzz -- [--files 1000000] [--workers 16] [--seed 1]
// [--from 0]`, from the package's root. POLYAK_PYTHON (else python3) is a Python with the package safetensors; without one
// its reading rules stand for it. A failure has the number of its file: `--from N --files 1` makes it again.
import { fork, spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import process from 'node:process'
import { build } from 'vite'

const rest = process.argv.slice(2)
const option = (word, otherwise) =>
  Number((rest.includes(word) ? rest[rest.indexOf(word) + 1] : undefined) ?? otherwise)
const [files, seed, first] = [option('--files', 30_000), option('--seed', 1), option('--from', 0)]
const workers = Math.min(option('--workers', cpus().length), files)
const asked = process.env.POLYAK_PYTHON ?? 'python3'
const version = spawnSync(asked, ['-c', 'import safetensors; print(safetensors.__version__)'], { encoding: 'utf8' })
const python = version.status === 0 ? asked : ''
console.log(
  python === ''
    ? `${asked} has no package safetensors: its reading rules, as laws/checks/fuzz/pythonReading.ts has them, stand for it`
    : `safetensors ${version.stdout.trim()} of ${asked}`,
)
const outDir = '.bench/fuzz'
await build({
  configFile: false,
  logLevel: 'error',
  build: { ssr: 'laws/checks/fuzz/worker.ts', outDir, emptyOutDir: true, target: 'node20' },
})

const begun = performance.now()
const seconds = () => `${((performance.now() - begun) / 1000).toFixed(0)} s`
const done = Array.from({ length: workers }, () => 0)
let told = 0
const share = (i) => ({
  seed,
  python,
  from: first + Math.floor((files * i) / workers),
  files: Math.floor((files * (i + 1)) / workers) - Math.floor((files * i) / workers),
})
const one = (i) =>
  new Promise((resolve, reject) => {
    const child = fork(`${outDir}/worker.js`)
    // a file that is never done
    let last = performance.now()
    const watch = setInterval(() => {
      if (performance.now() - last < 120_000) return
      child.kill('SIGKILL')
      const from = share(i).from + done[i]
      reject(new Error(`no word for two minutes: one of the files ${from} to ${from + 999} hangs`))
    }, 1000)
    child.on('message', (message) => {
      last = performance.now()
      if (message.fuzz !== undefined) return resolve(message.fuzz)
      done[i] = message.done
      const all = done.reduce((sum, each) => sum + each, 0)
      if (all < told + files / 20) return
      told = all
      console.log(`  ${all} of ${files} files, ${seconds()}`)
    })
    child.on('exit', (code) => {
      clearInterval(watch)
      if (code !== 0) reject(new Error(`worker ${i} ended with ${code}`))
    })
    child.send(share(i))
  })
const all = await Promise.all(Array.from({ length: workers }, (_, i) => one(i)))
const sum = (key) => all.reduce((total, each) => total + each[key], 0)
const differences = {}
for (const each of all)
  for (const [why, count] of Object.entries(each.differences)) differences[why] = (differences[why] ?? 0) + count
const headers = sum('files') - sum('restored') - sum('refused')
const failures = all.flatMap((each) => each.failures)
console.log(`${sum('files')} files, seed ${seed}, ${seconds()}, ${workers} at once
  ${headers} headers: ${sum('accepted')} accepted here, ${sum('alike')} alike in both`)
for (const [why, count] of Object.entries(differences))
  console.log(`    ${String(count).padStart(8)} refused here alone: ${why}`)
console.log(`  ${sum('restored') + sum('refused')} with other metadata: ${sum('restored')} restored, ${sum('refused')} refused with a word
  the slowest ${Math.max(...all.map(({ slowest }) => slowest)).toFixed(0)} ms (wanted < 1000)
  ${failures.length} throws, hangs or other readings (wanted 0)`)
for (const failure of failures.slice(0, 20)) console.log(`  ${failure}`)
process.exitCode = failures.length === 0 ? 0 : 1

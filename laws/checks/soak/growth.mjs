// Tells what stays in memory when something differs from round to round, on the cpu and wasm backends:
// `node --expose-gc laws/checks/soak/growth.mjs [rounds]`, from the package's root.
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

const rounds = Number(process.argv[2] ?? 20_000)
if (globalThis.gc === undefined) throw new Error('Run it with node --expose-gc.')
const folder = '.bench/growth'
await build({
  configFile: false,
  logLevel: 'error',
  resolve: {
    alias: [{ find: /^polyak$/, replacement: fileURLToPath(new URL('../../../src/index.ts', import.meta.url)) }],
  },
  build: { ssr: 'laws/checks/soak/growth.ts', outDir: folder, emptyOutDir: true, minify: false, target: 'node20' },
})
const tf = await import('@tensorflow/tfjs-core')
await import('@tensorflow/tfjs-backend-cpu')
await import('@tensorflow/tfjs-backend-wasm')
const { changes, growthOf } = await import(pathToFileURL(`${folder}/growth.js`).href)
let grown = false
for (const backend of ['cpu', 'wasm']) {
  await tf.setBackend(backend)
  for (const change of changes()) {
    const start = performance.now()
    const bytes = await growthOf(change, { warm: 1000, rounds, collect: globalThis.gc })
    if (bytes > 100) grown = true
    const seconds = ((performance.now() - start) / 1000).toFixed(0)
    console.log(
      `${backend.padEnd(5)} ${change.name.padEnd(55)} ${bytes.toFixed(1).padStart(9)} bytes/round over ${rounds} rounds, ${seconds} s`,
    )
  }
}
process.exitCode = grown ? 1 : 0

// Files and states of other libraries, read there and here: `npm run interop`, from the package's root. It needs a Python
// with torch, jax, optax, flax, safetensors and, if it may be, timm.
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'

await build({
  configFile: false,
  logLevel: 'error',
  build: {
    ssr: 'laws/checks/interop/interop.ts',
    outDir: '.bench/interop',
    emptyOutDir: true,
    minify: false,
    target: 'node20',
  },
})
const { command } = await import(pathToFileURL('.bench/interop/interop.js').href)
process.exitCode = await command()

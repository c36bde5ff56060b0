// Compares with the real optax: `npm run conformance -- [--runs N] [--seed N] [--only adam,sgd]`, from the package's
// root. What runs is bundled first, as for the benches.
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'

await build({
  configFile: false,
  logLevel: 'error',
  build: {
    ssr: 'laws/checks/oracle/conformance.ts',
    outDir: '.bench/conformance',
    emptyOutDir: true,
    minify: false,
    target: 'node20',
  },
})
const { command } = await import(pathToFileURL('.bench/conformance/conformance.js').href)
await command(process.argv.slice(2))

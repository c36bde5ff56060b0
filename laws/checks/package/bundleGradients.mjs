// Part of `npm run build`: bundles dist/src/gradients/index.js for Node, which cannot load tfjs' deep path (its imports
// bear no file extension). tfjs-core itself stays outside, so the gradients land in the caller's one registry.

import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const folder = fileURLToPath(new URL('../../../dist/src/gradients/', import.meta.url))

await rm(`${folder}bundled.js`, { force: true })
await build({
  configFile: false,
  logLevel: 'error',
  build: {
    emptyOutDir: false,
    lib: { entry: `${folder}index.js`, formats: ['es'], fileName: () => 'bundled.js' },
    minify: true,
    outDir: folder,
    rolldownOptions: { external: ['@tensorflow/tfjs-core'] },
    target: 'node20',
  },
})

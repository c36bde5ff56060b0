// `npm run build`: the package's entries, their declarations and maps, with shared chunks, so that all entries have one
// registry of executors; then the programs of examples/ that `npm start` runs.

import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'
import { entries } from './entries.mjs'
import { fromCore } from './fromCore.mjs'
import { glslShort } from './glslShort.mjs'
import { hoisted } from './hoisted.mjs'
import { linesIn } from './lined.mjs'
import { markedPure } from './markedPure.mjs'
import { thinned } from './thinned.mjs'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const dist = `${root}dist`

const packages = [/^@tensorflow\//, /^node:/, 'fast-check', 'vitest', 'cli-progress']

const written = async (input, external, plugins, output) => {
  const bundle = await rolldown({
    cwd: root,
    platform: 'neutral',
    // the modules of packages that also have scripts for Node
    resolve: { mainFields: ['module', 'main'] },
    checks: { pluginTimings: false, sourcemapBroken: false },
    input,
    external,
    plugins,
  })
  // what entries share keeps its names in words, so a name beside each would only be longer
  await bundle.write({ format: 'es', minifyInternalExports: false, ...output })
  await bundle.close()
}

/** `polyak` is what other entries are, and so it stays in words. */
const ofOthers = {
  name: 'of-others',
  resolveId: (specifier, importer) =>
    /[\\/]src[\\/]index\.(d\.)?ts/.test(importer ?? '') ? { id: specifier, external: true } : null,
}

/** Comments stay in the sources, which the maps lead to. */
const bare = {
  comments: { legal: false, annotation: true, jsdoc: false },
  minify: { compress: false, mangle: { toplevel: false }, codegen: { removeWhitespace: true } },
}

rmSync(dist, { recursive: true, force: true })
// fp-ts and io-ts come inside, as far as they are used: what a user sees of them is plain data. Their types stay theirs.
const maps = { dir: dist, chunkFileNames: 'chunks/[name].js', sourcemap: true, sourcemapExcludeSources: true }
// Node asks about each file that it reads, and binds each name between two: so what entries have in common is one file,
// and beside it what only executors have. io-ts does things when it is read, so it stays whole: in a file of its own,
// which goes where no type of it is used.
const codeSplitting = {
  groups: [
    { name: 'fp-ts', test: /node_modules.fp-ts/, priority: 3 },
    { name: 'io-ts', test: /node_modules.io-ts/, priority: 3 },
    { name: 'shared', test: /[\\/]src[\\/](?!engine[\\/](fused|cpu|wasm|webgl)[\\/])/, minShareCount: 2, priority: 2 },
    { name: 'fused', test: /[\\/]src[\\/]/, minShareCount: 2, priority: 1 },
    { name: 'laws', test: /[\\/]laws[\\/]/, minShareCount: 2 },
  ],
}
await written(entries, packages, [ofOthers, glslShort(), markedPure(), hoisted()], { ...bare, ...maps, codeSplitting })
await written(
  entries,
  [...packages, 'fp-ts', 'io-ts'],
  [ofOthers, dts({ sourcemap: true, tsconfig: `${root}tsconfig.json`, emitDtsOnly: true })],
  maps,
)
linesIn(dist)
thinned(dist)
// Node cannot load tfjs' deep path: its imports bear no file extension. tfjs-core itself stays outside, so the gradients
// land in the caller's one registry.
await written({ 'gradients.node': entries.gradients }, ['@tensorflow/tfjs-core'], [fromCore()], {
  dir: dist,
  minify: true,
})
await written({ main: 'examples/charlm/main.ts', continued: 'examples/charlm/continued.ts' }, /^[^./]/, [], {
  dir: `${dist}/examples/charlm`,
  sourcemap: true,
})

// Runs a bench: `node laws/speed/run.mjs bench|peers [--seconds N] [--set WORD] [--clock cpu] [--webgl]`, from the
// package's root. What is timed is bundled first: the loaders of test tools put indirections into every call.
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { build, createServer } from 'vite'

const [name = 'bench', ...rest] = process.argv.slice(2)
const option = (word, otherwise) => (rest.includes(word) ? rest[rest.indexOf(word) + 1] : undefined) ?? otherwise
const folder = '.bench'
process.env.POLYAK_CLOCK = option('--clock', 'wall')
const options = { seconds: Number(option('--seconds', '20')), set: option('--set', ''), folder }

if (rest.includes('--webgl')) {
  const server = await createServer({
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, ws: false },
  })
  const { webglBench, webglTable, writeWebglRows } = await server.ssrLoadModule('/laws/speed/webglBench.ts')
  const bench = await webglBench({ seconds: options.seconds, sets: options.set })
  await server.close()
  console.log(webglTable(bench))
  writeWebglRows(bench, folder)
} else {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: `laws/speed/${name}.ts`,
      outDir: `${folder}/build`,
      emptyOutDir: true,
      minify: false,
      target: 'node20',
    },
  })
  const built = await import(pathToFileURL(`${folder}/build/${name}.js`).href)
  await built[name](options)
}

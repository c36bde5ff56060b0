// Runs a bench: `node laws/checks/speed/run.mjs bench|peers|muon|training [--seconds N] [--set WORD] [--clock cpu] [--webgl]`, from the
// package's root; `training` also [--backend wasm|cpu] [--part whole|alone|across]; or `bench --against FOLDER [--rounds N] [--set WORD]`: this build and that in FOLDER (a checkout whose
// dist is built), in turns; or `bench checkpoints`: saves and restores against raw writes and reads; or `bench frames`: pictures that the playground draws. What is timed is bundled first: the loaders of test tools put indirections into every call.
import { execSync } from 'node:child_process'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { build, createServer } from 'vite'

const [asked = 'bench', ...rest] = process.argv.slice(2)
const option = (word, otherwise) => (rest.includes(word) ? rest[rest.indexOf(word) + 1] : undefined) ?? otherwise
const folder = '.bench'
const name = rest.includes('--against') ? 'against' : rest[0] === 'checkpoints' ? rest[0] : asked
if (name === 'against') execSync('npm run --silent build', { stdio: 'inherit' })
process.env.POLYAK_CLOCK = option('--clock', 'wall')
const options = {
  seconds: Number(option('--seconds', '20')),
  set: option('--set', ''),
  backend: option('--backend', ''),
  part: option('--part', ''),
  folder,
  against: option('--against'),
  rounds: Number(option('--rounds', '5')),
}

if (rest.includes('--webgl') || rest[0] === 'frames') {
  const server = await createServer({
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, ws: false },
    optimizeDeps: { noDiscovery: true, entries: [] },
  })
  if (rest[0] === 'frames') {
    const { frames } = await server.ssrLoadModule('/laws/checks/speed/frames.ts')
    await frames(options)
  } else if (asked === 'training') {
    const { webglTraining } = await server.ssrLoadModule('/laws/checks/speed/webglTraining.ts')
    await webglTraining(options)
  } else {
    const { webglBench, webglTable, writeWebglRows } = await server.ssrLoadModule('/laws/checks/speed/webglBench.ts')
    const bench = await webglBench({ seconds: options.seconds, sets: options.set })
    console.log(webglTable(bench))
    writeWebglRows(bench, folder)
  }
  await server.close()
} else {
  // each row of the bench of checkpoints is a program of its own
  const programs = name === 'checkpoints' ? [name, 'checkpointRow'] : [name]
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      rolldownOptions: { input: programs.map((program) => `laws/checks/speed/${program}.ts`) },
      outDir: `${folder}/build`,
      emptyOutDir: true,
      minify: false,
      target: 'node20',
    },
  })
  const built = await import(pathToFileURL(`${folder}/build/${name}.js`).href)
  await built[name](options)
}

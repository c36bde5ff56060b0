// Packs the package, installs the tarball into an empty folder as a user would (peers, tfjs' backends and fast-check,
// nothing else) and uses it there: in plain Node, through the types, and bundled for a browser. Expects a fresh build.

import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright'
import { build } from 'vite'
import { launchOptions } from '../browser/browser.mjs'
import { bundles } from './bundles.mjs'
import { definitionOf } from './definition.mjs'
import { npmInstall } from './npmInstall.mjs'
import { strayFiles } from './reached.mjs'
import { heldByRunners } from './runners.mjs'
import { heldByRuntimes } from './runtimes.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../../../', import.meta.url))
const { devDependencies, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const run = (command, argv, cwd) => {
  const shell = process.platform === 'win32' && command === 'npm'
  try {
    return execFileSync(command, argv, { cwd, shell, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    throw new Error(`${command} ${argv.join(' ')} failed:\n${error.stdout}${error.stderr}`, { cause: error })
  }
}

const done = (line) => console.log(`  ok  ${line}`)

const pack = (folder) => {
  const [{ filename, files, size, unpackedSize }] = JSON.parse(
    run('npm', ['pack', '--json', '--pack-destination', folder], root),
  )
  const paths = files.map((file) => file.path)
  const stray = strayFiles(root, exports, paths)
  if (stray.length > 0) throw new Error(`the tarball holds what no export reaches:\n  ${stray.join('\n  ')}`)
  done(
    `packed ${files.length} files, each reached by an export: ${kilo(size)} kB, unpacked ${kilo(unpackedSize)} kB, of which ${weighed(files)}`,
  )
  done(weighedPacked(files))
  return join(folder, filename)
}

const kilo = (bytes) => Math.round(bytes / 1000)

/** What a tarball holds, by kind, and what each kind may weigh; sources, for editors, twice what is run and what declares
 *  it. */
const kinds = [
  { kind: 'scripts', of: /^dist\/.*\.js$/, most: 1245 },
  { kind: 'declarations', of: /^dist\/.*\.d\.ts$/, most: 780 },
  { kind: 'maps', of: /\.map$/, most: 315 },
  { kind: 'sources', of: /^(src|laws)\/.*\.ts$/ },
]

const weighed = (files) => {
  const bytesOf = (of) => files.filter(({ path }) => of.test(path)).reduce((sum, { size }) => sum + size, 0)
  const [scripts, declarations] = kinds.map(({ of }) => bytesOf(of))
  return kinds
    .map(({ kind, of, most = kilo(2 * (scripts + declarations)) }) => {
      const bytes = bytesOf(of)
      if (bytes === 0 || bytes > most * 1000)
        throw new Error(`${kind} weigh ${kilo(bytes)} kB, not between 0 and ${most}`)
      return `${kind} ${kilo(bytes)}`
    })
    .join(', ')
}

/** What is packed may weigh, in kB of gzip, where sources are left out: they are for editors and debuggers alone. */
const mostPacked = 605

const weighedPacked = (files) => {
  const packed = (left) =>
    gzipSync(Buffer.concat(left.map(({ path }) => readFileSync(join(root, path)))), { level: 9 }).length
  const sources = kinds.find(({ kind }) => kind === 'sources').of
  const own = files.filter(({ path }) => !sources.test(path))
  const [whole, bare] = [own, own.filter(({ path }) => !path.endsWith('.map'))].map(packed)
  if (whole > mostPacked * 1000)
    throw new Error(`${kilo(whole)} kB are packed beside the sources, more than ${mostPacked}`)
  return `packed without sources: ${kilo(whole)} kB, without maps ${kilo(bare)}`
}

// The oldest that knows what an array's bytes lie in. No dependency of this repository: nothing here is compiled by it.
const oldestTypescript = '5.7.3'

const typed = (app) => {
  run('npm', npmInstall(`typescript@${oldestTypescript}`), app)
  const own = ['typescript', 'typescript-7'].map((name) => join(root, 'node_modules', name))
  const compilers = [join(app, 'node_modules/typescript'), ...own]
  for (const compiler of compilers) run(process.execPath, [join(compiler, 'bin/tsc'), '-p', '.'], app)
  const versions = compilers.map((compiler) => JSON.parse(readFileSync(join(compiler, 'package.json'), 'utf8')).version)
  done(`the types hold for a strict user, in TypeScript ${versions.join(', ')}`)
}

/** An editor lands in TypeScript. */
const landed = async (app) => {
  const file = join(app, 'landing.ts')
  writeFileSync(file, "import { adam } from 'polyak'\nexport const optimizer = adam({ learningRate: 0.1 })\n")
  const found = await definitionOf(root, file, 'adam(')
  if (!found.some((place) => /polyak\/src\/optimizers\/adam\.ts:\d+$/.test(place)))
    throw new Error(`the definition of adam is told at ${found.join(', ') || 'no place'}, not in its source`)
  done(`go to definition: ${found.join(', ').replace(/^.*node_modules\//, '')}`)
}

/** What Node shows of a mistake that nobody caught: the line that threw, the message and the way there. A script in one
 *  line would be shown whole. */
const shownWhenThrown = (app) => {
  const program = "import { adamw } from 'polyak'; adamw({ lr: 1 })"
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: app, encoding: 'utf8' })
  const message = 'there is no option lr. Did you mean learningRate?'
  if (!stderr.includes(message) || stderr.indexOf(message) > 1000 || stderr.length > 4000)
    throw new Error(`a mistake is told in ${stderr.length} characters, its cause after ${stderr.indexOf(message)}`)
  done(`a mistake that nobody caught is told in ${stderr.length} characters`)
}

/** How long reading an entry may take after tfjs-core, in parts of what that takes: a busy machine is slow at both. */
const mostRead = 0.4

/** How long that is, in milliseconds of the processor; the median of five. */
const read = (app, entry) => {
  const program = `const times = []
    for (const name of ['@tensorflow/tfjs-core', '${entry}']) {
      const before = process.cpuUsage()
      await import(name)
      const { user, system } = process.cpuUsage(before)
      times.push((user + system) / 1000)
    }
    console.log(JSON.stringify(times))`
  const times = Array.from({ length: 5 }, () =>
    JSON.parse(run(process.execPath, ['--input-type=module', '-e', program], app).trim().split('\n').at(-1)),
  )
  const median = (list) => list.sort((a, b) => a - b)[2]
  const part = median(times.map(([tfjs, own]) => own / tfjs))
  const told = `${entry} ${Math.round(median(times.map(([, own]) => own)))} ms, ${part.toFixed(2)} of tfjs-core`
  if (part > mostRead) throw new Error(`reading takes too long: ${told}, more than ${mostRead}`)
  return told
}

const install = (app, tarball) => {
  const tfjs = ['core', 'backend-cpu', 'backend-wasm', 'backend-webgl'].map((part) => `@tensorflow/tfjs-${part}`)
  const names = [...tfjs, 'fp-ts', 'io-ts', 'fast-check']
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }))
  run('npm', npmInstall(tarball, ...names.map((name) => `${name}@${devDependencies[name]}`)), app)
  if (existsSync(join(app, 'node_modules/@tensorflow/tfjs-layers')))
    throw new Error('tfjs-layers is installed: this would prove nothing')
  done('installed into an empty folder, without tfjs-layers')
}

/** The law suites under the runners that can be installed. */
const testedByLaws = (app) => {
  const runners = [`vitest@${devDependencies.vitest}`, `jest@${jestVersion}`]
  run('npm', npmInstall(...runners), app)
  for (const line of heldByRunners(app)) done(line)
}

// No dependency of this repository: nothing here runs in it but this.
const jestVersion = '30.5.2'

/** A module as one file for a browser, in which everything is resolved. */
const bundle = async (app, entry) => {
  await build({
    configFile: false,
    root: app,
    logLevel: 'error',
    build: { outDir: 'bundle', lib: { entry, formats: ['es'], fileName: () => 'bundle.js' } },
  })
  return readFileSync(join(app, 'bundle/bundle.js'), 'utf8')
}

const ownScript = '<script type="module" src="/code.js"></script>'
const workerScript = '<script type="module">new Worker("/code.js", { type: "module" })</script>'

/** The first line that a page with this code prints, under a Content-Security-Policy if one is given; an error on the
 *  page is an error here. */
const inBrowser = async (code, { policy, body = ownScript } = {}) => {
  const browser = await chromium.launch(await launchOptions())
  try {
    const page = await browser.newPage()
    const line = new Promise((resolve, reject) => {
      page.on('console', (message) => resolve(message.text()))
      page.on('pageerror', reject)
      setTimeout(() => reject(new Error('the page printed nothing for a minute')), 60_000).unref()
    })
    const headers = policy === undefined ? {} : { 'Content-Security-Policy': policy }
    await page.route('http://app.test/**', (route) =>
      route.fulfill(
        new URL(route.request().url()).pathname === '/'
          ? { contentType: 'text/html', headers, body }
          : { contentType: 'text/javascript', body: code },
      ),
    )
    await page.goto('http://app.test/')
    return await line
  } finally {
    await browser.close()
  }
}

/** The same bits where a policy allows no WebAssembly: JavaScript takes over, and says so. */
const underPolicy = async (code) => {
  const [free, bound] = await Promise.all([inBrowser(code), inBrowser(code, { policy: "default-src 'self'" })]).then(
    (lines) => lines.map((line) => JSON.parse(line)),
  )
  if (!free.allowed || bound.allowed)
    throw new Error(
      `the policy should forbid WebAssembly, and nothing else: ${JSON.stringify([free.allowed, bound.allowed])}`,
    )
  if (!/JavaScript/.test(bound.why) || free.why === bound.why)
    throw new Error(`JavaScript should take over: "${free.why}", then "${bound.why}"`)
  if (free.bits.length !== 8002 || JSON.stringify(free.bits) !== JSON.stringify(bound.bits))
    throw new Error('the policy changes numbers')
  done(
    `in a browser whose policy forbids WebAssembly: "${bound.why}", the same ${bound.bits.length} numbers bit for bit`,
  )
}

const folder = mkdtempSync(join(tmpdir(), 'polyak-smoke-'))
try {
  const app = join(folder, 'app')
  mkdirSync(app)
  install(app, pack(folder))
  for (const file of readdirSync(join(here, 'app'))) copyFileSync(join(here, 'app', file), join(app, file))
  done(run(process.execPath, ['gradients.js'], app).trim())
  done(run(process.execPath, ['use.js'], app).trim())
  typed(app)
  await landed(app)
  shownWhenThrown(app)
  done(
    `read after tfjs-core: ${['polyak', 'polyak/core'].map((entry) => read(app, entry)).join(', ')} of the processor`,
  )
  testedByLaws(app)
  for (const line of await heldByRuntimes(app)) done(line)
  done(`bundled by vite, in a browser: ${await inBrowser(await bundle(app, 'gradients.js'))}`)
  done(`in a worker of a browser: ${await inBrowser(await bundle(app, 'onGpu.js'), { body: workerScript })}`)
  await underPolicy(await bundle(app, 'policy.js'))
  for (const line of await bundles(app, async (entry) => inBrowser(await bundle(app, entry)))) done(line)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log('smoke test passed')

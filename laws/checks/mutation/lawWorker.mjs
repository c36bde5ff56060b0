// One process of `npm run mutation -- laws`: runs the laws that it is told to on one changed file after the other.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { lawFiles, root, told, worlds } from '../suites/world.mjs'
import { changed } from './mutants.mjs'
import { sourcesOf } from './sources.mjs'

process.on('unhandledRejection', () => undefined) // of a changed file: its law has failed
const folder = process.argv[2]
const seed = Number(process.argv[3])
const { loaded, from } = await worlds({ seed })
const { lawsOf } = from('laws/Suite.ts')
const { checkLaw } = from('laws/checkLaws.ts')
const sources = sourcesOf(folder)
const say = (message) => new Promise((resolve) => process.send(message, resolve))

/** Each law of each suite with a name that lasts. */
const placedIn = (found) =>
  found.flatMap(({ file, index, suite, options, exported }) =>
    lawsOf(suite).flatMap((placed, i) =>
      placed.law.name in (options.except ?? {})
        ? []
        : [{ id: `${file}#${index}.${i}`, file, suite: `${file}#${index}`, exported, options, placed }],
    ),
  )
const holds = async ({ placed, options }) => {
  const { except: _, ...rest } = options
  return (await checkLaw(placed, { ...rest, shrink: false, seed })())._tag === 'Right'
}

/** Which places each law reaches, and how long it takes. */
const dry = async ({ part, parts }) => {
  const patched = new Map(sources.map(({ path, marked }) => [path, marked]))
  const sets = { modules: {}, files: {}, suites: {} }
  const stray = new Set()
  let now = stray
  globalThis.$reached = (site) => void now.add(site)
  const found = loaded(lawFiles(`src/${folder}`), {
    patched,
    onFile: (file) => {
      now = sets.files[file] = new Set()
    },
    onSuite: ({ file, index }) => {
      // what was reached since the suite before belongs to this one; before the first, to the file
      if (index > 0) sets.suites[`${file}#${index}`] = now
      now = new Set()
    },
    around: (path, run) => {
      if (path.endsWith('.test.ts')) return run()
      const before = now
      now = sets.modules[told(path)] = new Set()
      try {
        return run()
      } finally {
        now = before
      }
    },
  })
  const laws = []
  const all = placedIn(found)
  for (const [i, one] of all.entries()) {
    if (i % parts !== part) continue
    now = new Set()
    const start = performance.now()
    const held = await holds(one)
    laws.push({
      id: one.id,
      suite: one.suite,
      file: one.file,
      exported: one.exported,
      law: one.placed.law.name,
      ms: Math.round(performance.now() - start),
      held,
      sites: [...now],
    })
    if (laws.length % 20 === 0) await say({ kind: 'alive' })
  }
  const plain = (record) => Object.fromEntries(Object.entries(record).map(([key, set]) => [key, [...set]]))
  await say({
    kind: 'dry',
    laws,
    modules: plain(sets.modules),
    files: plain(sets.files),
    suites: plain(sets.suites),
  })
}

/** What the laws say to one change. */
const judge = async ({ mutant, laws, bail }) => {
  const path = join(root, mutant.file)
  const patched = new Map([[path, changed(readFileSync(path, 'utf8'), mutant)]])
  const wanted = new Set(laws.map(({ file }) => file))
  const by = []
  let asked = 0
  const done = (status) => say({ kind: 'judged', status, by, asked })
  let known
  try {
    const files = lawFiles(`src/${folder}`).filter((file) => wanted.has(told(file)))
    known = new Map(placedIn(loaded(files, { patched })).map((one) => [one.id, one]))
  } catch (cause) {
    by.push({ exported: 'at once', law: String(cause?.message ?? cause).slice(0, 80) })
    return done('killed')
  }
  const fallen = new Set()
  for (const { id, suite, exported, law, ms } of laws) {
    if (fallen.has(suite)) continue
    const one = known.get(id)
    asked++
    if (asked % 5 === 1 || ms > 200) await say({ kind: 'law', id, exported, law, ms })
    if (one !== undefined && (await holds(one).catch(() => false))) continue
    by.push({ exported, law })
    fallen.add(suite)
    if (bail) break
  }
  return done(by.length > 0 ? 'killed' : 'survived')
}

process.on('message', (message) => {
  const work = message.kind === 'dry' ? dry(message) : judge(message)
  work.catch((cause) => say({ kind: 'broken', cause: String(cause?.stack ?? cause) }))
})
await say({ kind: 'ready' })

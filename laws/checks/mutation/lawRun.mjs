// What the exported suites alone notice: `npm run mutation -- laws FOLDER [--workers 2] [--sample 0.1] [--seed 1]
// [--minutes 30] [--bail] [--fine] [--only words,of,paths] [--report]`. Each small change of a file of src/FOLDER is judged by the suites that
// src/FOLDER's own tests bind; the suites and what they are made of stay as they are. Results are kept in .bench/mutation and
// a run goes on where the last one ended: killed ones stay so while their file is the same, others are asked again when
// the laws have changed. `--bail` stops at the first suite that notices: a score in all, and none by suite.
// `--again` asks only those that lived before. `--fine` leaves out dropped members, arguments and calls, which mostly crash.
// `--suites` asks each suite by itself about the files that it is for (subjects.json), then those that share the file, then
// the general ones, which anybody binds beside: its results are kept apart.
import { fork } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { filesUnder, optionOf, root, sha } from '../suites/world.mjs'
import { sourcesOf } from './sources.mjs'

const worker = fileURLToPath(new URL('lawWorker.mjs', import.meta.url))
const home = join(root, '.bench/mutation')
const subjects = JSON.parse(readFileSync(new URL('subjects.json', import.meta.url), 'utf8'))
/** What anybody binds beside: the laws of all, the refusals of one's own, and a rule of one's own. */
const general = [
  'transformationLaws',
  'refusalLaws',
  'constructorLaws',
  'followsFormula',
  'followsHistory',
  'followsRule',
  'followsWholeRule',
  'sameTraining',
]
const equivalents = JSON.parse(readFileSync(new URL('equivalent.json', import.meta.url), 'utf8'))

/** Kinds that laws are asked about. Defaults and words are counted only: no law knows which number is usual. */
const judged = ['behaviour', 'refusals']
/** Changes that mostly crash: told apart, since they are noticed too easily to say much. */
const crude = /^(member dropped|argument dropped|without \w+)$/

/** Why a change changes nothing that anyone could see, where that was found. */
const whyEquivalent = (source, mutant) => {
  const line = source.text.split('\n')[mutant.line - 1]?.trim()
  return equivalents.find(
    ({ file, in: within, operator, from, to }) =>
      mutant.file === file &&
      (within === undefined || line === within) &&
      (operator === undefined || operator === mutant.operator) &&
      (from === undefined || from === mutant.from) &&
      (to === undefined || to === mutant.to),
  )?.why
}

export const runLaws = async (words) => {
  const folder = words[0]
  if (folder === undefined || folder.startsWith('--') || !existsSync(join(root, 'src', folder)))
    throw new Error('mutation: name a folder of src, e.g. npm run mutation -- laws averaging')
  const number = (name, otherwise) => Number(optionOf(words, name, otherwise))
  const workers = number('workers', Math.max(1, availableParallelism() - 1))
  const [sample, seed, minutes] = [number('sample', 1), number('seed', 1), number('minutes', 30)]
  const only = optionOf(words, 'only', '').split(',')
  const [bySuite, fine, again] = ['--suites', '--fine', '--again'].map((word) => words.includes(word))
  const bail = bySuite || words.includes('--bail')
  mkdirSync(home, { recursive: true })

  const sources = sourcesOf(folder)
  const all = sources.flatMap((source) =>
    source.mutants.map((mutant) => ({
      ...mutant,
      key: sha(`${source.text} ${mutant.start} ${mutant.end} ${mutant.to}`),
      equivalent: whyEquivalent(source, mutant),
    })),
  )
  const judgedOnes = all.filter(
    ({ kind, key, equivalent, file, operator }) =>
      judged.includes(kind) &&
      equivalent === undefined &&
      !(fine && crude.test(operator)) &&
      only.some((word) => file.includes(word)) &&
      Number.parseInt(sha(`${seed} ${key}`).slice(0, 8), 16) < sample * 2 ** 32,
  )
  const chosen = bySuite ? judgedOnes.flatMap(forSuites) : judgedOnes
  const text = filesUnder('src', (name) => name.endsWith('.ts'))
    .concat(filesUnder('laws', (name) => name.endsWith('.ts')))
    .filter((path) => !path.includes('checks'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('')
  const laws = sha(text)

  const kept = join(home, `${bySuite ? 'suites' : 'laws'}-${folder}.jsonl`)
  const results = new Map()
  if (existsSync(kept))
    for (const line of readFileSync(kept, 'utf8').split('\n').filter(Boolean)) {
      const one = JSON.parse(line)
      results.set(one.key, one)
    }
  const answered = ({ key }) => {
    const one = results.get(key)
    return one !== undefined && (one.status === 'killed' ? bail || !one.bail : one.laws === laws)
  }
  // In no order of files: what is asked before time is up is a sample, too.
  const open = chosen
    .filter((mutant) => !answered(mutant) && (!again || results.has(mutant.key)))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
  const report = () => (bySuite ? toldBySuite : told)({ folder, chosen, all, results, sample })
  if (words.includes('--report') || open.length === 0) return report()

  const pool = poolOf(folder, workers)
  const map = await reached({ pool, folder, laws, workers })
  const lawsFor = candidates(map, sources)
  let done = 0
  const start = performance.now()
  const end = start + 60_000 * minutes
  const keep = (mutant, answer) => {
    const { key, file, line, operator, kind, from, to, suite } = mutant
    const one = { key, file, line, operator, kind, from, to, suite, laws, ...(bail ? { bail } : {}), ...answer }
    results.set(key, one)
    appendFileSync(kept, `${JSON.stringify(one)}\n`)
    done++
    if (done % 50 === 0)
      console.log(
        `${done} of ${open.length}, ${Math.round((performance.now() - start) / 1000)} s, ` +
          `${[...results.values()].filter(({ status }) => status === 'survived').length} survive so far`,
      )
  }
  const queue = [...open]
  await pool.each(async (ask) => {
    while (queue.length > 0 && performance.now() < end) {
      const mutant = queue.shift()
      const laws = asWanted(mutant, lawsFor(mutant))
      if (laws.length === 0) {
        keep(mutant, { status: 'unreached', by: [], asked: 0 })
        continue
      }
      keep(mutant, await ask({ kind: 'judge', mutant, laws, bail }))
    }
  })
  pool.end()
  if (queue.length > 0) console.log(`\ntime is up: ${queue.length} are left. Run it again to go on.`)
  return report()
}

/** The suites that a file is for. */
const suitesFor = (path) =>
  Object.entries(subjects).flatMap(([suite, files]) =>
    files.some((file) => path.startsWith(`src/${file}`)) ? suite : [],
  )

/** A change once for each suite that its file is for. */
const forSuites = (mutant) =>
  mutant.kind === 'behaviour'
    ? suitesFor(mutant.file).map((suite, _, all) => ({
        ...mutant,
        suite,
        key: sha(`${mutant.key} ${suite} of ${all.join()}`),
      }))
    : []

/** The laws of a suite, then of those that share the file, then the general ones; all laws where no suite is asked for. */
const asWanted = ({ suite, file }, laws) => {
  if (suite === undefined) return laws
  const order = [...new Set([suite, ...suitesFor(file), ...general])]
  return order.flatMap((wanted) => laws.filter(({ exported }) => exported === wanted))
}

/** Which laws reach which places: asked once for each state of the sources. */
const reached = async ({ pool, folder, laws, workers }) => {
  const kept = join(home, `laws-${folder}.dry.json`)
  if (existsSync(kept)) {
    const found = JSON.parse(readFileSync(kept, 'utf8'))
    if (found.of === laws) return found
  }
  console.log(`src/${folder}: which laws reach what …`)
  const parts = []
  let next = 0
  await pool.each(async (ask) => {
    while (next < workers) parts.push(await ask({ kind: 'dry', part: next++, parts: workers }))
  })
  const found = { of: laws, ...parts[0], laws: parts.flatMap((part) => part.laws) }
  const fallen = found.laws.filter(({ held }) => !held)
  if (fallen.length > 0)
    throw new Error(
      `mutation: without any change do not hold: ${fallen.map(({ id, law }) => `${id} ${law}`).join(', ')}`,
    )
  writeFileSync(kept, JSON.stringify(found))
  console.log(`${found.laws.length} laws, ${Math.round(found.laws.reduce((sum, { ms }) => sum + ms, 0) / 1000)} s`)
  return found
}

/** The laws that a change could break, quick ones first. */
const candidates = ({ laws, modules, files, suites }, sources) => {
  const moduleOf = new Map(sources.flatMap(({ file, mutants }) => mutants.map(({ site }) => [site, file])))
  const known = laws.map((law) => {
    const sites = new Set([...law.sites, ...(suites[law.suite] ?? [])])
    return { ...law, sites, modules: new Set([...sites].map((site) => moduleOf.get(site))) }
  })
  const inModules = Object.fromEntries(Object.entries(modules).map(([file, sites]) => [file, new Set(sites)]))
  const inPlaces = Object.entries(inModules)
  const inFiles = Object.entries(files).map(([file, sites]) => [file, new Set(sites)])
  const near = (some, file) => {
    const nearer = some.filter((law) => law.modules.has(file))
    return nearer.length > 0 ? nearer : some
  }
  return ({ file, site }) => {
    // without a place: code of the module itself
    const whole = site === undefined || (inModules[file]?.has(site) ?? false)
    const found = new Set(known.filter(({ sites }) => sites.has(site)))
    if (whole) for (const law of near(known, file)) found.add(law)
    // code that another module runs when it is read
    for (const [module, sites] of inPlaces)
      if (module !== file && sites.has(site)) for (const law of near(known, module)) found.add(law)
    for (const [test, sites] of inFiles)
      if (sites.has(site))
        for (const law of near(
          known.filter((law) => law.file === test),
          file,
        ))
          found.add(law)
    // what is run once and remembered is told of the law that ran it first alone: others of the file are asked after those
    const further = found.size === 0 ? [] : known.filter((law) => law.modules.has(file) && !found.has(law))
    return [[...found], further]
      .flatMap((some) => some.toSorted((a, b) => a.ms - b.ms))
      .map(({ id, suite, file: test, exported, law, ms }) => ({ id, suite, file: test, exported, law, ms }))
  }
}

/** Processes that are asked one thing at a time. One that does not answer in time is ended. */
const poolOf = (folder, size) => {
  const children = new Set()
  const one = async (work) => {
    let child
    let asked = 0
    const fresh = () =>
      new Promise((resolve, reject) => {
        const made = fork(worker, [folder, '1964'], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
        children.add(made)
        let said = ''
        made.stderr.on('data', (text) => (said = (said + text).slice(-2000)))
        made.once('message', () => resolve(made))
        made.once('exit', (code) => reject(new Error(`mutation: a worker ended with ${code} at its start: ${said}`)))
      })
    const drop = () => {
      children.delete(child)
      child?.removeAllListeners()
      child?.kill('SIGKILL')
      child = undefined
    }
    await work(async (message) => {
      if (child !== undefined && message.kind === 'judge' && ++asked % 200 === 0) drop()
      child ??= await fresh()
      return new Promise((resolve, reject) => {
        let timer
        let last
        const answer = (value) => {
          clearTimeout(timer)
          child?.removeAllListeners()
          resolve(value)
        }
        const wait = (ms) => {
          clearTimeout(timer)
          timer = setTimeout(() => {
            drop()
            answer({
              status: 'killed',
              by: [{ exported: last?.exported ?? 'at once', law: `${last?.law ?? 'start'} without an end` }],
              asked: 0,
            })
          }, ms)
        }
        wait(message.kind === 'dry' ? 600_000 : 30_000)
        child.removeAllListeners()
        child.on('message', (said) => {
          if (said.kind === 'alive') wait(600_000)
          else if (said.kind === 'law') {
            last = said
            wait(30_000 + 10 * said.ms)
          } else if (said.kind === 'broken') {
            clearTimeout(timer)
            reject(new Error(said.cause))
          } else {
            const { kind: _, ...rest } = said
            answer(rest)
          }
        })
        child.on('exit', () => {
          child = undefined
          if (message.kind === 'dry') reject(new Error('mutation: a worker died'))
          else
            answer({
              status: 'killed',
              by: [{ exported: last?.exported ?? 'at once', law: 'the process died' }],
              asked: 0,
            })
        })
        child.send(message)
      })
    })
    drop()
  }
  return {
    each: (work) => Promise.all(Array.from({ length: size }, () => one(work))),
    end: () => {
      for (const child of children) child.kill('SIGKILL')
    },
  }
}

const sorted = (texts) => [...texts].toSorted((a, b) => a.localeCompare(b))
const percent = (part, of) => (of === 0 ? '   –' : `${((100 * part) / of).toFixed(1).padStart(5)} %`)

const told = ({ folder, chosen, all, results, sample }) => {
  const answers = chosen.flatMap((mutant) => {
    const one = results.get(mutant.key)
    return one === undefined ? [] : [{ ...one, site: mutant.site }]
  })
  const count = (some, status) => some.filter((one) => one.status === status).length
  const row = (name, some) =>
    `${name.padEnd(56)} ${String(count(some, 'killed')).padStart(5)} of ${String(some.length).padStart(5)} ${percent(count(some, 'killed'), some.length)}` +
    (count(some, 'unreached') > 0 ? `   ${count(some, 'unreached')} reached by no law` : '')
  const of = (kind) => answers.filter((one) => one.kind === kind)
  const behaviour = of('behaviour')
  console.log(
    `\nsrc/${folder}${sample < 1 ? `, a sample of ${100 * sample} %` : ''}: ${answers.length} of ${chosen.length} asked`,
  )
  console.log('\nby file (behaviour)')
  for (const file of sorted(new Set(behaviour.map((one) => one.file))))
    console.log(
      row(
        file.replace(/^src\//, ''),
        behaviour.filter((one) => one.file === file),
      ),
    )
  const suites = sorted(new Set(behaviour.flatMap(({ by }) => by.map(({ exported }) => exported))))
  console.log('\nby suite: how many it notices, and how many no other does')
  for (const suite of suites) {
    const noticed = behaviour.filter(({ by }) => by.some(({ exported }) => exported === suite))
    const alone = noticed.filter(({ by }) => by.every(({ exported }) => exported === suite))
    console.log(`${suite.padEnd(56)} ${String(noticed.length).padStart(5)} ${String(alone.length).padStart(5)}`)
  }
  console.log('')
  console.log(row('behaviour', behaviour))
  console.log(
    row(
      '  of these, without dropped members, arguments and calls',
      behaviour.filter(({ operator }) => !crude.test(operator)),
    ),
  )
  console.log(row('refusals', of('refusals')))
  const rest = (kind) => all.filter((mutant) => mutant.kind === kind).length
  console.log(
    `not judged: ${rest('words')} words, ${rest('defaults')} usual numbers, ${all.filter(({ equivalent }) => equivalent !== undefined).length} equivalent`,
  )
  const living = answers.filter(({ status }) => status !== 'killed')
  const list = join(home, `laws-${folder}.survivors.txt`)
  writeFileSync(
    list,
    living
      .toSorted((a, b) => a.kind.localeCompare(b.kind) || a.file.localeCompare(b.file) || a.line - b.line)
      .map(
        ({ kind, status, file, line, operator, from, to }) =>
          `${kind} ${status} ${file}:${line} ${operator}: ${flat(from)} → ${flat(to) || 'nothing'}`,
      )
      .join('\n'),
  )
  console.log(`${living.length} survive: ${list}`)
}

const toldBySuite = ({ folder, chosen, results, sample }) => {
  const answers = chosen.flatMap(({ key }) => results.get(key) ?? [])
  const noticedBy = ({ status, by, suite }) => {
    if (status !== 'killed') return 'nobody'
    const [{ exported }] = by
    return exported === suite || exported === 'at once' ? 'itself' : general.includes(exported) ? 'general' : 'another'
  }
  console.log(
    `\nsrc/${folder}${sample < 1 ? `, a sample of ${100 * sample} %` : ''}: behaviour, each suite on what it is for, less what ` +
      `those notice that share the file; by itself, and with ${general.join(', ')} beside it`,
  )
  for (const suite of sorted(new Set(answers.map((one) => one.suite)))) {
    const own = answers.filter((one) => one.suite === suite).map(noticedBy)
    const count = (who) => own.filter((one) => one === who).length
    const [itself, beside, of] = [count('itself'), count('general'), own.length - count('another')]
    console.log(
      `${suite.padEnd(28)} ${String(itself).padStart(5)} of ${String(of).padStart(5)} ${percent(itself, of)} ` +
        percent(itself + beside, of),
    )
  }
  const lived = answers.filter((one) => !['itself', 'another'].includes(noticedBy(one)))
  const list = join(home, `suites-${folder}.survivors.txt`)
  const lines = lived.map(
    (one) =>
      `${one.suite}, noticed by ${noticedBy(one)}: ${one.file}:${one.line} ${one.operator}: ${flat(one.from)} → ${flat(one.to) || 'nothing'}`,
  )
  writeFileSync(list, lines.join('\n'))
  console.log(`${lines.length} survive: ${list}`)
}

const flat = (text) => text.replaceAll(/\s+/g, ' ').slice(0, 120)

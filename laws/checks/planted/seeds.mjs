// Looks for false alarms: every suite that the library's own tests bind, with other seeds than theirs.
// `node laws/checks/planted/seeds.mjs [--seeds 30] [--first 1] [--backend cpu|wasm] [--workers 2] [--seconds 540] [--only
// words,of,files]`, from the package's root. No new part is begun after so many seconds; then it says what is left out. The table at its end has
// a row for each suite; each failure is told when it is found, with what replays it. Ends with 1 where there was one.
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { lawFiles, optionOf, wordsOf, worlds } from '../suites/world.mjs'

const words = wordsOf()
const number = (name, otherwise) => Number(optionOf(words, name, otherwise))
const backend = optionOf(words, 'backend', 'cpu')
const only = optionOf(words, 'only', '').split(',')
const files = lawFiles('src').filter((file) => only.some((word) => file.includes(word)))
/** So many parts each seed's laws are dealt into. */
const parts = 8

const worker = async () => {
  process.on('unhandledRejection', () => undefined) // its law has failed
  const { loaded, from } = await worlds({ backend })
  const { lawsOf } = from('laws/Suite.ts')
  const { checkLaw } = from('laws/checkLaws.ts')
  const { failureText } = from('laws/failureText.ts')
  const run = async ({ seed, part }) => {
    const rows = {}
    const failures = []
    const all = loaded(files).flatMap(({ suite, options, exported, file }) =>
      lawsOf(suite).flatMap((placed) =>
        placed.law.name in (options.except ?? {}) ? [] : [{ placed, options, exported, file }],
      ),
    )
    for (const [i, { placed, options, exported, file }] of all.entries()) {
      if (i % parts !== part) continue
      const { except: _, ...rest } = options
      const start = performance.now()
      const found = await checkLaw(placed, { ...rest, seed })()
      const row = (rows[exported] ??= { laws: 0, cases: 0, ms: 0, alarms: 0 })
      row.laws++
      row.ms += performance.now() - start
      if (found._tag === 'Right') row.cases += found.right
      else {
        row.alarms++
        failures.push(`seed ${seed}, ${backend}, ${file}, ${exported}\n${failureText(found.left)}`)
      }
    }
    return { rows, failures }
  }
  process.on('message', (unit) => {
    void run(unit).then(
      (answer) => process.send(answer),
      (cause) => process.send({ broken: String(cause?.stack ?? cause) }),
    )
  })
  process.send({})
}

const main = async () => {
  const [first, seeds, seconds] = [number('first', 1), number('seeds', 30), number('seconds', 100_000)]
  const workers = number('workers', Math.max(1, availableParallelism() - 1))
  const start = performance.now()
  const queue = Array.from({ length: seeds }, (_, s) =>
    Array.from({ length: parts }, (__, part) => ({ seed: first + s, part })),
  ).flat()
  const rows = {}
  let [alarms, done] = [0, 0]
  const take = ({ rows: some, failures, broken }) => {
    if (broken !== undefined) throw new Error(broken)
    for (const failure of failures) console.log(`\n${failure}`)
    alarms += failures.length
    for (const [exported, row] of Object.entries(some)) {
      const sum = (rows[exported] ??= { laws: 0, cases: 0, ms: 0, alarms: 0 })
      for (const key of Object.keys(row)) sum[key] += row[key]
    }
    if (++done % (5 * parts) === 0)
      console.log(
        `${done / parts} seeds of ${seeds}, ${Math.round((performance.now() - start) / 1000)} s, ${alarms} alarms`,
      )
  }
  const answerOf = (child) =>
    new Promise((resolve, reject) => {
      child.once('message', resolve)
      child.once('exit', (code) => reject(new Error(`seeds: a worker ended with ${code}`)))
    })
  await Promise.all(
    Array.from({ length: Math.min(workers, queue.length) }, async () => {
      const child = fork(fileURLToPath(import.meta.url), [...words, '--worker'], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      })
      await answerOf(child)
      while (queue.length > 0 && performance.now() - start < 1000 * seconds) {
        const unit = queue.shift()
        child.send(unit)
        take(await answerOf(child))
        child.removeAllListeners()
      }
      child.kill()
    }),
  )
  console.log(`\n${'suite'.padEnd(28)} ${'laws'.padStart(8)} ${'cases'.padStart(10)} ${'s'.padStart(7)}  false alarms`)
  const told = (name, { laws, cases, ms, alarms: found }) =>
    console.log(
      `${name.padEnd(28)} ${String(laws).padStart(8)} ${String(cases).padStart(10)} ${(ms / 1000).toFixed(1).padStart(7)}  ${found}`,
    )
  for (const name of Object.keys(rows).toSorted()) told(name, rows[name])
  told(
    'in all',
    Object.values(rows).reduce(
      (sum, row) => Object.fromEntries(Object.keys(sum).map((key) => [key, sum[key] + row[key]])),
      { laws: 0, cases: 0, ms: 0, alarms: 0 },
    ),
  )
  console.log(
    `${backend}, seeds ${first} to ${first + seeds - 1}: ${alarms} false alarms, ${Math.round((performance.now() - start) / 1000)} s` +
      (queue.length > 0 ? `; ${queue.length} of ${seeds * parts} parts left out, for time was up` : ''),
  )
  process.exit(alarms > 0 ? 1 : 0)
}

await (words.includes('--worker') ? worker() : main())

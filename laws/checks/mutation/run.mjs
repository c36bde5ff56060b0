// How many planted changes of the code the tests notice: `npm run mutation -- [folder of src …]`, from the package's
// root. An hour or two on two cores for all. Changes of what runs once, when a module is loaded, are left out: each
// would need a process of its own. Works in a copy, so that Stryker and what it needs are no dependency of the package.
// Results are kept there: the next run asks only what has changed. `npm run mutation -- laws FOLDER` asks what the
// exported suites alone notice: see lawRun.mjs.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

if (process.argv[2] === 'laws') {
  await (await import('./lawRun.mjs')).runLaws(process.argv.slice(3))
  process.exit(0)
}

const root = fileURLToPath(new URL('../../..', import.meta.url))
const copy = join(tmpdir(), 'polyak-mutation')
const all = ['state', 'averaging', 'transforms', 'combinators', 'equation']
const asked = process.argv.slice(2)
const unknown = asked.find((folder) => !existsSync(join(root, 'src', folder)))
if (unknown !== undefined)
  throw new Error(
    `mutation: there is no folder src/${unknown}. Name folders of src, e.g. npm run mutation -- state averaging`,
  )

const run = (command, argv) => execFileSync(command, argv, { cwd: copy, stdio: 'inherit' })

mkdirSync(copy, { recursive: true })
for (const name of [
  'src',
  'laws',
  'examples',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'vitest.config.ts',
]) {
  rmSync(join(copy, name), { recursive: true, force: true })
  cpSync(join(root, name), join(copy, name), { recursive: true, filter: (path) => !path.includes('node_modules') })
}
if (!existsSync(join(copy, 'node_modules/@stryker-mutator/core'))) {
  run('npm', ['ci'])
  run('npm', ['install', '--no-save', '@stryker-mutator/core@9.6.1', '@stryker-mutator/vitest-runner@9.6.1'])
}
const folders = asked.length > 0 ? asked : all
run('npx', [
  'stryker',
  'run',
  'laws/checks/mutation/stryker.config.json',
  '--mutate',
  [...folders.map((folder) => `src/${folder}/**/*.ts`), '!src/**/*.test.ts', '!src/**/*.test-d.ts'].join(','),
])

const { files } = JSON.parse(readFileSync(join(copy, '.bench/mutation.json'), 'utf8'))
const counted = (folder) => {
  const mutants = Object.entries(files).flatMap(([file, { mutants: found }]) =>
    file.startsWith(`src/${folder}/`) ? found : [],
  )
  const count = (...states) => mutants.filter(({ status }) => states.includes(status)).length
  return { noticed: count('Killed', 'Timeout'), missed: count('Survived', 'NoCoverage') }
}
const told = (name, { noticed, missed }) =>
  console.log(
    `${name.padEnd(14)} ${String(noticed).padStart(5)} of ${String(noticed + missed).padStart(5)} noticed: ${((100 * noticed) / (noticed + missed)).toFixed(1)} %`,
  )
const rows = folders.map((folder) => [`src/${folder}`, counted(folder)])
console.log('')
rows.forEach(([name, row]) => told(name, row))
told(
  'in all',
  rows.reduce((sum, [, row]) => ({ noticed: sum.noticed + row.noticed, missed: sum.missed + row.missed }), {
    noticed: 0,
    missed: 0,
  }),
)

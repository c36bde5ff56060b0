// Kills processes that save, and looks at what is left: `npm run kills -- [--kills 1000] [--workers 8]`, from the
// package's root. On Linux it runs in a name space of its own, if it may, so that a disk can be full.
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

const rest = process.argv.slice(2)
const option = (word, otherwise) =>
  Number((rest.includes(word) ? rest[rest.indexOf(word) + 1] : undefined) ?? otherwise)
const own = ['--user', '--map-root-user', '--mount']
const outDir = '.bench/kills'

if (!rest.includes('--inside')) {
  for (const name of ['kills', 'savingProgram'])
    await build({
      configFile: false,
      logLevel: 'error',
      // each kill starts a saver: one file loads in half the time of its packages
      ssr: { noExternal: true },
      build: { ssr: `laws/checks/killed/${name}.ts`, outDir: `${outDir}/${name}`, emptyOutDir: true, target: 'node20' },
    })
  const words = [process.execPath, fileURLToPath(import.meta.url), '--inside', ...rest]
  const [command, ...args] = spawnSync('unshare', [...own, 'true']).status === 0 ? ['unshare', ...own, ...words] : words
  process.exitCode = spawnSync(command, args, { stdio: 'inherit' }).status ?? 1
} else {
  const { killed, killsTable, total } = await import(pathToFileURL(`${outDir}/kills/kills.js`).href)
  const kills = option('--kills', 100)
  const workers = option('--workers', Math.ceil(cpus().length / 2))
  const begun = performance.now()
  const seconds = () => `${((performance.now() - begun) / 1000).toFixed(0)} s`
  let rounds = 0
  const rows = await killed({
    program: `${outDir}/savingProgram/savingProgram.js`,
    kills,
    workers,
    killed: (soFar) => {
      rounds++
      if (rounds % Math.ceil(kills / 20) !== 0) return
      const { kills: many, lost, torn } = total(soFar)
      console.log(`  ${rounds} of ${kills} rounds, ${seconds()}: ${many} kills, ${lost} lost, ${torn} torn`)
    },
  })
  const { text, well } = killsTable(rows)
  console.log(`${text}\n${seconds()}, ${workers} at once`)
  process.exitCode = well ? 0 : 1
}

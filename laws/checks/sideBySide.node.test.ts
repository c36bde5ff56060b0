import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const program = fileURLToPath(new URL('sideBySide.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'side-by-side-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A command that says something and ends so. */
const ending = (says: string, code: number): string => {
  const path = join(folder, `${says}.mjs`)
  writeFileSync(path, `console.log(['${says}', ...process.argv.slice(2)].join(' '))\nprocess.exitCode = ${code}\n`)
  return `${process.execPath} ${path}`
}

const run = (first: string, second: string, words: readonly string[] = []) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, first, second, ...words], {
    encoding: 'utf8',
  })
  return { status, stdout, told: [...stderr.matchAll(/^(?:types|\S.*FAILED)/gm)].length }
}

test('it fails if either does; complaints of the first are told at once and at the end; words go to the second', () => {
  const [well, wrong] = [ending('well', 0), ending('types', 2)]
  expect(run(well, ending('tests', 0), ['-t', 'one'])).toEqual({ status: 0, stdout: 'tests -t one\n', told: 0 })
  expect(run(well, ending('broken', 1))).toMatchObject({ status: 1, stdout: 'broken\n' })
  expect(run(wrong, ending('passed', 0))).toEqual({ status: 2, stdout: 'passed\n', told: 4 })
  expect(run(wrong, ending('failed', 1))).toMatchObject({ status: 2, stdout: 'failed\n', told: 4 })
})

test('whoever ends it ends both', async () => {
  const path = join(folder, 'forever.mjs')
  writeFileSync(path, `console.log(process.pid)\nsetInterval(() => {}, 1000)\n`)
  const forever = `${process.execPath} ${path}`
  const child = spawn(process.execPath, [program, forever, forever], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [pid] = await once(child.stdout, 'data')
  child.kill('SIGTERM')
  await once(child, 'exit')
  expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH')
}, 20_000)

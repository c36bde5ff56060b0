// The laws as tests of a user's project, under several runners: each must pass a right optimizer and refuse a wrong one,
// with both sides and a small case, and show a law that is left out as skipped.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

const spawned = (app, argv) =>
  spawnSync(process.execPath, argv, { cwd: app, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })

/** What jest and vitest write as JSON: a suite, a status and messages for each test. */
const fromJson = (path) =>
  JSON.parse(readFileSync(path, 'utf8')).testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ ancestorTitles, status, failureMessages }) => ({
      suite: ancestorTitles[0],
      status: status === 'pending' ? 'skipped' : status,
      message: failureMessages.join('\n'),
    })),
  )

/** What node:test writes as TAP: a suite comes after its tests, which stand further in, each with what it says below. */
const fromTap = (text) => {
  const tests = []
  let inner = []
  for (const line of text.split('\n')) {
    const [, indent, not, title, directive] = /^( *)(not )?ok \d+ - (.*?)( # SKIP.*)?$/.exec(line) ?? []
    if (indent === undefined) inner.at(-1)?.lines.push(line)
    else if (indent === '') {
      tests.push(...inner.map(({ status, lines }) => ({ suite: title, status, message: lines.join('\n') })))
      inner = []
    } else inner.push({ status: directive ? 'skipped' : not ? 'failed' : 'passed', lines: [] })
  }
  return tests
}

const runners = {
  vitest: (app) => {
    const path = join(app, 'vitest.json')
    const argv = ['node_modules/vitest/vitest.mjs', 'run', 'vitest.test.js', '--reporter=json', `--outputFile=${path}`]
    return { ...spawned(app, argv), tests: () => fromJson(path) }
  },
  jest: (app) => {
    const path = join(app, 'jest.json')
    const argv = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', 'jest.test.js', '--json']
    return { ...spawned(app, [...argv, `--outputFile=${path}`]), tests: () => fromJson(path) }
  },
  'node:test': (app) => {
    const ran = spawned(app, ['--test-reporter=tap', 'node.test.js'])
    return { ...ran, tests: () => fromTap(ran.stdout) }
  },
}

const refusal = /"finite" does not hold[\s\S]*\n\s+for [\s\S]*left side[\s\S]*NaN[\s\S]*right side/

/** Throws where a runner does not tell right from wrong; else says how each did, and what the first said of the wrong. */
export const heldByRunners = (app) => {
  const said = []
  const lines = Object.entries(runners).map(([name, run]) => {
    const { status, stdout, stderr, tests } = run(app)
    const report = `${stdout}${stderr}`
    const found = status === 0 ? [] : tests()
    const of = (suite, wanted) => found.filter((one) => one.suite === suite && one.status === wanted)
    const [right, wrong] = ['transformation right()', 'transformation wrong()']
    const passed = of(right, 'passed').length
    const refused = of(wrong, 'failed').find(({ message }) => refusal.test(message))
    if (passed < 12 || of(right, 'failed').length > 0 || refused === undefined || of(wrong, 'skipped').length !== 1)
      throw new Error(`${name} should pass the right optimizer, refuse the wrong one and skip a law:\n${report}`)
    said.push(refused.message)
    return `${name}: the right optimizer passes ${passed} laws, the wrong one fails, a law left out shows as skipped`
  })
  const [message] = said
  const from = message.indexOf('structure and purity')
  return [
    ...lines,
    ...message
      .slice(from)
      .split('\n')
      .slice(0, 7)
      .map((line) => `    ${line}`),
  ]
}

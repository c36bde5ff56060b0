import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { coverageFile, coverageRows, exportedNames, missingExports } from './coverage.js'

describe('the table of optax symbols', () => {
  it('names exports that exist', () => {
    const names = exportedNames()
    expect(names.size).toBeGreaterThan(150)
    expect(missingExports(names)).toEqual([])
  })

  it('stands in COVERAGE.md as the code has it', () => {
    const rows = readFileSync(coverageFile, 'utf8')
      .split('\n')
      .filter((line) => /^\| .*`/.test(line) && line.split('|').length === 7)
    expect(rows.map((line) => `${line.split('|').slice(0, 5).join('|')}|`)).toEqual(coverageRows())
  })
})

/** What stands in code spans and is an option, an extra or a method. */
const options = [
  'init',
  'update',
  'extra',
  'value',
  'valueFn',
  'weightDecay',
  'staticArgs',
  'biasCorrectionNu',
  'eps',
  'key',
]

describe('the answers to what optax users ask for', () => {
  const text = readFileSync(coverageFile.replace('COVERAGE', 'DEMANDS'), 'utf8')

  it('are forty', () => {
    expect([...text.matchAll(/^\| (\d+) \|/gm)].map(([, n]) => Number(n))).toEqual(
      Array.from({ length: 40 }, (_, i) => i + 1),
    )
  })

  it('name functions that exist', () => {
    const names = new Set([...exportedNames(), ...options])
    const named = [...text.matchAll(/`([a-z][A-Za-z0-9]*)(?:\(|`)/g)].map(([, name = '']) => name)
    expect(named.length).toBeGreaterThan(40)
    expect(named.filter((name) => !names.has(name))).toEqual([])
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { conformanceCases } from './conformanceCases.js'
import { undrawn } from './conformanceUndrawn.js'
import { coverageFile, exportedNames, missingExports, refreshedCoverage } from './coverage.js'
import table from './optaxNames.json' with { type: 'json' }
import { optaxSymbols } from './optaxSymbols.js'

describe('the table of optax symbols', () => {
  it('names exports that exist', () => {
    const names = exportedNames()
    expect(names.size).toBeGreaterThan(150)
    expect(missingExports(names)).toEqual([])
  })

  it('has every public name of the real package, once, and a reason where there is nothing', () => {
    const names = Object.entries(table.names).flatMap(([namespace, list]) =>
      namespace === 'optax.tree' ? list.map((name) => (name === 'NamedTupleKey' ? name : `tree_${name}`)) : list,
    )
    expect(table.source).toBe('optax 0.2.8')
    expect(names.length).toBeGreaterThan(450)
    const rows = new Map(optaxSymbols.map((row) => [row.symbol, row]))
    expect([...new Set(names)].filter((name) => !rows.has(name))).toEqual([])
    expect(optaxSymbols.filter(({ ours, note }) => ours === null && note === '')).toEqual([])
    const twice = optaxSymbols.filter(
      ({ section, symbol }, i) => optaxSymbols.findIndex((row) => row.section === section && row.symbol === symbol) < i,
    )
    expect(twice).toEqual([])
  })

  it('is drawn at random against the real package, or compared elsewhere: each function one or the other', () => {
    const functions = new Set(optaxSymbols.flatMap(({ ours }) => (ours !== null && /^[a-z]/.test(ours) ? [ours] : [])))
    const drawn = new Set(Object.keys(conformanceCases))
    const told = new Set(Object.keys(undrawn))
    expect([...functions].filter((name) => !drawn.has(name) && !told.has(name))).toEqual([])
    expect([...told].filter((name) => drawn.has(name) || !functions.has(name))).toEqual([])
  })

  it('stands in COVERAGE.md as the code has it (-u writes it)', async () => {
    const text = readFileSync(coverageFile, 'utf8')
    await expect(refreshedCoverage(text)).toMatchFileSnapshot(join(process.cwd(), coverageFile))
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

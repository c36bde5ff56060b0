import { readdirSync, readFileSync } from 'node:fs'
import { sep } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import * as laws from '../../index.js'
import { changed, mutantsOf } from './mutants.mjs'

const text = [
  'export const near = (a: number, b: number, most = 1): boolean => {',
  "  if (most < 0) throw new RangeError('near: most must be ≥ 0')",
  '  return Math.max(a - b, b - a) <= most && !ignored.includes(a)',
  '}',
  'const ignored = [4, 5]',
  "const told = { readsBack: ignored.length === 2 ? 'both' : undefined }",
].join('\n')

const run = (of: string, inner: string): unknown => {
  const { outputText, diagnostics } = ts.transpileModule(of.replaceAll('export ', ''), { reportDiagnostics: true })
  if (diagnostics?.length) throw new Error(of)
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is this test's own
  return new Function('$reached', `${outputText}; return ${inner}`)
}

test('each change is one of its operators, of its kind, and makes a program', () => {
  const { mutants } = mutantsOf('near.ts', text)
  const told = mutants.map(({ line, kind, from, to }) => `${line} ${kind}: ${from} → ${to}`)
  for (const one of [
    '1 behaviour:  = 1 → ',
    '1 behaviour: 1 → 2',
    '2 refusals: most < 0 → false',
    "2 refusals: throw new RangeError('near: most must be ≥ 0') → ;",
    '2 words: \'near: most must be ≥ 0\' → "other"',
    '3 behaviour: a - b → a + b',
    '3 behaviour: max → min',
    '3 behaviour: Math.max(a - b, b - a) <= most → Math.max(a - b, b - a) < most',
    '3 behaviour: !ignored.includes(a) → ignored.includes(a)',
    '5 behaviour: 4,  → ',
    '5 behaviour: , 5 → ',
    '6 words: ignored.length === 2 → true',
  ])
    expect(told).toContain(one)
  for (const mutant of mutants) expect(() => run(changed(text, mutant), '0')).not.toThrow()
})

test('what is called `checked` has been: it is no refusal', () => {
  const of = (text: string) => mutantsOf('rule.ts', text).mutants.map(({ kind, from }) => `${kind}: ${from}`)
  expect(of('export const checked = { most: 3 }')).toContain('behaviour: 3')
  expect(of('export const checkRange = { most: 3 }')).toContain('refusals: 3')
})

test('a check that is dropped is a refusal that is dropped; marks beside names change nothing', () => {
  const told = mutantsOf(
    'checks.ts',
    "export const sum = (a) => { checkCount('sum', a); gather(a) }\nconst known = knownOnly('sum', { start: true })",
  ).mutants.map(({ kind, from }) => `${kind}: ${from}`)
  expect(told).toContain("refusals: checkCount('sum', a);")
  expect(told).toContain('behaviour: gather(a)')
  expect(told).toContain('words: true')
})

test('the marked text computes the same, and tells each place that is reached', () => {
  const { mutants, marked } = mutantsOf('near.ts', text)
  const reached = new Set<number>()
  const near = (run(marked, 'near') as (f: unknown) => (a: number, b: number) => boolean)((site: number) =>
    reached.add(site),
  )
  reached.clear()
  expect([near(1, 2), near(1, 3), near(4, 4)]).toEqual([true, false, false])
  const places = (line: number) => mutants.filter((one) => one.line === line && reached.has(one.site ?? -1))
  expect(places(3).length).toBeGreaterThan(5)
  expect(places(2).map(({ from }) => from)).toContain('most < 0')
  expect(places(2).map(({ operator }) => operator)).not.toContain('other words') // nothing was thrown
})

test('what is said to change nothing is still there, each with its reason', () => {
  const lost = equivalents.filter(({ file, in: within, operator, from, to, why }) => {
    const source = readFileSync(file, 'utf8')
    const lines = source.split('\n').map((line) => line.trim())
    const { mutants } = mutantsOf(file, source)
    return (
      why.length === 0 ||
      !mutants.some(
        (one) =>
          (within === undefined || lines[one.line - 1] === within) &&
          one.operator === operator &&
          (from === undefined || one.from === from) &&
          (to === undefined || one.to === to),
      )
    )
  })
  expect(lost).toEqual([])
  expect(equivalents.length).toBeGreaterThan(10)
})

test('each suite that is asked by itself is exported, and what it is for is there', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll(sep, '/'))
  const lost = Object.entries(subjects).flatMap(([suite, places]) =>
    suite in laws ? places.filter((place) => !files.some((file) => file.startsWith(place))) : [suite],
  )
  expect(lost).toEqual([])
  expect(Object.keys(subjects).length).toBeGreaterThan(30)
})

interface Equivalent {
  readonly file: string
  readonly in?: string
  readonly operator: string
  readonly from?: string
  readonly to?: string
  readonly why: string
}

const subjects = JSON.parse(readFileSync(new URL('subjects.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, readonly string[]>
> // as it is written there

const equivalents = JSON.parse(
  readFileSync(new URL('equivalent.json', import.meta.url), 'utf8'),
) as readonly Equivalent[] // as it is written there

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byPattern } from './byPattern.js'
import { pathPatterns } from './pathPatterns.js'
import { casesOf } from '../../laws/checks/part.js'

/** What a pattern means, as a regular expression: right, and exponential in its stars. */
const expression = (pattern: string): RegExp => {
  const keys = pattern.split('/')
  const text = keys.map((key, i) => {
    const last = i === keys.length - 1
    if (key === '**') return last ? '.*' : '(?:[^/]+/)*'
    const parts = key.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    return `${parts.join('[^/]*')}${last ? '' : '/'}`
  })
  return new RegExp(`^${text.join('')}$`)
}

const few = fc.constantFrom('a', 'b', 'ab', 'aab', 'ba', 'a.b')
const starred = fc.constantFrom('a', 'ab', '*', '**', '**', 'a*', '*b', 'a*b', '*a*', 'a**b', '***', 'a*a*b', 'a.b')
const paths = fc.array(few, { maxLength: 5 }).map((keys) => keys.join('/'))
const patterns = fc.array(starred, { minLength: 1, maxLength: 5 }).map((keys) => keys.join('/'))

test('each of many patterns matches what its regular expression does', () => {
  fc.assert(
    fc.property(fc.array(patterns, { maxLength: 6 }), paths, (all, path) => {
      expect(pathPatterns(all)(path)).toEqual(all.flatMap((pattern, i) => (expression(pattern).test(path) ? [i] : [])))
    }),
    { numRuns: casesOf(3000) },
  )
})

test('stars without end: an exponential search would not come back', () => {
  const deep = `${'a/'.repeat(60)}b`
  expect(pathPatterns([`${'**/'.repeat(10)}c`, `${'**/a/'.repeat(30)}c`, `${'**/'.repeat(40)}b`])(deep)).toEqual([2])
  expect(pathPatterns([`${'*a'.repeat(40)}*c`, `${'*a'.repeat(40)}*`])('a'.repeat(4000))).toEqual([1])
  expect(pathPatterns([`${'*/**/'.repeat(30)}c`, `${'*/**/'.repeat(30)}*`])(deep)).toEqual([1])
})

test('a key may hold what is special elsewhere', () => {
  expect(pathPatterns(['a.b', 'a?b', '(x)', 'a*\n', '**'])('a\n')).toEqual([3, 4])
  expect(pathPatterns(['a.b', '*'])('axb')).toEqual([1])
  expect(pathPatterns(['*', '**', 'a', 'a/**'])('')).toEqual([0, 1])
})

test('a path is split and a pattern is followed once: 1000 patterns, 2000 leaves', () => {
  const leaf = { shape: [1], dtype: 'float32' }
  const params = Object.fromEntries(
    Array.from({ length: 1000 }, (_, i) => [`layer${i}`, { kernel: leaf, bias: leaf }]),
  ) as unknown as Parameters<ReturnType<typeof byPattern>>[0] // stand-ins, as a combinator gives them
  const groups = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`g${i}`, `layer${i}/**`]))
  let reads = 0
  const { get } = Map.prototype
  // oxlint-disable-next-line no-extend-native -- counted while the test runs, and put back
  Map.prototype.get = function (this: Map<unknown, unknown>, key: unknown) {
    reads++
    return get.call(this, key) as unknown
  }
  try {
    const labels = byPattern(groups)(params)
    expect(labels).toMatchObject({ layer7: { kernel: 'g7', bias: 'g7' } })
  } finally {
    // oxlint-disable-next-line no-extend-native -- counted while the test runs, and put back
    Map.prototype.get = get
  }
  expect(reads).toBeLessThan(20 * (1000 + 2000)) // one by one there are 10 million
})

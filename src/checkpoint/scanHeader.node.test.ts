import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanHeader } from './scanHeader.js'

const limits = (maxDepth: number, maxKeys = 1000) => ({ maxDepth, maxKeys })

describe('scanHeader', () => {
  it('finds keys given twice, however they are written, by path', () => {
    expect(scanHeader('{"a":1,"\\u0061":2}', limits(3)).duplicates).toEqual([['a']])
    expect(scanHeader('{"x":{"dtype":"F32","shape":[1],"dtype":"I32"},"x":0}', limits(3)).duplicates).toEqual([
      ['x', 'dtype'],
      ['x'],
    ])
    expect(scanHeader('{"__proto__":1,"constructor":2}', limits(3)).duplicates).toEqual([])
  })

  it('takes no value for a key', () => {
    expect(scanHeader('{"a":"a","b":["a","a"],"c":{"a":"b"}}', limits(3)).duplicates).toEqual([])
    expect(scanHeader('{"a":"\\"b\\":{","b":1}', limits(3))).toEqual({
      depth: 1,
      keys: 2,
      duplicates: [],
      disguised: null,
    })
  })

  it('knows which quote ends a text', () => {
    expect(scanHeader(String.raw`{"a\\":1,"a\\":2,"\"":3,"\\\"}":4,"\"":5}`, limits(3))).toEqual({
      depth: 1,
      keys: 5,
      duplicates: [['a\\'], ['"']],
      disguised: null,
    })
  })

  it('stops where the nesting gets too deep', () => {
    expect(scanHeader('{"a":{"b":[[1]]}}', limits(3)).depth).toBe(4)
    expect(scanHeader(`{"a":${'['.repeat(1_000_000)}`, limits(3)).depth).toBe(4)
  })

  it('finds whole numbers not written in digits alone', () => {
    for (const literal of ['1e1', '2.0', '0E2', '-0', '9007199254740990.7', '4.00000000000000000001', '-1'])
      expect(scanHeader(`{"a":[0,12,${literal},3e0],"b":"1e1"}`, limits(3)).disguised).toBe(literal)
    expect(scanHeader('{"a":[0,12,1.5,1e300],"2.0":"1e1"}', limits(3)).disguised).toBeNull()
  })

  it('counts the keys, and stops where there are too many', () => {
    expect(scanHeader('{"a":{"b":["c"]},"d":"e"}', limits(3)).keys).toBe(3)
    expect(scanHeader('{"a":1,"b":2,"c":3,"d":4}', limits(3, 2)).keys).toBe(3)
  })

  it('finds none in what JSON.stringify writes, and gives its depth', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(scanHeader(JSON.stringify(value), limits(100))).toMatchObject({ depth: depthOf(value), duplicates: [] })
      }),
    )
  })

  it('never throws', () => {
    const noise = fc.array(fc.constantFrom(...'{}[]:,"\\au0 '), { maxLength: 60 }).map((chars) => chars.join(''))
    fc.assert(
      fc.property(noise, (text) => scanHeader(text, limits(3)).depth <= 4),
      { numRuns: 1000 },
    )
  })
})

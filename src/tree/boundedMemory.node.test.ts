import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundedMemory } from './boundedMemory.js'

const counted = (most: number) => {
  const made: string[] = []
  const dropped: string[] = []
  const memory = boundedMemory<{ readonly key: string }>(most, ({ key }) => dropped.push(key))
  const ask = (key: string) =>
    memory(key, () => {
      made.push(key)
      return { key }
    })
  return { ask, made, dropped }
}

test('what is asked for in turns is made once, as long as there is room', () => {
  const { ask, made, dropped } = counted(64)
  const first = Array.from({ length: 64 }, (_, i) => ask(`${i}`))
  for (let round = 0; round < 10; round++)
    for (let i = 0; i < 64; i++) expect(ask(`${(i * 37) % 64}`)).toBe(first[(i * 37) % 64])
  expect([made.length, dropped]).toEqual([64, []])
})

test('what was not asked for the longest goes first, and is made anew', () => {
  const { ask, made, dropped } = counted(3)
  for (const key of ['a', 'b', 'c', 'a', 'd', 'a', 'b']) ask(key)
  expect(dropped).toEqual(['b', 'c'])
  expect(made).toEqual(['a', 'b', 'c', 'd', 'b'])
})

test('it is a list of the keys asked for last', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 9 })), fc.integer({ min: 1, max: 5 }), (asked, most) => {
      const { ask, made, dropped } = counted(most)
      let last: readonly string[] = []
      let misses = 0
      for (const key of asked.map(String)) {
        if (!last.includes(key)) misses++
        last = [key, ...last.filter((other) => other !== key)].slice(0, most)
        expect(ask(key).key).toBe(key)
      }
      expect(made).toHaveLength(misses)
      expect(made.length - dropped.length).toBe(last.length)
    }),
  )
})

test('what could not be made is not remembered', () => {
  const { ask, made } = counted(2)
  const memory = boundedMemory(2)
  const fails = () => {
    throw new Error('no')
  }
  expect(() => memory('a', fails)).toThrow('no')
  expect(() => memory('a', fails)).toThrow('no')
  ask('a')
  expect(made).toEqual(['a'])
})

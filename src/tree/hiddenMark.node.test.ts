import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { hiddenMark } from './hiddenMark.js'

const containers = (): readonly object[] => [{}, { a: 1, b: { c: 2 } }, [], [1, { a: 2 }]]

test('a mark is on the very object that was marked, and on no copy of it', () => {
  const { on, of } = hiddenMark<string>()
  for (const object of containers()) {
    expect(of(object)).toBeUndefined()
    expect(on(object, 'mine')).toBe(object)
    expect(of(Object.freeze(object))).toBe('mine')
    const copies: readonly object[] = [
      { ...object },
      Object.assign({}, object),
      structuredClone(object),
      Object.create(object) as object,
      Object.create(Object.prototype, Object.getOwnPropertyDescriptors(object)) as object,
      new Proxy(object, {}),
      ...(Array.isArray(object) ? [[...(object as readonly unknown[])], object.slice()] : []),
    ]
    for (const copy of copies) expect(of(copy)).toBeUndefined()
  }
})

test('nobody sees a mark', () => {
  const { on } = hiddenMark<object>()
  containers().forEach((object, i) => {
    const plain = containers()[i] ?? {}
    const marked = Object.freeze(on(object, { secret: 1 }))
    expect(Reflect.ownKeys(marked)).toEqual(Reflect.ownKeys(plain))
    expect(Object.getPrototypeOf(marked)).toBe(Object.getPrototypeOf(plain))
    expect(JSON.stringify(marked)).toBe(JSON.stringify(plain))
    expect(marked).toStrictEqual(plain)
    expect(isDeepStrictEqual(marked, plain)).toBe(true)
  })
})

test('marks of one sort say nothing of another', () => {
  const [one, other] = [hiddenMark<number>(), hiddenMark<number>()]
  const object = other.on(one.on({}, 1), 2)
  expect([one.of(object), other.of(object)]).toEqual([1, 2])
})

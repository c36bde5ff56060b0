import { describe, expect, it } from 'vitest'
import { storeLaws } from '../../laws/storeLaws.js'
import { memoryStore } from './memoryStore.js'
import { promiseStore } from './promiseStore.js'
import { taskStore } from './taskStore.js'

describe('memoryStore', () => {
  for (const { name, check } of storeLaws(async () => memoryStore()))
    it(name, () => expect(check()).resolves.toBeUndefined())

  it('keeps a copy of a Buffer too, whose own slice is a view, and gives bytes that are nobody else’s', async () => {
    const store = memoryStore()
    const given = Buffer.from([1, 2, 3, 4])
    await store.write('a', given)
    given.fill(9)
    expect(await store.read('a')).toEqual(Uint8Array.of(1, 2, 3, 4))
    const buffers = promiseStore(taskStore({ ...store, read: async (name) => Buffer.from(await store.read(name)) }))
    const part = await buffers.read('a', { begin: 1, end: 3 })
    expect([[...part], part.buffer.byteLength]).toEqual([[2, 3], 2])
  })

  it('takes the time from the clock it is given', async () => {
    const times = [30, 10][Symbol.iterator]()
    const store = memoryStore({ now: () => times.next().value ?? 0 })
    await store.write('later', Uint8Array.of(1))
    await store.write('earlier', Uint8Array.of(1))
    expect(await store.list()).toEqual([
      { name: 'earlier', time: 10 },
      { name: 'later', time: 30 },
    ])
  })
})

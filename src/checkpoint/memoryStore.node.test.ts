import { describe, expect, it } from 'vitest'
import { storeLaws } from '../../laws/storeLaws.js'
import { memoryStore } from './memoryStore.js'

describe('memoryStore', () => {
  for (const { name, check } of storeLaws(async () => memoryStore()))
    it(name, () => expect(check()).resolves.toBeUndefined())

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

import * as fc from 'fast-check'
import { either as E } from 'fp-ts'
import type { Store } from '../src/checkpoint/Store.js'

/** One law of a store by name; `check` rejects where it does not hold. */
export interface StoreLaw {
  readonly name: string
  readonly check: () => Promise<void>
}

/**
 * The laws of every `Store`, for any test runner; `fresh` gives a store that nothing else uses, empty or not.
 *
 * Example: `for (const { name, check } of storeLaws(async () => myStore())) it(name, check)`
 */
export const storeLaws = (
  fresh: () => Promise<Store>,
  { numRuns = 30 }: { numRuns?: number } = {},
): readonly StoreLaw[] => [
  {
    name: 'is a map from names to bytes',
    check: async () => {
      const store = await fresh()
      await fc.assert(
        fc.asyncProperty(fc.array(deeds, { maxLength: 12 }), async (script) => {
          const model = new Map<string, readonly number[]>()
          for (const { name } of await right(store.list)) await right(store.remove(name))
          for (const { deed, name, bytes } of script) {
            if (deed === 'write') {
              await right(store.write(name, Uint8Array.from(bytes)))
              model.set(name, bytes)
            } else if (deed === 'remove') {
              await right(store.remove(name))
              model.delete(name)
            }
            const found = await store.read(name)()
            const expected = model.get(name)
            if (expected === undefined)
              demand(E.isLeft(found) && found.left[0]._tag === 'Missing', `${name} should be Missing`)
            else demand(E.isRight(found) && same(found.right, expected), `${name} should hold ${expected.join()}`)
            const listed = (await right(store.list)).map((item) => item.name).toSorted()
            demand(
              same(listed, [...model.keys()].toSorted()),
              `list gives ${listed.join()}, not ${[...model.keys()].join()}`,
            )
          }
        }),
        { numRuns },
      )
    },
  },
  {
    name: 'shares no bytes with the caller',
    check: async () => {
      const store = await fresh()
      const bytes = Uint8Array.of(9, 1, 2, 3, 9).subarray(1, 4)
      await right(store.write('shared', bytes))
      bytes.fill(0)
      const first = await right(store.read('shared'))
      demand(
        first.buffer.byteLength === 3 && same(first, [1, 2, 3]),
        `found ${first.join()} in ${first.buffer.byteLength} bytes`,
      )
      first.fill(0)
      demand(
        same(await right(store.read('shared')), [1, 2, 3]),
        'what was read should not be the stored bytes themselves',
      )
    },
  },
  {
    name: 'lists by time, the last write last',
    check: async () => {
      const store = await fresh()
      for (const name of ['b', 'a', 'c', 'b']) {
        await right(store.write(name, Uint8Array.of(1)))
        await new Promise((resolve) => setTimeout(resolve, 15))
      }
      const items = (await right(store.list)).filter(({ name }) => ['a', 'b', 'c'].includes(name))
      demand(
        same(
          items.map(({ name }) => name),
          ['a', 'c', 'b'],
        ),
        `found ${items.map(({ name }) => name).join()}`,
      )
      demand(
        items.every(({ time }) => Math.abs(time - Date.now()) < 600_000),
        'times should be milliseconds since 1970',
      )
    },
  },
  {
    name: 'refuses names that leave the store, and empty checkpoints',
    check: async () => {
      const store = await fresh()
      const before = await right(store.list)
      for (const name of badNames)
        for (const answer of [
          await store.write(name, Uint8Array.of(1))(),
          await store.read(name)(),
          await store.remove(name)(),
        ])
          demand(E.isLeft(answer) && answer.left[0]._tag === 'Store', `${JSON.stringify(name)} should be refused`)
      const nothing = await store.write('nothing', new Uint8Array(0))()
      demand(E.isLeft(nothing) && nothing.left[0]._tag === 'Store', 'zero bytes should be refused')
      demand(same(before, await right(store.list)), 'a refusal should change nothing')
    },
  },
  {
    name: 'writes at once leave one of them, whole',
    check: async () => {
      const store = await fresh()
      const versions = Array.from({ length: 8 }, (_, i) => new Uint8Array(10_000 + i).fill(i))
      await Promise.all(versions.map((bytes) => right(store.write('raced', bytes))))
      const found = await right(store.read('raced'))
      demand(
        versions.some((bytes) => same(found, bytes)),
        'the bytes should be those of one write',
      )
    },
  },
]

const badNames = [
  '',
  '.',
  '..',
  '../up',
  'a/b',
  'a\\b',
  '/etc/x',
  'C:x',
  '.hidden',
  'a.',
  'a\0b',
  'x'.repeat(121),
  'CON',
  'nul.bin',
  'é',
  'a b',
  'a.tmp',
]

const deeds = fc.record({
  deed: fc.constantFrom('write', 'write', 'remove', 'read'),
  name: fc.constantFrom('a', 'B', '0', 'step-1.safetensors', '__proto__', 'constructor', '-x=@+', 'x'.repeat(120)),
  bytes: fc.array(fc.nat({ max: 255 }), { minLength: 1, maxLength: 20 }),
})

const same = (a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean =>
  JSON.stringify(Array.from(a)) === JSON.stringify(Array.from(b))

const demand = (holds: boolean, message: string): void => {
  if (!holds) throw new Error(`Store: ${message}`)
}

const right = async <A>(deed: () => Promise<E.Either<readonly { readonly message: string }[], A>>): Promise<A> => {
  const answer = await deed()
  if (E.isLeft(answer)) throw new Error(answer.left.map(({ message }) => message).join('\n'))
  return answer.right
}

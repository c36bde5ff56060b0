import { knownOnly } from '../src/scalars/knownOnly.js'
import * as fc from 'fast-check'
import { isCheckpointFailed } from '../src/checkpoint/CheckpointFailed.js'
import type { CheckpointProblemTag } from '../src/checkpoint/CheckpointError.js'
import type { ByteSource, Store } from '../src/checkpoint/Store.js'
import { promiseStore } from '../src/checkpoint/promiseStore.js'
import { taskStore } from '../src/checkpoint/taskStore.js'

/** One law of a store by name; `check` rejects where it does not hold. */
export interface StoreLaw {
  readonly name: string
  readonly check: () => Promise<void>
}

/**
 * The laws of every `Store`, for any test runner; `fresh` gives a store that nothing else uses, empty or not.
 *
 *  @example for (const { name, check } of storeLaws(async () => myStore())) it(name, check)
 */
export const storeLaws = (
  fresh: () => Promise<Store>,
  given: { readonly numRuns?: number } = {},
): readonly StoreLaw[] => lawsOf(fresh, known(given))

const lawsOf = (fresh: () => Promise<Store>, { numRuns = 30 }: { readonly numRuns?: number }): readonly StoreLaw[] => [
  {
    name: 'is a map from names to bytes',
    check: async () => {
      const store = await fresh()
      await fc.assert(
        fc.asyncProperty(fc.array(deeds, { maxLength: 12 }), async (script) => {
          const model = new Map<string, readonly number[]>()
          for (const { name } of await store.list()) await store.remove(name)
          for (const { deed, name, bytes } of script) {
            if (deed === 'write') {
              await store.write(name, Uint8Array.from(bytes))
              model.set(name, bytes)
            } else if (deed === 'remove') {
              await store.remove(name)
              model.delete(name)
            }
            const expected = model.get(name)
            if (expected === undefined) await refused('Missing', `${name} should be Missing`, () => store.read(name))
            else demand(same(await store.read(name), expected), `${name} should hold ${expected.join()}`)
            const listed = (await store.list()).map((item) => item.name).toSorted()
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
      await store.write('shared', bytes)
      bytes.fill(0)
      const first = await store.read('shared')
      demand(
        first.buffer.byteLength === 3 && same(first, [1, 2, 3]),
        `found ${first.join()} in ${first.buffer.byteLength} bytes`,
      )
      first.fill(0)
      demand(same(await store.read('shared'), [1, 2, 3]), 'what was read should not be the stored bytes themselves')
    },
  },
  {
    name: 'takes as many bytes as a model has',
    check: async () => {
      const store = await fresh()
      const bytes = Uint8Array.from({ length: 300_001 }, (_, i) => (i * 31 + (i >> 8)) & 255)
      await store.write('large', bytes)
      demand(same(await store.read('large'), bytes), '300001 bytes should be read back as they were')
    },
  },
  {
    name: 'lists by time, the last write last',
    check: async () => {
      const store = await fresh()
      for (const name of ['b', 'a', 'c', 'b']) {
        await store.write(name, Uint8Array.of(1))
        await new Promise((resolve) => setTimeout(resolve, 15))
      }
      const items = (await store.list()).filter(({ name }) => ['a', 'b', 'c'].includes(name))
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
      const before = await store.list()
      for (const name of badNames)
        for (const deed of [
          () => store.write(name, Uint8Array.of(1)),
          () => store.read(name),
          () => store.remove(name),
        ])
          await refused('Store', `${JSON.stringify(name)} should be refused`, deed)
      await refused('Store', 'zero bytes should be refused', () => store.write('nothing', new Uint8Array(0)))
      demand(same(before, await store.list()), 'a refusal should change nothing')
    },
  },
  {
    name: 'writes at once leave one of them, whole',
    check: async () => {
      const store = await fresh()
      const versions = Array.from({ length: 8 }, (_, i) => new Uint8Array(10_000 + i).fill(i))
      await Promise.all(versions.map(async (bytes) => store.write('raced', bytes)))
      const found = await store.read('raced')
      demand(
        versions.some((bytes) => same(found, bytes)),
        'the bytes should be those of one write',
      )
    },
  },
  {
    name: 'any cutting of the bytes is the same write, and any range of them the same read',
    check: async () => {
      const store = streaming(await fresh())
      await fc.assert(
        fc.asyncProperty(cuttings, async ({ bytes, cuts, range: [begin, end] }) => {
          await store.write('cut', inPieces(bytes, cuts))
          demand(
            same(await store.read('cut'), bytes),
            `${bytes.length} bytes cut at ${cuts.join()} should be read back`,
          )
          demand((await store.size('cut')) === bytes.length, `the size should be ${bytes.length}`)
          const found = await store.read('cut', { begin, end })
          demand(
            same(found, bytes.slice(begin, end)),
            `bytes ${begin} to ${end} of ${bytes.join()} should be read, not ${found.join()}`,
          )
          await store.write('cut', Uint8Array.from(bytes.toReversed()))
          demand(
            same(await store.read('cut', { begin }), bytes.toReversed().slice(begin)),
            'a whole write should follow',
          )
        }),
        { numRuns },
      )
      await refused('Missing', 'what is not there should have no size', () => store.size('absent'))
      await store.write('cut', Uint8Array.of(1, 2, 3))
      for (const range of [{ end: 4 }, { begin: 2, end: 1 }, { begin: -1 }, { begin: 0.5 }])
        await refused('Store', `the range ${JSON.stringify(range)} should be refused`, () => store.read('cut', range))
    },
  },
  {
    name: 'pieces that fail, or are not as long as they say, leave what was there',
    check: async () => {
      const store = streaming(await fresh())
      await store.write('kept', Uint8Array.of(1, 2, 3))
      const before = await store.list()
      const boom = new Error('the pieces broke off')
      const broken: readonly (readonly [what: string, source: ByteSource])[] = [
        ['fail at once', failing([], boom)],
        ['fail on the way', failing([Uint8Array.of(7, 8)], boom)],
        ['fail at their end', failing([new Uint8Array(9)], boom)],
        ['are too few', { ...inPieces([7, 8, 9], [1]), length: 4 }],
        ['are too many', { ...inPieces([7, 8, 9], [1]), length: 2 }],
        ['are none', { ...inPieces([], []), length: 1 }],
        ['are as long as nothing', inPieces([], [])],
      ]
      for (const [what, source] of broken) {
        for (const name of ['kept', 'new'])
          await refused('Store', `pieces that ${what} should be refused`, () => store.write(name, source))
        demand(same(await store.read('kept'), [1, 2, 3]), `pieces that ${what} should leave what was there`)
        await refused('Missing', `pieces that ${what} should leave nothing`, () => store.read('new'))
      }
      demand(same(before, await store.list()), 'a write that failed should not be listed')
    },
  },
  {
    name: 'a reader keeps the version that it opened',
    check: async () => {
      const store = await fresh()
      const { open } = streaming(store)
      const [old, next] = [1, 2].map((x) => Uint8Array.from({ length: 5000 + x }, () => x))
      if (open === undefined || old === undefined || next === undefined) throw new Error('unreachable')
      for (const write of [
        () => store.write('read', next),
        () => streaming(store).write('read', inPieces([...next], [2500])),
        () => store.remove('read'),
      ]) {
        await streaming(store).write('read', inPieces([...old], [1000, 2000]))
        const item = await open('read')
        const first = await item.read({ begin: 0, end: 1500 })
        // may wait until the item is closed
        const writing = write()
        await new Promise((resolve) => setTimeout(resolve, 20))
        const rest = await item.read({ begin: 1500, end: item.length })
        await item.close()
        await writing
        demand(
          same([...first, ...rest], old),
          `what was opened should be read as it was, not ${String([...new Set([...first, ...rest])])}`,
        )
      }
      await refused('Missing', 'what is not there should not be opened', () => open('absent'))
    },
  },
]

const streaming = (store: Store) => promiseStore(taskStore(store))

/** Bytes in pieces, cut at some places; each piece is overwritten before the next one is given. */
const inPieces = (bytes: readonly number[], cuts: readonly number[]): ByteSource => ({
  length: bytes.length,
  pieces: async function* () {
    for (const [i, begin] of [0, ...cuts].entries()) {
      const piece = Uint8Array.from(bytes.slice(begin, cuts[i]))
      yield piece
      piece.fill(0xee)
    }
  },
})

const failing = (given: readonly Uint8Array[], boom: Error): ByteSource => ({
  length: 9,
  pieces: async function* () {
    yield* given
    throw boom
  },
})

const cuttings = fc.array(fc.nat({ max: 255 }), { minLength: 1, maxLength: 40 }).chain((bytes) =>
  fc.record({
    bytes: fc.constant(bytes),
    cuts: fc.array(fc.nat({ max: bytes.length }), { maxLength: 4 }).map((cuts) => cuts.toSorted((a, b) => a - b)),
    range: fc
      .tuple(fc.nat({ max: bytes.length }), fc.nat({ max: bytes.length }))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
  }),
)

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
  name: fc.constantFrom(
    'a',
    'B',
    '0',
    'step-1.safetensors',
    'step-10.safetensors',
    'step-1',
    '__proto__',
    'constructor',
    '-x=@+',
    'x'.repeat(120),
  ),
  bytes: fc.array(fc.nat({ max: 255 }), { minLength: 1, maxLength: 20 }),
})

const same = (a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean =>
  JSON.stringify(Array.from(a)) === JSON.stringify(Array.from(b))

const demand = (holds: boolean, message: string): void => {
  if (!holds) throw new Error(`Store: ${message}`)
}

/** Demands that a deed is refused as a promise that rejects with `CheckpointFailed`, a problem of this tag first. */
const refused = async (tag: CheckpointProblemTag, message: string, deed: () => Promise<unknown>): Promise<void> => {
  const error = await rejection(deed, message)
  demand(isCheckpointFailed(error) && error.problems[0]._tag === tag, `${message}, not ${String(error)}`)
}

const rejection = (deed: () => Promise<unknown>, message: string): Promise<unknown> => {
  try {
    return deed().then(
      () => 'done',
      (error: unknown) => error,
    )
  } catch (error) {
    throw new Error(`Store: ${message} by a promise that rejects, not by throwing ${String(error)}`, { cause: error })
  }
}

const known = knownOnly<{ readonly numRuns?: number }>('storeLaws', { numRuns: true })

import { either as E, function as F, taskEither as TE } from 'fp-ts'
import { describe, expect, test } from 'vitest'
import { storeLaws } from '../../laws/storeLaws.js'
import { checkpointProblem } from './CheckpointError.js'
import { CheckpointFailed } from './CheckpointFailed.js'
import { memoryStore } from './memoryStore.js'
import { promised } from './promised.js'
import { promiseStore } from './promiseStore.js'
import type { Store } from './Store.js'
import type { TaskStore } from './StreamingTaskStore.js'
import { taskStore } from './taskStore.js'

const bytes = Uint8Array.of(1, 2, 3)

describe('promised', () => {
  const problem = checkpointProblem('Missing', { path: 'a', expected: 'a file', found: 'none', fix: 'list the store' })

  test('gives what the task gives; a Left is a rejection with its problems', async () => {
    expect(await promised(TE.right(7))).toBe(7)
    const failed = promised(TE.left([problem]))
    await expect(failed).rejects.toThrow(CheckpointFailed)
    await expect(failed).rejects.toMatchObject({ problems: [problem] })
  })

  test('begins the task at once; what it throws passes as it is, as a rejection', async () => {
    const log: string[] = []
    const running = promised(async () => (log.push('begun'), E.right(log.length)))
    log.push('returned')
    expect(await running).toBe(1)
    expect(log).toEqual(['begun', 'returned'])
    const boom = new TypeError('boom')
    const throwing = () => {
      throw boom
    }
    await expect(promised(throwing)).rejects.toBe(boom)
  })
})

describe('a store of promises made of tasks, and of promises again', () => {
  for (const { name, check } of storeLaws(async () => promiseStore(taskStore(memoryStore()))))
    test(name, () => expect(check()).resolves.toBeUndefined())

  test('tasks do nothing before they are run, and again each time', async () => {
    const store = memoryStore()
    const { write, read, list, remove } = taskStore(store)
    const writing = write('a', bytes)
    expect(await store.list()).toEqual([])
    expect(await writing()).toEqual(E.right(undefined))
    const program = F.pipe(
      writing,
      TE.chain(() => read('a')),
      TE.chainFirst(() => remove('a')),
    )
    for (const _ of [1, 2]) expect(await program()).toEqual(E.right(bytes))
    expect(await list()).toEqual(E.right([]))
    expect(await read('a')()).toMatchObject({ left: [{ _tag: 'Missing', path: 'a' }] })
  })

  test('what making a task throws is a rejection', async () => {
    const boom = new Error('boom')
    const throwing = (): never => {
      throw boom
    }
    const store = promiseStore({ read: throwing, write: throwing, remove: throwing, list: throwing })
    for (const deed of [() => store.read('a'), () => store.write('a', bytes), () => store.remove('a')])
      await expect(deed()).rejects.toBe(boom)
  })
})

describe("another's store", () => {
  const asked = ({ read, write, list, remove }: TaskStore) => [read('a'), write('a', bytes), list, remove('a')]
  const of = (answer: () => unknown): Store =>
    // as a store in JavaScript may be
    ({ read: answer, write: answer, list: answer, remove: answer }) as unknown as Store

  test.each<readonly [name: string, answer: (cause: unknown) => unknown]>([
    ['rejects', async (cause) => Promise.reject(cause)], // oxlint-disable-line prefer-promise-reject-errors
    [
      'throws',
      (cause) => {
        throw cause // oxlint-disable-line only-throw-error
      },
    ],
  ])('that %s: one problem with the tag Store, whose cause is what it threw', async (_name, answer) => {
    for (const [cause, found] of [
      [new RangeError('no sector'), 'RangeError: no sector'],
      ['gone', 'gone'],
      [undefined, 'undefined'],
    ] as const) {
      const problems = await Promise.all(asked(taskStore(of(() => answer(cause)))).map((task) => task()))
      expect(problems.map((either) => E.isLeft(either) && either.left)).toEqual(
        ['read', 'written to', 'listed', 'removed from'].map((deed, i) => [
          {
            _tag: 'Store',
            path: i === 2 ? '(list)' : 'a',
            expected: `a store that can be ${deed}`,
            found,
            message: `${i === 2 ? '(list)' : 'a'}: expected a store that can be ${deed}, found ${found}; see that the place exists, has room and lets this program in`,
            cause,
          },
        ]),
      )
    }
  })

  test('that rejects with CheckpointFailed is understood, also one of another copy of this library', async () => {
    const problems = [checkpointProblem('Missing', { path: 'a', expected: 'a', found: 'b', fix: 'c' })] as const
    const other = Object.assign(new Error('1 problem'), { name: 'CheckpointFailed', problems })
    for (const error of [new CheckpointFailed(problems), other])
      for (const task of asked(taskStore(of(async () => Promise.reject(error)))))
        expect(await task()).toEqual(E.left(problems))
  })

  const unrun = 'a function, an unrun task'
  test.each<readonly [name: string, answer: unknown, found: readonly (string | null)[]]>([
    ['tasks', () => undefined, [unrun, unrun, unrun, unrun]],
    ['nothing', undefined, ['undefined', null, 'undefined', null]],
    ['null', null, ['null', null, 'null', null]],
    ['Lefts', E.left('full'), Array.from({ length: 4 }, () => "{ _tag: 'Left', left: 'full' }")],
    ['names without times', ['a'], ["['a']", null, "['a']", null]],
    ['text', 'abc', ["'abc'", null, "'abc'", null]],
    ['numbers', Float32Array.of(1), ['a Float32Array', null, 'a Float32Array', null]],
  ])('that gives %s is refused where that is no answer', async (_name, answer, found) => {
    const fix = 'make the store by storeFrom; one of tasks goes through promiseStore of polyak/fp'
    const given = await Promise.all(asked(taskStore(of(async () => answer))).map((task) => task()))
    expect(given.map((either) => (E.isLeft(either) ? either.left[0].found : null))).toEqual(found)
    for (const either of given) if (E.isLeft(either)) expect(either.left[0].message).toContain(fix)
  })

  test('may give bytes of any kind of Uint8Array, a Buffer among them', async () => {
    const read = async () => Buffer.from(bytes)
    expect(await taskStore({ ...memoryStore(), read }).read('a')()).toEqual(E.right(Buffer.from(bytes)))
  })
})

describe('a copy of a store with a way of its own', () => {
  const flipped = (given: Uint8Array) => given.map((byte) => byte ^ 255)
  const secret = (store: Store): Store => ({
    ...store,
    read: async (name, how) => flipped(await store.read(name, how)),
    write: async (name, given, how) => store.write(name, flipped(given), how),
  })

  test('is not gone around, by pieces or by ranges', async () => {
    const under = memoryStore()
    const over = promiseStore(taskStore(secret(under)))
    await over.write('a', {
      length: 3,
      pieces: async function* () {
        yield bytes
      },
    })
    expect(await under.read('a')).toEqual(flipped(bytes))
    expect(await over.read('a', { begin: 1, end: 2 })).toEqual(bytes.slice(1, 2))
    expect(await over.size('a')).toBe(3)
  })

  test('is asked in a way that a store of the four first members understands', async () => {
    const { read, write, list, remove } = memoryStore()
    const asked: unknown[][] = []
    const plain: Store = {
      list,
      remove,
      read: async (...args) => (asked.push(args), read(...args)),
      write: async (...args) => (asked.push(args), write(...args)),
    }
    const over = promiseStore(taskStore(plain))
    await over.write('a', {
      length: 3,
      pieces: async function* () {
        yield bytes
      },
    })
    await over.read('a', { begin: 1 })
    expect(asked).toEqual([
      ['a', bytes, {}],
      ['a', { signal: undefined }],
    ])
  })

  test('whose members lean on the whole is called as its own', async () => {
    const within = memoryStore()
    const leaning = {
      ...within,
      begun: 0,
      async open(name: string) {
        this.begun++
        return within.open === undefined ? Promise.reject(new Error('none')) : within.open(name)
      },
    }
    await leaning.write('a', bytes)
    expect(await taskStore(leaning).read('a', { end: 1 })()).toEqual(E.right(Uint8Array.of(1)))
    expect(leaning.begun).toBe(1)
  })
})

describe('the signal', () => {
  const reason = new DOMException('enough', 'AbortError')
  const signal = AbortSignal.abort(reason)
  const given = [{ _tag: 'Store', path: 'a', found: 'AbortError: enough', cause: reason }]

  test('that has come is heeded for every store: nothing is asked of it', async () => {
    const asked: string[] = []
    const store: Store = {
      ...memoryStore(),
      read: async (name) => (asked.push(`read ${name}`), bytes),
      write: async (name) => void asked.push(`write ${name}`),
    }
    expect(await taskStore(store).read('a', { signal })()).toMatchObject({ left: given })
    expect(await taskStore(store).write('a', bytes, { signal })()).toMatchObject({ left: given })
    expect(asked).toEqual([])
  })

  test('is handed to the store', async () => {
    const seen: unknown[] = []
    const { signal: live } = new AbortController()
    const store: Store = {
      ...memoryStore(),
      read: async (_name, how) => (seen.push(how?.signal), bytes),
      write: async (_name, _bytes, how) => void seen.push(how?.signal),
    }
    await taskStore(store).read('a', { signal: live })()
    await taskStore(store).write('a', bytes, { signal: live })()
    await taskStore(store).read('a')()
    expect(seen).toEqual([live, live, undefined])
  })

  test('of a store of our own: what was there stays', async () => {
    const store = memoryStore()
    await store.write('a', bytes)
    await expect(store.write('a', Uint8Array.of(9), { signal })).rejects.toMatchObject({
      problems: given,
      cause: reason,
    })
    await expect(store.read('a', { signal })).rejects.toMatchObject({ problems: given, cause: reason })
    expect(await store.read('a')).toEqual(bytes)
  })
})

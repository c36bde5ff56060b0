import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { either as E } from 'fp-ts'
import { describe, expect, test } from 'vitest'
import { memoryStore } from '../checkpoint/memoryStore.js'
import { restore } from '../checkpoint/restore.js'
import { save } from '../checkpoint/save.js'
import { saveTask } from '../checkpoint/saveTask.js'
import { sgd } from '../optimizers/sgd.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { fit } from './fit.js'
import { fitted } from './fitted.js'
import type { CheckpointHook, HookContext } from './FitOptions.js'
import { savedByStep } from './savedByStep.js'
import { SaveFailed } from './SaveFailed.js'
import type { Snapshot } from './StepEvent.js'

const optimizer = sgd({ learningRate: 0.25, momentum: 0.5 })
type Params = { readonly w: tf.Tensor }
const loss = ({ w }: Params, x: number): tf.Tensor => tf.mean(tf.square(tf.mul(w, x)))
const start = () => {
  const params: Params = { w: tf.tensor1d([1, -2]) }
  return { params, state: optimizer.init(params) }
}
type State = ReturnType<typeof start>['state']
type Hook = CheckpointHook<Params, State>
const xs = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => 1 / (1 + i))
const rejection = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('nothing was thrown')
    },
    (error: unknown) => error,
  )
const w = ({ params }: { readonly params: Params }): readonly number[] => [...params.w.dataSync()]

describe('a hook that does not say that it has saved is refused', () => {
  const store = memoryStore()
  const request = ({ params, state }: Snapshot<Params, State>) => ({ store, name: 'a', optimizer, params, state })
  const of = (snapshot: Snapshot<Params, State>) => save(request(snapshot))
  const task = (snapshot: Snapshot<Params, State>) => saveTask(request(snapshot))
  const unrun = "an unrun task: call it, (snapshot) => save({ … })(), or use polyak's save, which gives a promise."
  const nothing =
    'no promise, so nobody can say that anything was saved. ' +
    'Return what save gives: (snapshot) => save({ … }); or make a hook of your own async.'
  /** What JavaScript, and a type that says less, let through. */
  const loose = (hook: (snapshot: Snapshot<Params, State>, context: HookContext) => unknown) => hook as Hook['save']

  test.each<readonly [name: string, hook: Hook['save'], message: string]>([
    ['an unrun task', loose(task), `checkpoint.save gave a function, ${unrun}`],
    [
      'an async function that gives a task',
      loose(async (s) => task(s)),
      `checkpoint.save gave a promise of a function, ${unrun}`,
    ],
    ['a function of a promise', loose((s) => () => of(s)), `checkpoint.save gave a function, ${unrun}`],
    ['a task of a task', loose(async (s) => () => task(s)), `checkpoint.save gave a promise of a function, ${unrun}`],
    ['a forgotten return', loose((s) => void of(s)), `checkpoint.save gave undefined, ${nothing}`],
    ['something that is no promise', loose(() => true), `checkpoint.save gave true, ${nothing}`],
    ['null', loose(() => null), `checkpoint.save gave null, ${nothing}`],
    [
      'a record with a `then` that cannot be called',
      loose(() => ({ then: 1 })), // oxlint-disable-line no-thenable -- that is asked here
      `checkpoint.save gave { then: 1 }, ${nothing}`,
    ],
    [
      'an unrun task within savedByStep',
      // a task has the wrong type
      loose(savedByStep({ store, save: (_name: string, s: Snapshot<Params, State>) => task(s) as never })),
      `savedByStep: save gave a function, ${unrun}`,
    ],
    [
      'a forgotten return within savedByStep',
      loose(savedByStep({ store, save: loose(() => undefined) as never })),
      `savedByStep: save gave undefined, ${nothing}`,
    ],
  ])('%s', async (_name, hook, message) => {
    const now = start()
    const before = tf.memory().numTensors
    const error = await rejection(fitted(optimizer, loss, { checkpoint: { every: 2, save: hook } })(now, xs(3)))
    expect(error).toBeInstanceOf(SaveFailed)
    expect(error).toMatchObject({
      step: 2,
      message: expect.stringContaining(`  - ${message}\n`),
      cause: expect.any(TypeError),
    })
    // what the hook began on its own is soon over
    await expect.poll(() => tf.memory().numTensors).toBe(before)
    disposeExcept(now, [])
  })

  test.each<readonly [name: string, hook: Hook['save']]>([
    ['save', of],
    [
      'an async function that waits for save',
      async (s) => {
        await of(s)
      },
    ],
    ['a task that was run', (s) => task(s)()],
    ['a promise of nothing, null, false or 0', async ({ step }) => [undefined, null, false, 0][step % 4]],
    ['an Either', async () => E.right(undefined)],
    // oxlint-disable-next-line no-thenable -- that is asked here
    ['another kind of promise', () => ({ then: async (done) => Promise.resolve(done?.(1) as never) })],
  ])('%s is right', async (_name, hook) => {
    const now = start()
    const after = await fitted(optimizer, loss, { checkpoint: { every: 1, save: hook } })(now, xs(4))
    expect(after.step).toBe(4)
    disposeExcept([now, after], [])
  })

  test('a hook that forgets to wait saves all the same: the save holds its own clones', async () => {
    const now = start()
    const begun = memoryStore()
    const before = tf.memory().numTensors
    const after = await fitted(optimizer, loss, {
      checkpoint: { every: 2, save: async (s) => void save({ ...request(s), store: begun }) },
    })(now, xs(2))
    await expect.poll(async () => (await begun.list()).length).toBe(1)
    const back = await restore({ store: begun, name: 'a', optimizer, like: now })
    expect(w(back)).toEqual(w(after))
    disposeExcept([after, back], now)
    expect(tf.memory().numTensors).toBe(before)
    disposeExcept(now, [])
  })

  test('a save that is handed the signal ends with it, and leaves what was there', async () => {
    const now = start()
    const before = tf.memory().numTensors
    const controller = new AbortController()
    const kept = memoryStore()
    await kept.write('a', Uint8Array.of(1))
    const after = await fitted(optimizer, loss, {
      signal: controller.signal,
      checkpoint: {
        every: 2,
        save: (s, { signal }) => {
          const saving = save({ ...request(s), store: kept, signal })
          controller.abort()
          return saving
        },
      },
    })(now, xs(3))
    expect([after.step, after.why]).toEqual([2, 'aborted'])
    await expect.poll(() => tf.memory().numTensors).toBe(before + tensorsOf([after.params, after.state]).length)
    expect(await kept.read('a')).toEqual(Uint8Array.of(1))
    disposeExcept([after, now], [])
  })

  test("what a hook of one's own rejects with passes as it is", async () => {
    const now = start()
    const boom = new RangeError('boom')
    const save = async () => Promise.reject(boom)
    expect(await rejection(fitted(optimizer, loss, { checkpoint: { every: 2, save } })(now, xs(3)))).toBe(boom)
    const named = savedByStep({ store, save })
    expect(await rejection(fitted(optimizer, loss, { checkpoint: { every: 2, save: named } })(now, xs(3)))).toBe(boom)
    disposeExcept(now, [])
  })

  test('a hook without every, without a function or with another name is refused at once', () => {
    const given = (checkpoint: unknown) => () => fit(optimizer, loss, { checkpoint: checkpoint as Hook })
    expect(given({ every: 2 })).toThrow(/fit: checkpoint: save is required and must be a function/)
    expect(given({ every: 2, save: of, lst: false })).toThrow(/there is no option lst. Did you mean last\?/)
    expect(given({ save: of })).toThrow(/every is required and must be an integer ≥ 1/)
    expect(given({ every: 2, save: of, last: 'no' })).toThrow(/last must be true or false, found 'no'/)
    expect(given(of)).toThrow(/fit: checkpoint/)
  })

  test('a hook may be an object with methods', async () => {
    class Keeper {
      readonly every = 2
      readonly steps: number[] = []
      async save({ step }: Snapshot<Params, State>): Promise<number> {
        return this.steps.push(step)
      }
    }
    const now = start()
    const keeper = new Keeper()
    const after = await fitted(optimizer, loss, { checkpoint: keeper })(now, xs(3))
    expect(keeper.steps).toEqual([2, 3])
    disposeExcept([now, after], [])
  })
})

describe('the end is saved', () => {
  /** The steps that a run saves, and the parameters of each. */
  const noting = () => {
    const saved: (readonly [step: number, w: readonly number[]])[] = []
    const hook = async (snapshot: Snapshot<Params, State>): Promise<number> => saved.push([snapshot.step, w(snapshot)])
    return { saved, hook, steps: () => saved.map(([step]) => step) }
  }

  test('the steps that `every` divides, and the last, each once: for any run', async () => {
    const now = start()
    await fc.assert(
      fc.asyncProperty(
        fc.nat(7),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(5),
        fc.option(fc.nat(7), { nil: undefined }),
        async (batches, every, startStep, steps) => {
          const { saved, hook } = noting()
          const before = tf.memory().numTensors
          const after = await fitted(optimizer, loss, {
            startStep,
            checkpoint: { every, save: hook },
            ...(steps === undefined ? {} : { steps }),
          })(now, xs(batches))
          const taken = Math.min(batches, steps ?? batches)
          const all = Array.from({ length: taken }, (_, i) => startStep + i + 1)
          expect(saved.map(([step]) => step)).toEqual(all.filter((step) => step % every === 0 || step === all.at(-1)))
          if (taken > 0) expect(saved.at(-1)?.[1]).toEqual(w(after))
          expect([after.step, after.why]).toEqual([
            startStep + taken,
            steps !== undefined && steps <= batches ? 'enough' : 'exhausted',
          ])
          disposeExcept(after, now)
          expect(tf.memory().numTensors).toBe(before)
        },
      ),
      { numRuns: 25 },
    )
    disposeExcept(now, [])
  })

  test('also when the loop is left; not with last: false, after an error, or after the signal', async () => {
    const now = start()
    const left = noting()
    let seen: unknown
    for await (const event of fit(optimizer, loss, { checkpoint: { every: 2, save: left.hook } })(now, xs(5))) {
      seen = [event.params, event.state]
      if (event.step === 3) break
    }
    expect(left.steps()).toEqual([2, 3])
    const without = noting()
    const after = await fitted(optimizer, loss, { checkpoint: { every: 2, last: false, save: without.hook } })(
      now,
      xs(3),
    )
    expect(without.steps()).toEqual([2])
    const broken = noting()
    const failing = (p: Params, x: number): tf.Tensor => {
      if (x < 0.3) throw new Error('boom')
      return loss(p, x)
    }
    await rejection(fitted(optimizer, failing, { checkpoint: { every: 2, save: broken.hook } })(now, xs(5)))
    expect(broken.steps()).toEqual([2])
    const stopped = noting()
    const controller = new AbortController()
    const aborting = (p: Params, x: number): tf.Tensor => {
      if (x === 1 / 3) controller.abort()
      return loss(p, x)
    }
    const cut = await fitted(optimizer, aborting, {
      signal: controller.signal,
      checkpoint: { every: 2, save: stopped.hook },
    })(now, xs(5))
    expect([cut.step, cut.why, stopped.steps()]).toEqual([3, 'aborted', [2]])
    disposeExcept([now, seen, after, cut], [])
  })

  test('an end that cannot be saved is an error, told as a failure, and only once', async () => {
    const now = start()
    const before = tf.memory().numTensors
    const why: string[] = []
    let saves = 0
    const error = await rejection(
      fitted(optimizer, loss, {
        checkpoint: { every: 2, save: async ({ step }) => (saves++, step === 3 ? E.left('no room') : E.right(step)) },
        reporter: (report) => {
          if (report.kind === 'ended') why.push(report.why)
        },
      })(now, xs(3)),
    )
    expect(error).toMatchObject({ name: 'SaveFailed', step: 3 })
    expect([why, saves]).toEqual([['failed'], 2])
    expect(tf.memory().numTensors).toBe(before)
    disposeExcept(now, [])
  })
})

import * as tf from '@tensorflow/tfjs-core'
import { either as E } from 'fp-ts'
import { describe, expect, test, vi } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { whole } from '../../laws/checks/part.js'
import { type CheckpointError, checkpointProblem } from '../checkpoint/CheckpointError.js'
import { CheckpointFailed } from '../checkpoint/CheckpointFailed.js'
import { chain } from '../combinators/chain.js'
import { copied, zeros } from '../equation/Slot.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { counting } from '../transformation/equation.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { fit } from './fit.js'
import { fitted } from './fitted.js'
import { keep } from './keep.js'
import { minimize } from './minimize.js'
import { SaveFailed } from './SaveFailed.js'

/** Momentum and a moving average: slots that start at zero and as copies, and a count. */
const optimizer = chain(
  equation({ name: 'momentum', slots: { mu: zeros }, host: counting })((A) => ({ update, mu }) => {
    const next = A.add(A.mul(A.lit(0.5), mu), update)
    return { update: A.mul(A.lit(-0.125), next), mu: next }
  }),
  equation({ name: 'average', slots: { average: copied }, observes: true })((A) => ({ update, param, average }) => ({
    update,
    average: A.sub(average, A.mul(A.lit(0.5), A.sub(average, A.add(param, update)))),
  })),
)
interface Params {
  readonly [key: string]: tf.Tensor
  readonly w: tf.Tensor
  readonly b: tf.Tensor
  readonly idle: tf.Tensor
}
const start = (first = 1) => {
  const params: Params = { w: tf.tensor1d([first, -2]), b: tf.scalar(0.5), idle: tf.scalar(9) }
  return { params, state: optimizer.init(params) }
}
/** Does not touch `idle`, which therefore never changes. */
const loss = ({ w, b }: Params, batch: tf.Tensor): tf.Tensor => tf.mean(tf.square(tf.add(tf.mul(w, batch), b)))
const batchesOf = (...xs: readonly number[]): readonly tf.Tensor[] => xs.map((x) => tf.scalar(x))

const tensors = (): number => tf.memory().numTensors
const numbers = (value: unknown): readonly number[] => tensorsOf(value).flatMap((tensor) => [...tensor.dataSync()])
const dispose = (...values: readonly unknown[]): void => {
  for (const tensor of tensorsOf(values)) tensor.dispose()
}
/** A generation has 3 parameters, 3 moments and 3 averages, none of them the caller's. */
const fresh = 9

/** What the test leaves behind when it has disposed what is its own. */
const balanced = async (f: () => Promise<readonly unknown[]>): Promise<void> => {
  const before = tensors()
  dispose(...(await f()))
  expect(tensors() - before).toBe(0)
}
const rejection = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('nothing was thrown')
    },
    (error: unknown) => error,
  )

/** Runs to the end, with the last event, what is returned and what is thrown. */
const drained = async <V, N>(
  events: AsyncGenerator<V, N, void>,
): Promise<{ readonly last?: V; readonly returned?: N; readonly error?: unknown; readonly count: number }> => {
  let last: V | undefined
  let count = 0
  try {
    for (;;) {
      const result = await events.next()
      if (result.done === true) return { ...(last === undefined ? {} : { last }), returned: result.value, count }
      last = result.value
      count++
    }
  } catch (error) {
    return { ...(last === undefined ? {} : { last }), error, count }
  }
}

describe('fit', () => {
  test('is minimize, batch after batch, bit for bit', async () =>
    balanced(async () => {
      const now = start()
      const batches = batchesOf(1, 2, 0.5)
      const advance = minimize(optimizer, loss)
      let mine = now
      const made: unknown[] = []
      let steps = 0
      for await (const event of fit(optimizer, loss)(now, batches)) {
        const next = advance(mine, batches[steps] ?? tf.scalar(0))
        made.push(next)
        expect(event.step).toBe(++steps)
        expect(event.batch).toBe(batches[steps - 1])
        expect(numbers([event.params, event.state, event.value])).toEqual(
          numbers([next.params, next.state, next.value]),
        )
        expect(await event.loss()).toBe(numbers(next.value)[0])
        expect([event.aux, event.evaluation]).toEqual([undefined, undefined])
        mine = next
        if (steps === batches.length) made.push(event.params, event.state)
      }
      expect(steps).toBe(3)
      expect(mine.state[0].count).toBe(3)
      return [now, batches, made]
    }))

  test('holds one generation at a time, over many steps, and nothing that it was given is disposed', async () =>
    balanced(async () => {
      const now = start()
      const batches = batchesOf(1)
      const values = numbers([now.params, now.state, batches])
      const endless = function* () {
        for (;;) yield* batches
      }
      const many = backendName === 'webgl' ? 20 : whole ? 300 : 60
      const counts = new Set<number>()
      const before = tensors()
      const { returned, last, count } = await drained(
        (async function* () {
          for await (const event of fit(optimizer, loss, { steps: many })(now, endless())) {
            counts.add(tensors() - before)
            yield event
          }
        })(),
      )
      expect(counts).toEqual(new Set([fresh + 1]))
      expect(tensors() - before).toBe(fresh)
      expect([count, returned]).toEqual([many, undefined])
      expect(numbers([now.params, now.state, batches])).toEqual(values)
      expect(numbers(last?.params.idle)).toEqual([9])
      const theirs = new Set(tensorsOf([now.params, now.state]))
      expect(tensorsOf([last?.params, last?.state]).filter((tensor) => theirs.has(tensor))).toEqual([])
      return [now, batches, last?.params, last?.state]
    }))

  test('without batches or steps it is what it was given', async () => {
    const now = start()
    const { returned, count } = await drained(fit(optimizer, loss)(now, []))
    expect([count, returned]).toEqual([0, { ...now, step: 0, why: 'exhausted' }])
    expect(returned?.params.w).toBe(now.params.w)
    const batches = batchesOf(1)
    const none = await fitted(optimizer, loss, { steps: 0 })(now, batches)
    expect(none.params.w).toBe(now.params.w)
    expect([none.step, none.why]).toEqual([0, 'enough'])
    dispose(now, batches)
  })

  test('returns the last generation, that of the last event', async () =>
    balanced(async () => {
      const now = start()
      const batches = batchesOf(1, 2)
      const { returned, last } = await drained(fit(optimizer, loss)(now, batches))
      expect(returned?.params).toBe(last?.params)
      expect(returned?.state).toBe(last?.state)
      expect(last?.value.isDisposed).toBe(true)
      return [now, batches, returned]
    }))

  test('disposes batches when told to, each after its step', async () =>
    balanced(async () => {
      const now = start()
      const made: tf.Tensor[] = []
      const source = async function* () {
        for (let i = 0; i < 3; i++) {
          made.push(tf.scalar(i))
          yield { x: made[i] ?? tf.scalar(0), name: 'batch', raw: new Float32Array(3) }
        }
      }
      let last: unknown
      for await (const event of fit(optimizer, (p: Params, { x }: { readonly x: tf.Tensor }) => loss(p, x), {
        disposeBatches: true,
      })(now, source())) {
        expect(made.map((batch) => batch.isDisposed)).toEqual(made.map((_, i) => i < made.length - 1))
        last = [event.params, event.state]
      }
      expect(made.map((batch) => batch.isDisposed)).toEqual([true, true, true])
      return [now, last]
    }))

  test('keep clones what should live on, and training does not write into it', async () =>
    balanced(async () => {
      const now = start()
      const batches = batchesOf(1, 2, 3, 4)
      const kept: (typeof now)[] = []
      const seen: (readonly number[])[] = []
      let last: unknown
      for await (const event of fit(optimizer, loss)(now, batches)) {
        const mine = keep(event)
        const theirs = new Set(tensorsOf([event.params, event.state]))
        expect(tensorsOf(mine).filter((tensor) => theirs.has(tensor))).toEqual([])
        kept.push(mine)
        seen.push(numbers([event.params, event.state]))
        last = [event.params, event.state]
      }
      expect(kept.map(numbers)).toEqual(seen)
      expect(new Set(seen.map(String)).size).toBe(4)
      const from = kept.at(-1) ?? now
      expect(from.state[0].count).toBe(4)
      const further = await fitted(optimizer, loss)(from, batches)
      expect(kept.map(numbers)).toEqual(seen)
      return [now, batches, kept, last, further]
    }))

  test('aux is borrowed with its event, and may share the memory of parameters', async () =>
    balanced(async () => {
      const now = start()
      const batches = batchesOf(1, 2, 3)
      let last: unknown
      let w = numbers(now.params.w)
      let before: tf.Tensor | undefined
      for await (const event of fit(optimizer, (p: Params, x: tf.Tensor) => [loss(p, x), { w: p.w }] as const, {
        hasAux: true,
      })(now, batches)) {
        expect(before?.isDisposed ?? true).toBe(true)
        expect(numbers(event.aux.w)).toEqual(w)
        w = numbers(event.params.w)
        before = event.aux.w
        last = [event.params, event.state]
      }
      return [now, batches, last]
    }))

  test('an optimizer that needs an extra gets it', async () =>
    balanced(async () => {
      const rated = equation({
        name: 'rated',
        host: counting,
        scalars: (_host: { readonly count: number }, { rate }: { readonly rate: number }) => ({ r: rate }),
      })((A) => ({ update }, { r }) => ({ update: A.neg(A.mul(r, update)) }))
      const params = { x: tf.scalar(1) }
      const now = await fitted(rated, (p: typeof params, by: number) => tf.mul(p.x, by), {
        extra: (_evaluated, by) => ({ rate: by }),
      })({ params, state: rated.init(params) }, [1, 2])
      expect(numbers(now.params)).toEqual([1 - 1 - 4])
      return [params, now]
    }))

  test('nothing is read back unless asked for, and a loss asked for too late says so', async () =>
    balanced(async () => {
      const now = start()
      const batches = batchesOf(1, 2, 3)
      const data = vi.spyOn(tf.Tensor.prototype, 'data')
      const sync = vi.spyOn(tf.Tensor.prototype, 'dataSync')
      try {
        const events = fit(optimizer, loss)(now, batches)
        const first = await events.next()
        await events.next()
        expect([data.mock.calls.length, sync.mock.calls.length]).toEqual([0, 0])
        const third = await events.next()
        if (first.done === true || third.done === true) throw new Error('too short')
        expect(await third.value.loss()).toBe(await third.value.loss())
        expect(data.mock.calls).toHaveLength(1)
        expect(String(await rejection(first.value.loss()))).toMatch(/loss of step 1 is gone/)
        const end = await events.next()
        return [now, batches, end.value]
      } finally {
        data.mockRestore()
        sync.mockRestore()
      }
    }))
})

describe('the end of a run leaves the last generation only', () => {
  test('leaving the loop: the last event is the caller’s, the iterator is closed', async () =>
    balanced(async () => {
      const now = start()
      const batches = batchesOf(1, 2, 3)
      let closed = false
      const source = function* () {
        try {
          yield* batches
        } finally {
          closed = true
        }
      }
      let last: unknown
      const before = tensors()
      for await (const event of fit(optimizer, loss)(now, source())) {
        last = [event.params, event.state]
        if (event.step === 2) break
      }
      expect([closed, tensors() - before]).toEqual([true, fresh])
      expect(numbers(last)).toHaveLength(12)
      return [now, batches, last]
    }))

  test('enough steps: takes no batch that it does not use', async () =>
    balanced(async () => {
      const now = start()
      const batches = batchesOf(1, 2, 3)
      let taken = 0
      let closed = false
      const source: AsyncIterable<tf.Tensor> = {
        [Symbol.asyncIterator]: () => ({
          next: async () => ({ done: false, value: batches[taken++] ?? tf.scalar(0) }),
          return: async () => {
            closed = true
            return { done: true, value: undefined }
          },
        }),
      }
      const { returned, count } = await drained(fit(optimizer, loss, { steps: 2 })(now, source))
      expect([taken, closed, count]).toEqual([2, true, 2])
      return [now, batches, returned]
    }))

  type Run = ReturnType<typeof plain>
  const plain = fit(optimizer, loss)
  /** Checks a run that throws after so many events. */
  const checkBroken = async (
    now: ReturnType<typeof start>,
    batches: Iterable<tf.Tensor>,
    steps: number,
    boom: Error,
    run: typeof plain,
  ): Promise<void> => {
    const before = tensors()
    const events: Run = run(now, batches)
    const { last, error, count } = await drained(events)
    expect(error).toBe(boom)
    expect(count).toBe(steps)
    expect(tensors() - before).toBe(steps === 0 ? 0 : fresh)
    if (last !== undefined) {
      expect(numbers([last.params, last.state])).toHaveLength(12)
      dispose(last.params, last.state)
    }
    expect(await events.next()).toEqual({ done: true, value: undefined })
  }

  test('an error of the loss, the batches or a hook comes through, after the event of its step', async () => {
    const now = start()
    const batches = batchesOf(1, 2, 3)
    const failAt =
      (n: number, boom: Error) =>
      (p: Params, x: tf.Tensor): tf.Tensor => {
        if (x === batches[n]) throw boom
        return loss(p, x)
      }
    const throwing = function* (n: number, boom: Error) {
      yield* batches.slice(0, n)
      throw boom
    }
    const at =
      (n: number, boom: Error) =>
      (event: { readonly step: number }): Promise<boolean> =>
        event.step === n ? Promise.reject(boom) : Promise.resolve(true)
    const boom = new Error('boom')
    for (const n of [0, 2]) {
      await checkBroken(now, batches, n, boom, fit(optimizer, failAt(n, boom)))
      await checkBroken(now, throwing(n, boom), n, boom, plain)
    }
    await checkBroken(
      now,
      batches,
      2,
      boom,
      fit(optimizer, loss, {
        evaluate: { every: 1, run: async (event) => void (await at(2, boom)(event)) },
      }),
    )
    await checkBroken(now, batches, 2, boom, fit(optimizer, loss, { checkpoint: { every: 1, save: at(2, boom) } }))
    await checkBroken(
      now,
      batches,
      2,
      boom,
      fit(optimizer, loss, {
        reporter: (report) => {
          if (report.kind === 'stepped' && report.step === 2) throw boom
        },
      }),
    )
    dispose(now, batches)
  })

  test('a hook that failed is told even to who leaves the loop at its step', async () => {
    const now = start()
    const batches = batchesOf(1, 2)
    const boom = new Error('boom')
    let last: unknown
    const leave = async (): Promise<void> => {
      for await (const event of fit(optimizer, loss, {
        evaluate: {
          every: 1,
          run: async () => {
            throw boom
          },
        },
      })(now, batches)) {
        last = [event.params, event.state]
        break
      }
    }
    expect(await rejection(leave())).toBe(boom)
    dispose(now, batches, last)
  })

  test('fitted leaves nothing when it fails', async () =>
    balanced(async () => {
      const now = start()
      const batches = batchesOf(1, 2, 3)
      const boom = new Error('boom')
      const failing = function* () {
        yield* batches
        throw boom
      }
      const before = tensors()
      expect(await rejection(fitted(optimizer, loss)(now, failing()))).toBe(boom)
      expect(tensors() - before).toBe(0)
      expect(numbers(now.params)).toEqual([1, -2, 0.5, 9])
      return [now, batches]
    }))

  test('the batch of a failed step is disposed too, when batches are', async () =>
    balanced(async () => {
      const now = start()
      const [batch] = batchesOf(1)
      const failing = (): tf.Tensor => {
        throw new Error('boom')
      }
      await rejection(fitted(optimizer, failing, { disposeBatches: true })(now, [batch]))
      expect(batch?.isDisposed).toBe(true)
      return [now]
    }))
})

describe('the signal', () => {
  test('stops before the next step', async () =>
    balanced(async () => {
      const now = start()
      const batches = batchesOf(1, 2, 3)
      const already = await drained(fit(optimizer, loss, { signal: AbortSignal.abort() })(now, batches))
      expect([already.count, already.returned]).toEqual([0, { ...now, step: 0, why: 'aborted' }])
      const controller = new AbortController()
      let steps = 0
      const counted = (p: Params, x: tf.Tensor): tf.Tensor => {
        if (++steps === 2) controller.abort()
        return loss(p, x)
      }
      const { count, returned, error } = await drained(
        fit(optimizer, counted, { signal: controller.signal })(now, batches),
      )
      expect([count, steps, error]).toEqual([2, 2, undefined])
      return [now, batches, returned]
    }))

  test('ends the wait for a batch that does not come, and disposes one that comes too late', async () =>
    balanced(async () => {
      const now = start()
      const [one, two] = batchesOf(1, 2)
      const controller = new AbortController()
      let give: (batch: tf.Tensor | undefined) => void = () => undefined
      const source = async function* () {
        yield one ?? tf.scalar(0)
        setTimeout(() => controller.abort(), 5)
        yield (
          (await new Promise<tf.Tensor | undefined>((resolve) => {
            give = resolve
          })) ?? tf.scalar(0)
        )
      }
      const { count, returned } = await drained(
        fit(optimizer, loss, { signal: controller.signal, disposeBatches: true })(now, source()),
      )
      expect([count, one?.isDisposed]).toEqual([1, true])
      give(two)
      await new Promise((resolve) => setTimeout(resolve, 5))
      expect(two?.isDisposed).toBe(true)
      return [now, returned]
    }))

  test('comes through although the batches never wait: timers have their turn', async () =>
    balanced(async () => {
      const now = start()
      const batches = batchesOf(0.5)
      const begun = performance.now()
      const long = function* () {
        while (performance.now() - begun < 5000) yield* batches
      }
      const after = await fitted(optimizer, loss, { signal: AbortSignal.timeout(50) })(now, long())
      expect(performance.now() - begun).toBeLessThan(4000)
      expect(after.state[0].count).toBeGreaterThan(0)
      return [now, batches, after]
    }))
})

describe('hooks', () => {
  test('the evaluation runs at its steps, counted from startStep, and its result is in the event', async () =>
    balanced(async () => {
      const now = start()
      const batches = batchesOf(1, 2, 3, 4)
      const seen: unknown[] = []
      let last: unknown
      const run = async ({ step, params }: { readonly step: number; readonly params: Params }) => ({
        step,
        w: numbers(params.w),
      })
      for await (const event of fit(optimizer, loss, { startStep: 3, evaluate: { every: 2, run } })(now, batches)) {
        seen.push([event.step, event.evaluation?.step])
        if (event.evaluation !== undefined) expect(event.evaluation.w).toEqual(numbers(event.params.w))
        last = [event.params, event.state]
      }
      expect(seen).toEqual([
        [4, 4],
        [5, undefined],
        [6, 6],
        [7, undefined],
      ])
      return [now, batches, last]
    }))

  test('a save in flight has clones of its own while training goes on; one is in flight at a time; the end waits for it', async () =>
    balanced(async () => {
      const now = start()
      const batches = batchesOf(1, 2, 3, 4)
      const log: string[] = []
      const wanted: (readonly number[])[] = []
      const saved: (readonly number[])[] = []
      let running = 0
      const save = async (snapshot: {
        readonly step: number
        readonly params: Params
        readonly state: unknown
      }): Promise<boolean> => {
        expect(++running).toBe(1)
        log.push(`begin ${snapshot.step}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
        saved.push(numbers([snapshot.params, snapshot.state]))
        log.push(`end ${snapshot.step}`)
        running--
        return true
      }
      let last: unknown
      for await (const event of fit(optimizer, loss, { checkpoint: { every: 2, save } })(now, batches)) {
        if (event.step % 2 === 0) wanted.push(numbers([event.params, event.state]))
        log.push(`step ${event.step}`)
        last = [event.params, event.state]
      }
      expect(log).toEqual(['step 1', 'begin 2', 'step 2', 'step 3', 'end 2', 'begin 4', 'step 4', 'end 4'])
      expect(saved).toEqual(wanted)
      return [now, batches, last]
    }))

  test('a save that fails ends the run with all its reasons: of a rejection, and of a task that was run', async () =>
    balanced(async () => {
      const now = start()
      const batches = batchesOf(1, 2, 3)
      const right: number[] = []
      const fine = await fitted(optimizer, loss, {
        checkpoint: { every: 1, save: async ({ step }) => right.push(step) },
      })(now, batches)
      expect(right).toEqual([1, 2, 3])
      const problem = (found: string) =>
        checkpointProblem('Store', { path: 'a', expected: 'a disk', found, fix: 'buy another' })
      const problems: CheckpointError = [problem('the disk is full'), problem('and the tape is torn')]
      for (const save of [async () => Promise.reject(new CheckpointFailed(problems)), async () => E.left(problems)]) {
        const error = await rejection(fitted(optimizer, loss, { checkpoint: { every: 2, save } })(now, batches))
        expect(error).toBeInstanceOf(SaveFailed)
        expect(error).toMatchObject({
          step: 2,
          message: expect.stringMatching(/step 2.*\n {2}- a: .*the disk is full.*\n {2}- a: .*and the tape is torn/),
        })
      }
      return [now, batches, fine]
    }))

  test('the reporter hears all, in order, and why the run ended', async () =>
    balanced(async () => {
      const now = start()
      const batches = batchesOf(1, 2)
      const heard: unknown[] = []
      const times: number[] = []
      const after = await fitted(optimizer, loss, {
        steps: 5,
        evaluate: { every: 2, run: ({ step }) => step * 10 },
        checkpoint: { every: 2, save: async () => true },
        reporter: async (report) => {
          times.push(report.time)
          if (report.kind === 'stepped') expect(await report.loss()).toBeGreaterThan(0)
          const { time: _time, ...rest } = report
          heard.push(rest.kind === 'stepped' ? { kind: rest.kind, step: rest.step } : rest)
        },
      })(now, batches)
      expect(heard).toEqual([
        { kind: 'started', step: 0, until: 5 },
        { kind: 'stepped', step: 1 },
        { kind: 'stepped', step: 2 },
        { kind: 'evaluated', step: 2, evaluation: 20 },
        { kind: 'saved', step: 2 },
        { kind: 'ended', step: 2, why: 'exhausted' },
      ])
      expect([...times].sort((a, b) => a - b)).toEqual(times)
      return [now, batches, after]
    }))

  test('why a run ended: enough, aborted, stopped, failed', async () => {
    const now = start()
    const batches = batchesOf(1, 2)
    const why: string[] = []
    const reporter = (report: { readonly kind: string; readonly why?: string }): void => {
      if (report.kind === 'ended') why.push(report.why ?? '')
    }
    await fitted(optimizer, loss, { steps: 1, reporter })(now, batches)
    await fitted(optimizer, loss, { signal: AbortSignal.abort(), reporter })(now, batches)
    for await (const _ of fit(optimizer, loss, { reporter })(now, batches)) break
    await rejection(
      fitted(
        optimizer,
        () => {
          throw new Error('boom')
        },
        { reporter },
      )(now, batches),
    )
    expect(why).toEqual(['enough', 'aborted', 'stopped', 'failed'])
  })
})

describe('wrong input', () => {
  test('throws at construction, naming option and value', () => {
    expect(() => fit(optimizer, loss, { steps: -1 })).toThrow(/fit: steps must be an integer ≥ 0, found -1/)
    expect(() => fit(optimizer, loss, { evaluate: { every: 0, run: () => 1 } })).toThrow(
      /fit: evaluate: every must be an integer ≥ 1, found 0/,
    )
    expect(() => fit(optimizer, loss, { checkpoint: { every: 1.5, save: async () => true } })).toThrow(
      /fit: checkpoint: every/,
    )
    expect(() => fit(optimizer, loss, { step: 1 } as object)).toThrow(
      /fit: there is no option step\. Did you mean steps\?/,
    )
  })

  test('batches that are no iterable throw at once', () => {
    const now = start()
    expect(() => fit(optimizer, loss)(now, 3 as never)).toThrow(/batches must be an iterable.*found 3/)
    dispose(now)
  })
})

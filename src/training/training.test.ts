import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { sgd } from '../optimizers/sgd.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { fitted } from './fitted.js'
import { plainLines } from './plainLines.js'
import type { Report } from './Reporter.js'

const optimizer = sgd({ learningRate: 0.25 })
type Params = { readonly w: tf.Tensor }
const loss = ({ w }: Params, x: number): tf.Tensor => tf.mean(tf.square(tf.mul(w, x)))
const start = () => {
  const params: Params = { w: tf.tensor1d([1, -2]) }
  return { params, state: optimizer.init(params) }
}
const never = new Promise<never>(() => undefined)
/** Two backends need less, the third is slow. */
const soon = { timeout: 20_000 }

describe('the signal ends every wait', () => {
  const aborted = (): AbortController => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('enough of this')), 20)
    return controller
  }
  /** Ends a training that waits after its second step, however long those steps take. */
  const abortedAfter = (step: number) => {
    const controller = new AbortController()
    const heard = (event: { readonly kind: string; readonly step: number }): void => {
      if (event.kind === 'stepped' && event.step === step)
        setTimeout(() => controller.abort(new Error('enough of this')), 20)
    }
    return { signal: controller.signal, heard }
  }

  test('for an evaluation that hangs, which is handed the signal; nothing is told of it', soon, async () => {
    const now = start()
    const { signal, heard: toEnd } = abortedAfter(2)
    const heard: string[] = []
    let reached: AbortSignal | undefined
    const after = await fitted(optimizer, loss, {
      signal,
      evaluate: {
        every: 2,
        run: async (_event, context) => {
          reached = context.signal
          return never
        },
      },
      checkpoint: { every: 2, save: async () => heard.push('begun') },
      reporter: (event) => {
        heard.push(`${event.kind} ${event.step}`)
        toEnd(event)
      },
    })(now, [1, 1, 1])
    expect([after.step, after.why, reached]).toEqual([2, 'aborted', signal])
    expect(heard).toEqual(['started 0', 'stepped 1', 'stepped 2', 'ended 2'])
    disposeExcept([now, after], [])
  })

  test('for a save that hangs: between two saves, and at the end', soon, async () => {
    for (const batches of [
      [1, 1, 1],
      [1, 1],
    ]) {
      const now = start()
      const before = tf.memory().numTensors
      const { signal, heard: toEnd } = abortedAfter(2)
      let finish: (done: boolean) => void = () => undefined
      const heard: string[] = []
      let reached: AbortSignal | undefined
      const after = await fitted(optimizer, loss, {
        signal,
        checkpoint: {
          every: 1,
          save: async ({ step }, context) => {
            reached = context.signal
            heard.push(`save ${step}`)
            return new Promise<boolean>((resolve) => {
              finish = resolve
            })
          },
        },
        reporter: (event) => {
          heard.push(`${event.kind} ${event.step}`)
          toEnd(event)
        },
      })(now, batches)
      expect([after.step, after.why, reached]).toEqual([2, 'aborted', signal])
      const told = ['started 0', 'stepped 1', 'save 1', 'stepped 2', 'ended 2']
      expect(heard).toEqual(told)
      disposeExcept(after, [])
      expect(tf.memory().numTensors).toBeGreaterThan(before)
      finish(true)
      await expect.poll(() => tf.memory().numTensors).toBe(before)
      expect(heard).toEqual(told)
      disposeExcept(now, [])
    }
  })

  test('for a save in flight when the batches have run out', soon, async () => {
    const now = start()
    const { signal } = aborted()
    const after = await fitted(optimizer, loss, { signal, checkpoint: { every: 2, save: () => never } })(now, [1, 1])
    expect([after.step, after.why]).toEqual([2, 'exhausted'])
    disposeExcept([now, after], [])
  })

  test('for a report that hangs, but not for the last one', soon, async () => {
    const now = start()
    const { signal } = aborted()
    let told = false
    const after = await fitted(optimizer, loss, {
      signal,
      reporter: async ({ kind }) => {
        if (kind === 'stepped') return never
        if (kind !== 'ended') return undefined
        await new Promise((resolve) => setTimeout(resolve, 20))
        told = true
        return undefined
      },
    })(now, [1, 1])
    expect([after.step, after.why, told]).toEqual([1, 'aborted', true])
    disposeExcept([now, after], [])
  })

  test('hooks that heed it, and fail for it, do not make the run fail', soon, async () => {
    const heeding = async (signal: AbortSignal): Promise<never> =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    for (const hooks of [
      { evaluate: { every: 1, run: (_event: unknown, { signal }: { signal: AbortSignal }) => heeding(signal) } },
      { checkpoint: { every: 1, save: (_event: unknown, { signal }: { signal: AbortSignal }) => heeding(signal) } },
    ]) {
      const now = start()
      const before = tf.memory().numTensors
      const after = await fitted(optimizer, loss, { ...hooks, signal: aborted().signal })(now, [1, 1, 1])
      expect(after.why).toBe('aborted')
      disposeExcept(after, [])
      await expect.poll(() => tf.memory().numTensors).toBe(before)
      disposeExcept(now, [])
    }
  })

  test('without a signal hooks are handed one that never comes', async () => {
    const now = start()
    const seen: boolean[] = []
    const after = await fitted(optimizer, loss, {
      evaluate: { every: 1, run: (_event, { signal }) => seen.push(signal.aborted) },
      checkpoint: { every: 1, save: async (_snapshot, { signal }) => seen.push(signal.aborted) },
    })(now, [1])
    expect(seen).toEqual([false, false])
    disposeExcept([now, after], [])
  })
})

describe('why there were no more steps is returned and told', () => {
  const ending = async (batches: Iterable<number>, options: { steps?: number; signal?: AbortSignal }) => {
    const now = start()
    const lines: string[] = []
    const ends: Report[] = []
    const write = plainLines((line) => lines.push(line))
    const after = await fitted(optimizer, loss, {
      ...options,
      startStep: 10,
      reporter: async (report) => {
        if (report.kind === 'ended') ends.push(report)
        await write(report)
      },
    })(now, batches)
    disposeExcept([now, after], [])
    expect(ends).toMatchObject([{ step: after.step, why: after.why }])
    return { step: after.step, why: after.why, line: lines.at(-1)?.replace(/ in .*/, '') }
  }

  test('a loader that was used up before', async () => {
    const loader = [1, 1].values()
    expect(await ending(loader, { steps: 5 })).toEqual({
      step: 12,
      why: 'exhausted',
      line: 'no more batches after 2 of 5 steps',
    })
    expect(await ending(loader, { steps: 5 })).toEqual({
      step: 10,
      why: 'exhausted',
      line: 'no more batches after 0 of 5 steps',
    })
    expect(await ending(loader, { steps: 1 })).toMatchObject({ line: 'no more batches after 0 of 1 step' })
  })

  test('enough, all there were, and the signal', async () => {
    expect(await ending([1, 1, 1], { steps: 2 })).toEqual({ step: 12, why: 'enough', line: 'done after 2 steps' })
    expect(await ending([1, 1, 1], {})).toEqual({ step: 13, why: 'exhausted', line: 'no more batches after 3 steps' })
    expect(await ending([1], { steps: 3, signal: AbortSignal.abort() })).toEqual({
      step: 10,
      why: 'aborted',
      line: 'stopped by the signal after 0 of 3 steps',
    })
  })
})

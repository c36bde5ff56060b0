import { Writable } from 'node:stream'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { fitted } from './fitted.js'
import type { Report } from './Reporter.js'
import { terminalProgress } from './terminalProgress.js'

/** A stream that remembers what was written to it, and says whether it is a terminal. */
const streamOf = (isTTY: boolean, columns = 200) => {
  const written: string[] = []
  const stream = new Writable({
    write: (chunk: unknown, _encoding, done) => {
      written.push(String(chunk))
      done()
    },
  })
  return { stream: Object.assign(stream, { isTTY, columns }), text: () => written.join('') }
}

const run = async (until: number | undefined, tell: (report: Report) => void | Promise<void>): Promise<void> => {
  await tell({ kind: 'started', step: 0, time: 0, until })
  await tell({ kind: 'stepped', step: 1, time: 500, loss: async () => 0.25 })
  await Promise.resolve()
  await tell({ kind: 'evaluated', step: 1, time: 550, evaluation: { perplexity: 12.5 } })
  await new Promise((resolve) => setTimeout(resolve, 250))
  await tell({ kind: 'stepped', step: 2, time: 1000, loss: async () => 0.125 })
  await tell({ kind: 'ended', step: 2, time: 1000, why: 'enough' })
}

/** What a terminal of many lines shows after a text that moves its cursor. */
const screenOf = (text: string): readonly string[] => {
  const lines: string[] = []
  let [row, column] = [0, 0]
  let saved: readonly [number, number] = [0, 0]
  const escape = String.fromCodePoint(27)
  for (const [part] of text.matchAll(
    new RegExp(`${escape}(?:\\[[\\d?;]*[A-Za-z]|[78])|[\\r\\n]|[^${escape}\\r\\n]+`, 'g'),
  )) {
    const line = (lines[row] ??= '')
    if (part === '\r') column = 0
    else if (part === '\n') [row, column] = [row + 1, 0]
    else if (part === `${escape}7`) saved = [row, column]
    else if (part === `${escape}8`) [row, column] = saved
    else if (part.endsWith('K') && part.startsWith(escape)) lines[row] = line.slice(0, column)
    else if (part.startsWith(`${escape}[`)) column = part.endsWith('G') ? 0 : column
    else {
      lines[row] = line.slice(0, column).padEnd(column) + part + line.slice(column + part.length)
      column += part.length
    }
  }
  return lines
}

const besideBar = 62

describe('terminalProgress', () => {
  test('draws a bar with step, loss, rate, the time left and the last evaluation', async () => {
    const { stream, text } = streamOf(true)
    await run(4, terminalProgress({ stream, fps: 20 }))
    expect(text()).toMatch(/░+/)
    expect(text()).toMatch(/█+░+ 2\/4 \| loss 0\.1250 \| 2 steps\/s \| 0:01 left \| evaluation: perplexity 12\.50/)
    expect(text()).toMatch(/done after 2 of 4 steps in 0:01\n$/)
  })

  test.each([80, 60, 20])(
    'in %s columns the bar is as short as it must be, and evaluations stand above it',
    async (columns) => {
      const { stream, text } = streamOf(true, columns)
      await run(4, terminalProgress({ stream, fps: 20 }))
      // what moves the cursor is no text
      const lines = text()
        .replaceAll(new RegExp(`${String.fromCodePoint(27)}\\[[\\d?;]*[A-Za-z]`, 'g'), '\r')
        .split(/[\r\n]+/)
      expect(lines).toContain('step 1, evaluation: perplexity 12.50')
      const bars = lines.filter((line) => line.includes(' | loss '))
      expect(bars.length).toBeGreaterThan(1)
      for (const line of bars) expect(line.length).toBeLessThanOrEqual(Math.max(columns, besideBar))
      expect(bars.some((line) => /[█░]/.test(line))).toBe(columns > 62)
    },
  )

  test('what was said above the bar stays on the screen when the run ends', async () => {
    const { stream, text } = streamOf(true, 80)
    stream.write('before\n')
    await run(4, terminalProgress({ stream, fps: 20 }))
    expect(screenOf(text())).toEqual([
      'before',
      'step 1, evaluation: perplexity 12.50',
      expect.stringContaining('2/4 | loss 0.1250 | 2 steps/s | 0:01 left'),
      'done after 2 of 4 steps in 0:01',
    ])
  })

  test('an evaluation that is undefined is not told', async () => {
    for (const isTTY of [true, false]) {
      const { stream, text } = streamOf(isTTY)
      const tell = terminalProgress({ stream })
      await tell({ kind: 'started', step: 0, time: 0, until: 4 })
      await tell({ kind: 'evaluated', step: 1, time: 550, evaluation: undefined })
      await tell({ kind: 'ended', step: 2, time: 1000, why: 'enough' })
      expect(text()).not.toMatch(/evaluation|undefined/)
    }
  })

  test('without an end in sight there is no bar, but all else', async () => {
    const { stream, text } = streamOf(true)
    await run(undefined, terminalProgress({ stream }))
    expect(text()).not.toMatch(/[█░]/)
    expect(text()).toMatch(/step 2 \| loss 0\.1250 \| 2 steps\/s \| 0:01 \|/)
  })

  test('without a terminal it writes plain lines', async () => {
    const { stream, text } = streamOf(false)
    await run(4, terminalProgress({ stream }))
    expect(text()).toBe(
      'step 1/4, loss 0.2500, 2 steps/s, 0:02 left\nstep 1, evaluation: perplexity 12.50\ndone after 2 of 4 steps in 0:01\n',
    )
    const lines: string[] = []
    await run(4, terminalProgress({ stream, write: (line) => lines.push(line) }))
    expect(lines).toHaveLength(3)
  })

  test('reports a run of training, and leaves no tensor behind', async () => {
    const sgd = equation({ name: 'sgd' })((A) => ({ update }) => ({ update: A.mul(A.lit(-0.1), update) }))
    const params = { x: tf.scalar(1) }
    const before = tf.memory().numTensors
    const { stream, text } = streamOf(true)
    const after = await fitted(sgd, (p: typeof params, by: number) => tf.mul(tf.square(p.x), by), {
      steps: 20,
      reporter: terminalProgress({ stream }),
    })(
      { params, state: sgd.init(params) },
      Array.from({ length: 20 }, () => 1),
    )
    expect(text()).toMatch(/20\/20 \| loss/)
    expect(text()).toMatch(/done after 20 steps/)
    for (const tensor of tensorsOf(after)) tensor.dispose()
    expect(tf.memory().numTensors - before).toBe(0)
  })

  test('wrong options throw', () => {
    expect(() => terminalProgress({ fps: 0 })).toThrow(/terminalProgress: fps must be a finite number > 0, found 0/)
  })
})

import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { contestants, usual } from './contestants.js'
import { heat } from './heat.js'
import type { Problem } from './Problem.js'
import { quadratic } from './quadratic.js'
import { race } from './race.js'
import { racePlot } from './racePlot.js'
import { raceTable } from './raceTable.js'
import { rosenbrock } from './rosenbrock.js'

const short: Problem = { ...quadratic, budget: 24 }
const ticking = (): (() => number) => {
  let now = 0
  return () => (now += 1)
}
const picked = (...names: readonly string[]) =>
  Object.fromEntries(Object.entries(contestants).filter(([name]) => names.includes(name)))
const small = { rates: [1e-3, 0.1, 3], seeds: 3, marks: 4, seconds: 60 }

describe('the race', () => {
  test('two optimizers on one problem: tuned on a seed of its own, run on the others, and no tensor is left', () => {
    const alive = tf.memory().numTensors
    const lines: string[] = []
    const racing = picked('adam', 'momentum')
    const finishes = race({
      ...small,
      problems: [short],
      contestants: racing,
      clock: ticking(),
      progress: (line) => lines.push(line),
    })
    expect(tf.memory().numTensors).toBe(alive)
    expect(finishes.map(({ contestant }) => contestant)).toEqual(['momentum', 'adam'])
    expect(lines).toHaveLength(2)
    for (const { contestant, rate, atEdge, loss, marks } of finishes) {
      const at = (seed: number, tried: number): number => {
        const posed = short.posed(seed)
        const one = racing[contestant]
        if (one === undefined) throw new Error(contestant)
        const { marks: own } = heat({ posed, contestant: one, rate: tried, budget: 24, marks: 1, clock: ticking() })
        posed.end()
        return own.at(-1)?.loss ?? Number.NaN
      }
      const trials = small.rates.map((tried) => at(0, tried))
      expect(rate).toBe(small.rates[trials.indexOf(Math.min(...trials))])
      expect(atEdge).toBe(rate !== 0.1)
      const [best, median, worst] = [1, 2, 3].map((seed) => at(seed, rate)).toSorted((a, b) => a - b)
      expect(loss).toEqual({ best, median, worst })
      expect(marks.map(({ gradients }) => gradients)).toEqual([0, 6, 12, 18, 24])
      expect(marks.at(-1)?.loss).toBe(median)
      expect(marks[0]?.loss).toBeGreaterThan(loss.worst)
    }
    const page = raceTable(finishes, { ...small, problems: [short], contestants: racing, backend: 'cpu backend' })
    const order = finishes.toSorted((a, b) => a.loss.median - b.loss.median).map(({ contestant }) => contestant)
    expect([...page.matchAll(/^\| (adam|momentum) \| ([12]) \|/gm)].map(([, name, place]) => [name, place])).toEqual(
      finishes.map(({ contestant }) => [contestant, String(order.indexOf(contestant) + 1)]),
    )
    expect(racePlot(finishes).match(/<polyline points="[^"]+"/g)).toHaveLength(2)
  })

  test('who has not begun when the time is over is left out', () => {
    const options = { ...small, contestants: picked('sgd'), clock: ticking(), progress: () => undefined }
    expect(race({ ...options, problems: [short], seconds: 0 })).toEqual([])
  })

  test('a rate that diverges is told, and never chosen over one that does not', () => {
    const options = { ...small, contestants: picked('sgd'), clock: ticking(), progress: () => undefined }
    const problems = [{ ...rosenbrock, budget: 40 }]
    const [finish] = race({ ...options, problems })
    expect(finish?.rate).toBe(1e-3)
    const [lost] = race({ ...options, problems, rates: [3, 10] })
    expect(lost?.loss).toEqual({ best: Infinity, median: Infinity, worst: Infinity })
    expect(raceTable(lost === undefined ? [] : [lost], { ...options, problems, backend: 'cpu' })).toContain('diverged')
  })

  test('every loss counts as a gradient: those of a curvature and of a line search, too', () => {
    const alive = tf.memory().numTensors
    for (const [name, most] of [
      ['sgd', 30],
      ['sophia', 32],
      ['lbfgs', 52],
    ] as const) {
      const posed = quadratic.posed(1)
      let calls = 0
      const counted = { ...posed, loss: (...given: Parameters<typeof posed.loss>) => (calls++, posed.loss(...given)) }
      const [contestant] = Object.values(picked(name))
      if (contestant === undefined) throw new Error(name)
      heat({ posed: counted, contestant, rate: 0.1, budget: 30, marks: 3, clock: ticking() })
      posed.end()
      expect(calls, name).toBeGreaterThanOrEqual(30)
      expect(calls, name).toBeLessThanOrEqual(most)
    }
    expect(tf.memory().numTensors).toBe(alive)
  })

  test('twelve race by default', () => {
    expect(usual).toHaveLength(12)
  })
})

import { describe, expect, it } from 'vitest'
import { beyondRuns, forgotten, leftOutCount, strangers } from './beyondCases.js'
import { exactErrors } from './OracleRun.js'

describe('optimizers that optax lacks, by the float64 reference', () => {
  it('finds all that it looks for', () => {
    expect(strangers).toEqual([])
  })

  it('compares every case, or says why not', () => {
    expect(forgotten).toEqual([])
    // schedule-free has a file of its own
    expect(beyondRuns.length + leftOutCount + 9).toBe(164)
  })

  it.each(beyondRuns.filter(({ exact }) => exact !== null).map((run) => [run.title, run] as const))('%s', (_, run) => {
    const errors = exactErrors(run)
    expect(errors.length).toBeGreaterThan(3)
    expect(Math.max(...errors)).toBeLessThan(run.exact ?? 0)
  })
})

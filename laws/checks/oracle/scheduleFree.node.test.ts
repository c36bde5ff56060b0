import { describe, expect, it } from 'vitest'
import { exactErrors } from './OracleRun.js'
import { scheduleFreeRuns } from './scheduleFreeCases.js'

describe('schedule-free in float64, by the float64 reference', () => {
  it('has all runs', () => {
    expect(scheduleFreeRuns).toHaveLength(39)
  })

  it.each(scheduleFreeRuns.map((run) => [run.title, run] as const))('%s', (_, run) => {
    const errors = exactErrors(run)
    expect(errors.length).toBeGreaterThan(4)
    expect(Math.max(...errors)).toBeLessThan(run.exact ?? 0)
  })
})

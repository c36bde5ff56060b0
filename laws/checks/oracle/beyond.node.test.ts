import { describe, expect, it } from 'vitest'
import { beyondRuns, strangers } from './beyondCases.js'
import { exactErrors } from './OracleRun.js'

describe('optimizers that optax lacks, by the float64 reference', () => {
  it('finds all that it looks for', () => {
    expect(strangers).toEqual([])
  })

  it.each(beyondRuns.filter(({ exact }) => exact !== null).map((run) => [run.title, run] as const))('%s', (_, run) => {
    const errors = exactErrors(run)
    expect(errors.length).toBeGreaterThan(3)
    expect(Math.max(...errors)).toBeLessThan(run.exact ?? 0)
  })
})

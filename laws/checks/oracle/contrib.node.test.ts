import { describe, expect, it } from 'vitest'
import { contribRuns, unknownNames } from './contribCases.js'
import { exactErrors } from './OracleRun.js'

describe('optax.contrib in float64, by the float64 reference', () => {
  it('knows every name', () => {
    expect(unknownNames).toEqual([])
  })

  it.each(contribRuns.filter(({ exact }) => exact !== null).map((run) => [run.title, run] as const))('%s', (_, run) => {
    const errors = exactErrors(run)
    expect(errors.length).toBeGreaterThan(3)
    expect(Math.max(...errors)).toBeLessThan(run.exact ?? 0)
  })
})

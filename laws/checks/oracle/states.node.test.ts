import { describe, expect, it } from 'vitest'
import { stateRuns } from './stateCases.js'
import { exactContinuation } from './stateRuns.js'

describe('states of other libraries go on, in float64', () => {
  const runs = stateRuns.flatMap((run) => (run.exact === null ? [] : [[run.title, run, run.exact] as const]))
  it.each(runs)('%s', (_, run, exact) => {
    const errors = exactContinuation(run)
    expect(errors).toHaveLength(6)
    expect(Math.max(...errors)).toBeLessThan(exact)
  })
})

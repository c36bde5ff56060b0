import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { backendName } from '../backend.js'
import { contribRuns } from './contribCases.js'
import { roundedErrors } from './OracleRun.js'

describe(`optax.contrib in float64, by ${backendName}`, () => {
  it.each(contribRuns.map((run) => [run.title, run] as const))('%s', (_, run) => {
    const last = run.trajectory.length - 1
    // Reading back is what costs on WebGL: there the first step and the last tell.
    const watched = (step: number) => backendName !== 'webgl' || step === 0 || step === last
    const before = tf.memory().numTensors
    const errors = roundedErrors(run, watched)
    expect(errors.length).toBeGreaterThan(1)
    expect(Math.max(...errors)).toBeLessThan(run.rounded)
    expect(tf.memory().numTensors).toBe(before)
  })
})

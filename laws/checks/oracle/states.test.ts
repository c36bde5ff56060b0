import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { backendName } from '../backend.js'
import { stateRuns } from './stateCases.js'
import { roundedContinuation } from './stateRuns.js'

describe(`states of other libraries go on, by ${backendName}`, () => {
  it.each(stateRuns.map((run) => [run.title, run] as const))('%s', async (_, run) => {
    const end = run.trajectory.length - 1
    // Reading back is what costs on WebGL: there the first step and the last tell.
    const watched = (step: number) => backendName !== 'webgl' || step === 0 || step === end
    const before = tf.memory().numTensors
    const errors = await roundedContinuation(run, watched)
    expect(errors.length).toBeGreaterThan(1)
    expect(Math.max(...errors)).toBeLessThan(run.rounded)
    expect(tf.memory().numTensors).toBe(before)
  })
})

import { either as E } from 'fp-ts'
import { describe, expect, it } from 'vitest'
import { arrayLeaf } from '../../../src/equation/reference.js'
import { importedState } from '../../../src/interop/importState.js'
import { adam } from '../../../src/optimizers/adam.js'
import { skeletonOf } from '../../../src/tree/Skeleton.js'
import { refusedTfjs, stateRuns } from './stateCases.js'
import { exactContinuation } from './stateRuns.js'

describe('states of other libraries go on, in float64', () => {
  const runs = stateRuns.flatMap((run) => (run.exact === null ? [] : [[run.title, run, run.exact] as const]))
  it.each(runs)('%s', (_, run, exact) => {
    const errors = exactContinuation(run)
    expect(errors).toHaveLength(6)
    expect(Math.max(...errors)).toBeLessThan(exact)
  })
})

describe('states of tfjs whose rule is not the paper’s', () => {
  it.each([
    ['adadelta', /the adadelta of tfjs, which divides by the gradients before this one/],
    ['rmsprop-momentum-centered', /the centred rmsprop of tfjs, which takes epsilon away under the root/],
  ] as const)('%s is refused with the reason', (name, reason) => {
    const found = refusedTfjs.find((one) => one.name === name)
    const params = { kernel: arrayLeaf([0, 0, 0, 0, 0, 0], [2, 3]), bias: arrayLeaf([0, 0, 0], [3]) }
    const { anatomy } = adam({ learningRate: 1 })
    const request = { from: 'tfjs', source: found?.source ?? [] } as const
    const state = importedState(request, anatomy, skeletonOf(params, 'params'), {}, arrayLeaf)
    expect(E.isLeft(state) ? state.left.map(({ message }) => message) : []).toEqual([expect.stringMatching(reason)])
  })

  it('is all that is left out, but for adamax, which tfjs does not export', () => {
    expect(refusedTfjs.map(({ name }) => name)).toEqual(['adadelta', 'rmsprop-momentum-centered'])
    expect(stateRuns).toHaveLength(19 + 11 + 21 + 7)
  })
})

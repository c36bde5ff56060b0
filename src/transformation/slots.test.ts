import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { option as O } from 'fp-ts'
import { describe, expect, test } from 'vitest'
import { transformations } from '../../laws/arbitraries/transformations.js'
import { trees, treesLike } from '../../laws/arbitraries/trees.js'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { tensorsFrom, tidily } from '../../laws/Numbers.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { byPath } from '../combinators/byPath.js'
import { chain } from '../combinators/chain.js'
import { masked } from '../combinators/masked.js'
import { adam } from '../optimizers/adam.js'
import { slotsOf } from '../state/slots.js'
import { stateCodec } from '../state/stateCodec.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { pathsOf } from '../tree/pathsOf.js'
import { skeletonOf } from '../tree/Skeleton.js'
import { getSlot, slotNames, variables } from './slots.js'
import { step } from './step.js'

const optimizer = withMovingAverage({ decay: 0.5, name: 'Slow' })(
  chain(
    clipByGlobalNorm({ maxNorm: 1 }),
    adam({ learningRate: 0.1 }),
    masked({ mask: byPath((path) => path === 'w') })(withMovingAverage({ decay: 0.9, name: 'Fast' })(chain())),
  ),
)

describe('the methods of the original class', () => {
  test('slotNames: sorted, inner slots visible through every wrapper', () => {
    expect(slotNames(optimizer)).toEqual(['Fast', 'Slow', 'inner.1.0.mu', 'inner.1.0.nu'])
    expect(slotNames(chain())).toEqual([])
  })

  test('variables and getSlot read the tensors of the state, and make none', () => {
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const params = { w: tf.tensor1d([1, 2]), b: [tf.scalar(3)] }
      const state = optimizer.init(params)
      const made = tf.memory().numTensors
      expect(variables(optimizer)(params, state).map(({ name }) => name)).toEqual([
        'b/0/Slow',
        'b/0/inner.1.0.mu',
        'b/0/inner.1.0.nu',
        'w/Fast',
        'w/Slow',
        'w/inner.1.0.mu',
        'w/inner.1.0.nu',
      ])
      const slot = (path: string, name: string) => getSlot(optimizer)(path, name)(params, state)
      expect(slot('w', 'Slow')).toEqual(O.some(state.average.w))
      expect(O.toNullable(slot('w', 'Fast'))).toBe(state.inner[2].average.w)
      expect(O.toNullable(slot('b/0', 'inner.1.0.mu'))).toBe(state.inner[1][0].mu.b[0])
      for (const [path, name] of [
        ['b/0', 'Fast'],
        ['w', 'mu'],
        ['w', 'slow'],
        ['x', 'Slow'],
        ['', 'Slow'],
        ['b', '0/Slow/'],
      ] as const)
        expect(slot(path, name)).toEqual(O.none)
      expect(tf.memory().numTensors).toBe(made)
    })
    expect(tf.memory().numTensors).toBe(before)
  })
})

// Laws L20 and L21 of the moving average, for any optimizer.
const numRuns = backendName === 'webgl' ? 3 : casesOf(60)
const givens = trees()
  .filter((spec) => tidily(() => pathsOf(tensorsFrom(spec)).length) > 0)
  .chain((spec) => fc.tuple(fc.constant(spec), treesLike(spec)))

test('names are unique, sorted, the same after every step, and the key set of what is written', () => {
  fc.assert(
    fc.property(transformations, givens, (inner, [spec, gradients]) => {
      const tx = withMovingAverage({ decay: 0.5 })(inner)
      tf.tidy(() => {
        const params = tensorsFrom(spec)
        const state = tx.init(params)
        const names = variables(tx)(params, state).map(({ name }) => name)
        expect(new Set(names).size).toBe(names.length)
        expect(names).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)))
        // treesLike has the structure of the parameters
        const next = step(tx)(tensorsFrom(gradients) as never, state, params)
        expect(variables(tx)(next.params, next.state).map(({ name }) => name)).toEqual(names)
        const codec = stateCodec(tx.anatomy.shape, skeletonOf(params, 'params'), state)
        expect(Object.keys(codec.encode(next.state).tensors).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(names)
        for (const path of pathsOf(params))
          expect(names).toContain(`${path === '' ? 'params' : path}/ExponentialMovingAverage`)
      })
    }),
    { numRuns },
  )
})

test('get of a listed slot is some where the slot covers the leaf, of any other name none', () => {
  fc.assert(
    fc.property(transformations, givens, fc.string(), (inner, [spec], other) => {
      const tx = withMovingAverage({ decay: 0.5 })(inner)
      tf.tidy(() => {
        const params = tensorsFrom(spec)
        const state = tx.init(params)
        const skeleton = skeletonOf(params, 'params')
        const covers = new Map(
          slotsOf(tx.anatomy.shape).map(({ at, name, average, scope }) => [average ?? [...at, name].join('.'), scope]),
        )
        expect([...covers.keys()].toSorted()).toEqual([...slotNames(tx)].toSorted())
        skeleton.paths.forEach((path, i) => {
          for (const [name, scope] of covers)
            expect(O.isSome(getSlot(tx)(path, name)(params, state))).toBe(
              scope === null || scope.includes(skeleton)[i] === true,
            )
          if (!covers.has(other)) expect(getSlot(tx)(path, other)(params, state)).toEqual(O.none)
        })
      })
    }),
    { numRuns },
  )
})

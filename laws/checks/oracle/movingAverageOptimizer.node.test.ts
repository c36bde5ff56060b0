import { describe, expect, it } from 'vitest'
import { arrayLeaf, type ArrayLeaf } from '../../../src/equation/reference.js'
import { reference } from '../../../src/transformation/reference.js'
import { movingAverageCases, optimizerOf } from './movingAverageCases.js'
import { flatNumbers, mapNumbers, type Nested, ofScale, shapeOf } from './optaxCases.js'

const leaf = (values: Nested): ArrayLeaf => arrayLeaf(flatNumbers(values), shapeOf(values))

const numbersOf = (tree: unknown): readonly number[] =>
  typeof tree === 'object' && tree !== null && 'values' in tree && tree.values instanceof Float64Array
    ? [...tree.values]
    : Object.values(tree as object).flatMap(numbersOf) // a record of leaves

const exact = movingAverageCases.filter(({ dtype }) => dtype === 'float64')

describe('the original MovingAverageOptimizer in float64, by the float64 reference', () => {
  it('has 9 runs', () => {
    expect(exact).toHaveLength(9)
  })

  it.each(exact.map((run) => [run.title, run] as const))('%s', (_, run) => {
    const optimizer = reference(optimizerOf(run), 'float64')
    const params = mapNumbers(leaf)(run.params)
    let now = { params, state: optimizer.init(params) }
    const errors = run.grads.flatMap((grads, i) => {
      now = { ...optimizer.step(mapNumbers(leaf)(grads), now.state, now.params) }
      const { average } = now.state as { readonly average: unknown } // the state of an average
      return [
        ofScale(numbersOf(now.params), flatNumbers(run.trajectory[i]?.params ?? {})),
        ofScale(numbersOf(average), flatNumbers(run.trajectory[i]?.average ?? {})),
      ]
    })
    expect(errors).toHaveLength(20)
    expect(Math.max(...errors)).toBeLessThan(1e-6)
  })
})

import { describe, expect, it } from 'vitest'
import { arrayLeaf, type ArrayLeaf } from '../../../src/equation/reference.js'
import { reference } from '../../../src/transformation/reference.js'
import {
  builtCase,
  flatNumbers,
  mapNumbers,
  ofScale,
  type OptaxCase,
  optaxCases,
  shapeOf,
  type Nested,
} from './optaxCases.js'

const leaf = (values: Nested): ArrayLeaf => arrayLeaf(flatNumbers(values), shapeOf(values))

const numbersOf = (tree: unknown): readonly number[] =>
  typeof tree === 'object' && tree !== null && 'values' in tree && tree.values instanceof Float64Array
    ? [...tree.values]
    : Object.values(tree as object).flatMap(numbersOf) // a record of leaves

/** optax' madgrad takes √(count + 1) in float32, also in float64 mode. */
const toleranceOf = ({ rounded, chain: [first] }: OptaxCase): number =>
  first?.name === 'madgrad' ? 2e-8 : rounded ? 1e-8 : 1e-12

describe('optax in float64, by the float64 reference', () => {
  it('covers every run that is not of contrib', () => {
    expect(optaxCases.filter(({ kind }) => kind !== 'contrib' && kind !== 'more')).toHaveLength(156)
  })

  it.each(optaxCases.map((run) => [run.title, run] as const))('%s', (_, run) => {
    const exact = reference(builtCase(run), 'float64')
    const params = mapNumbers(leaf)(run.params)
    let now = { params, state: exact.init(params) }
    const errors = run.grads.map((grads, i) => {
      now = { ...exact.step(mapNumbers(leaf)(grads), now.state, now.params, { value: run.values?.[i] ?? 0 }) }
      return ofScale(numbersOf(now.params), flatNumbers(run.trajectory[i] ?? {}))
    })
    expect(errors).toHaveLength(run.kind === 'more' ? 6 : 12)
    expect(Math.max(...errors)).toBeLessThan(toleranceOf(run))
  })
})

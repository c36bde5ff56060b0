import { describe, expect, it } from 'vitest'
import { arrayLeaf, type ArrayLeaf } from '../../../src/equation/reference.js'
import { at } from '../../../src/state/paths.js'
import { reference } from '../../../src/transformation/reference.js'
import { type AveragingCase, averagingCases } from './averagingCases.js'
import { averagingExceptions } from './averagingExceptions.js'
import { averagingRuns } from './averagingFiles.js'
import { flatNumbers, mapNumbers, type Nested, type Numbers, ofScale, shapeOf } from './optaxCases.js'

const leaf = (values: Nested): ArrayLeaf => arrayLeaf(flatNumbers(values), shapeOf(values))
const tree = (numbers: Numbers): unknown => mapNumbers(leaf)(numbers)

/** The numbers of a flat record of leaves, in the order of the names of another. */
const numbersLike = (like: Numbers, found: unknown): readonly number[] =>
  Object.keys(like).flatMap((key) => [...((found as Readonly<Record<string, ArrayLeaf>>)[key]?.values ?? [])])

const averageLike = (
  like: Numbers,
  path: readonly string[],
  { params, state }: { readonly params: unknown; readonly state: unknown },
): readonly number[] => {
  if (path[0] !== 'x') return numbersLike(like, at(state, path))
  const [y, z] = [numbersLike(like, params), numbersLike(like, at(state, ['z']))]
  return y.map((v, i) => v + (1 / Number(at(state, ['b1'])) - 1) * (v - (z[i] ?? Number.NaN)))
}

describe('averages in float64, by the float64 reference', () => {
  it.each(averagingCases.map((run) => [run.title, run] as const))('%s', (_, run: AveragingCase) => {
    const optimizer = reference(run.tx, 'float64')
    const initial = tree(run.initial)
    let now = { params: initial, state: optimizer.init(initial) }
    const errors = run.steps.flatMap(({ grads, params, extra, average, after }) => {
      now = { ...optimizer.step(tree(grads), now.state, params === undefined ? now.params : tree(params), extra) }
      return [
        ...(average === undefined ? [] : [ofScale(averageLike(average, run.at, now), flatNumbers(average))]),
        ...(after === undefined ? [] : [ofScale(numbersLike(after, now.params), flatNumbers(after))]),
      ]
    })
    expect(errors.length).toBe(
      run.steps.reduce((n, { average, after }) => n + Number(average !== undefined) + Number(after !== undefined), 0),
    )
    expect(Math.max(...errors)).toBeLessThan(run.tolerance.float64)
  })
})

describe('runs of averages', () => {
  const done = new Set(averagingCases.map(({ file, index }) => `${file} ${index}`))
  const excepted = new Set(averagingExceptions.flatMap(({ file, cases }) => cases.map((index) => `${file} ${index}`)))

  it('are all done here, or excepted with a reason', () => {
    expect(averagingRuns).toHaveLength(166)
    expect(
      averagingRuns.map(({ file, index }) => `${file} ${index}`).filter((x) => !done.has(x) && !excepted.has(x)),
    ).toEqual([])
    expect([...excepted].filter((x) => done.has(x))).toEqual([])
  })
})

import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { hide } from '../../../src/combinators/transformations.js'
import { arrayLeaf } from '../../../src/equation/reference.js'
import { formatPlan } from '../../../src/migration/formatPlan.js'
import { migrate } from '../../../src/migration/migrate.js'
import { planMigration } from '../../../src/migration/planMigration.js'
import { at, put } from '../../../src/state/paths.js'
import { reference } from '../../../src/transformation/reference.js'
import type { AnyTransformation, Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { isLeaf, type Tree } from '../../../src/tree/Tree.js'
import { tensorsOf } from '../../../src/tree/tensorsOf.js'
import type { Change, Dense } from './Change.js'
import { changes } from './changes.js'
import { bits, gradsOf, type Now, start, tensors, trained } from './training.js'

const arrays = (shape: readonly number[], values: readonly number[]) => arrayLeaf(values, shape)

const referenced = (tx: AnyTransformation, first: Now, from: number, steps: number): Now => {
  const { step: next } = reference(tx, 'float64')
  let now = first
  for (let i = from; i < from + steps; i++)
    now = next(gradsOf(now.params, i, arrays), now.state, now.params, { metric: i })
  return now
}

/** The new state that a change says, put together by hand from the old one and a first one. */
const grafted = ({ carried }: Change, old: unknown, first: unknown): unknown =>
  Object.entries(carried).reduce((state, [to, from]) => put(state, keys(to), at(old, keys(from))), first)
const keys = (path: string): readonly string[] => (path === '' ? [] : path.split('.'))

const numbersOf = (value: unknown): readonly number[] =>
  isLeaf(value)
    ? 'values' in value
      ? [...(value.values as Float64Array)] // an array leaf
      : [...(value as tf.Tensor).dataSync()]
    : Object.values(value as object).flatMap(numbersOf)

test.each(changes.map((change) => [change.change, change] as const))('%s', (_, change) => {
  const before = tf.memory().numTensors
  const [from, to] = [hide(change.from as Transformation<Opaque>), hide(change.to as Transformation<Opaque>)]
  const params = start(tensors)
  const first = { params, state: from.init(params as unknown as Tree) }
  const now = trained(from, first, 0, 3)
  const held = tf.memory().numTensors
  const next = (change.params?.(now.params as Dense<tf.Tensor>, tensors) ?? now.params) as Tree
  const told = change.options ?? {}

  const plan = planMigration(from, to, told)(now as { params: Tree; state: unknown }, next)
  expect(formatPlan(plan).split('\n')[0]).toBe(change.plan)
  expect(plan.exact).toBe(change.needs.length === 0 && change.refused !== true)
  const carriedOver = migrate(from, to, { ...told, accept: change.needs })
  const there = now as { readonly params: Tree; readonly state: unknown }
  if (change.refused === true) {
    expect(() => carriedOver(there, next)).toThrow(/ambiguous .*say which: slots/)
    disposeExcept([first, now], [])
    expect(tf.memory().numTensors).toBe(before)
    return
  }
  for (const left of change.needs) {
    const accept = change.needs.filter((kind) => kind !== left)
    expect(() => migrate(from, to, { ...told, accept })(there, next)).toThrow(`(accept: '${left}')`)
  }
  // plans and refusals have left nothing behind
  expect(tf.memory().numTensors - held).toBe(tensorsOf([now, next]).length - tensorsOf(now).length)

  const state = carriedOver(there, next)
  const fresh = to.init(next)
  const expected = grafted(change, now.state, fresh)
  expect(bits(state)).toEqual(bits(expected))
  for (const tensor of tensorsOf(state)) expect(tensorsOf(now)).not.toContain(tensor)

  const after = trained(to, { params: next, state }, 3, 2)
  const byHand = trained(to, { params: next, state: expected }, 3, 2)
  expect(bits(after)).toEqual(bits(byHand))
  if (change.goesOn === true) {
    const unbroken = trained(from, now, 3, 2)
    const [mine, theirs] = [bits(after.params), bits(unbroken.params)] as readonly Dense<unknown>[]
    if (change.params === undefined) expect(mine).toEqual(theirs)
    else for (const [leaf, x] of Object.entries(mine?.dense ?? {})) expect(x).toEqual(at(theirs, ['dense', leaf]))
    disposeExcept(unbroken, [now])
  }
  if (change.opaque !== true) {
    const begun = start(arrays)
    const old = referenced(change.from, { params: begun, state: reference(change.from, 'float64').init(begun) }, 0, 3)
    const then = change.params?.(old.params as Dense<ReturnType<typeof arrays>>, arrays) ?? old.params
    const graft = grafted(change, old.state, reference(change.to, 'float64').init(then))
    const wanted = numbersOf(referenced(change.to, { params: then, state: graft }, 3, 2).params)
    numbersOf(after.params).forEach((x, i) => expect(x).toBeCloseTo(wanted[i] ?? Number.NaN, 4))
  }
  disposeExcept([after, byHand, state, fresh, expected, next, now, first], [])
  expect(tf.memory().numTensors).toBe(before)
})

import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import { expectTypeOf } from 'vitest'
import { copied, perLeaf, perTree, zeros } from '../equation/Slot.js'
import { checkedEquation as equation } from './checkedEquation.js'
import { counting } from './equation.js'
import type { StateOf, Transformation } from './Transformation.js'
import type { LambdaOf } from './types.js'

declare const params: { w: Tensor1D }

// The state is inferred to the last field.
const everything = equation({
  name: 'everything',
  slots: { mu: zeros, start: copied, norm: perLeaf(0), total: perTree(0) },
  host: counting,
  scalars: ({ count }) => ({ c: count + 1 }),
})((A) => ({ update, mu, norm, total, start }, { c }) => ({
  update: A.mul(c, update),
  mu: A.add(mu, update),
  norm,
  total,
  start,
}))
const state = everything.init(params)
expectTypeOf(state.mu.w).toEqualTypeOf<Tensor1D>()
expectTypeOf(state.start).toEqualTypeOf<typeof params>()
expectTypeOf(state.norm.w).toEqualTypeOf<Tensor>()
expectTypeOf(state.total).toEqualTypeOf<Tensor>()
expectTypeOf(state.count).toEqualTypeOf<number>()
// @ts-expect-error no such slot
void state.nu
// @ts-expect-error no such leaf
void state.mu.v

// A rule cannot look inside its numbers.
// @ts-expect-error a number of the algebra is no number
equation({ name: 'x' })(() => (x) => ({ update: x.update + 1 }))
// @ts-expect-error nor is a number one of the algebra
equation({ name: 'x' })((A) => ({ update }) => ({ update: A.add(update, 1) }))
// @ts-expect-error a number is no condition
equation({ name: 'x' })((A) => ({ update }) => ({ update: A.where(update, update, update) }))
// @ts-expect-error a condition is no number
equation({ name: 'x' })((A) => ({ update }) => ({ update: A.less(update, update) }))
equation({ name: 'x' })((A) => ({ update }) => {
  // @ts-expect-error nor can it be asked by JavaScript
  if (update > 0) return { update }
  return { update: A.neg(update) }
})

// Names are checked.
// @ts-expect-error a misspelt slot
equation({ name: 'x', slots: { mu: zeros } })(() => ({ update, nu }) => ({ update, mu: nu }))
// @ts-expect-error a forgotten slot
equation({ name: 'x', slots: { mu: zeros } })(() => ({ update }) => ({ update }))
// @ts-expect-error a forgotten update
equation({ name: 'x', slots: { mu: zeros } })(() => ({ mu }) => ({ mu }))
// @ts-expect-error a misspelt scalar
equation({ name: 'x', scalars: () => ({ b1: 0.9 }) })((A) => ({ update }, { b2 }) => ({ update: A.mul(b2, update) }))
// @ts-expect-error there are no scalars
equation({ name: 'x' })((A) => ({ update }, { b1 }) => ({ update: A.mul(b1, update) }))
// @ts-expect-error a misspelt number of the host
equation({ name: 'x', host: counting, scalars: ({ counts }) => ({ c: counts }) })(() => (x) => x)
// @ts-expect-error an operation that the algebra does not have
equation({ name: 'x' })((A) => ({ update }) => ({ update: A.asin(update) }))
// A surplus slot is not a type error; it throws at construction.
equation({ name: 'x' })((A) => ({ update }) => ({ update, mu: A.neg(update) }))

// Extras are inferred from what scalars and numbers ask for.
const lossy = equation({ name: 'lossy', scalars: (_host: {}, { value }: { readonly value: number }) => ({ value }) })(
  (A) =>
    ({ update }, { value }) => ({ update: A.mul(value, update) }),
)
expectTypeOf(lossy).toExtend<Transformation<LambdaOf<typeof lossy>, { readonly value: number }>>()
lossy.update({ w: null }, lossy.init(params), params, { value: 1 })
// @ts-expect-error the extra is missing
lossy.update({ w: null }, lossy.init(params), params)
// @ts-expect-error the extra is misspelt
lossy.update({ w: null }, lossy.init(params), params, { loss: 1 })

expectTypeOf<StateOf<LambdaOf<typeof everything>, { v: Tensor1D }>['mu']>().toEqualTypeOf<{ v: Tensor1D }>()

/** @internal */
import { checkFields } from '../scalars/checkFields.js'
import { checkFunction } from '../scalars/checkFunction.js'
import type { Equation } from './Equation.js'
import { must } from '../scalars/must.js'
import { spell } from '../tree/Skeleton.js'
import { width } from './reaches.js'
import { isReaching, type Reaching, reaching, reachingScalars, reachingTo } from './reaching.js'
import type { Slot } from './Slot.js'

/** Checks the names of an equation, and runs it once on how far its numbers reach: throws for missing or surplus slots and
 *  for slots that reach too far, which types alone do not tell. */
export const checkEquation = (equation: Equation): void => {
  const { name: owner, slots, host } = equation
  for (const [name, slot] of Object.entries(slots)) {
    checkSlot(owner, name, slot)
    if (Object.hasOwn(host, name))
      throw new TypeError(`${owner}: "${name}" is both a slot and a number of the host. Rename one.`)
  }
  const inputs: Record<string, Reaching> = { update: reachingTo('element'), param: reachingTo('element') }
  for (const [name, { per }] of Object.entries(slots)) inputs[name] = reachingTo(per)
  const rule = equation.rule(reaching)
  checkFunction(`${owner}: what the rule gives`, rule, '(A) => ({ update }) => ({ update: A.neg(update) })')
  const result = rule(inputs, reachingScalars)
  checkFields(`${owner}: what the equation returns`, result, {}, 'Return the update and every slot.')
  for (const name of ['update', ...Object.keys(slots)])
    if (result[name] === undefined)
      throw new TypeError(`${owner}: the equation returns no "${name}". Return the update and every slot.`)
  for (const [name, value] of Object.entries<unknown>(result))
    if (!isReaching(value))
      throw new TypeError(
        `${owner}: the equation returns ${spell(value)} as "${name}". Return what the rule is given, or what A has made, as A.lit(0).`,
      )
  for (const name of Object.keys(result))
    // `(x) => x` hands the parameter on as well.
    if (name !== 'update' && !Object.hasOwn(slots, name) && !(name === 'param' && result[name] === inputs['param']))
      throw new TypeError(
        `${owner}: the equation returns a slot "${name}" that it does not declare. Declare it in slots, or drop it.`,
      )
  for (const [name, { per }] of Object.entries(slots)) {
    const { reach: found } = must(result[name], 'slot')
    if (width[found] > width[per])
      throw new TypeError(
        `${owner}: slot "${name}" is one number per ${per}, but the equation gives it one per ${found}. Reduce it with ${per === 'leaf' ? 'leafSum, leafMax or leafNorm' : 'treeSum or treeNorm'}.`,
      )
  }
}

const checkSlot = (owner: string, name: string, { per, start }: Slot): void => {
  if (name === 'update' || name === 'param' || name === '__proto__' || name === '' || /[/.]/.test(name))
    throw new TypeError(
      `${owner}: "${name}" cannot name a slot. Use a word without "/" and "." other than "update" and "param".`,
    )
  if (start === 'param' && per !== 'element')
    throw new TypeError(
      `${owner}: slot "${name}" is one number per ${per}, so it cannot start as a copy of the parameter. Start it at a number.`,
    )
  if (start !== 'param' && !Number.isFinite(start))
    throw new TypeError(`${owner}: slot "${name}" starts at ${start}. Start it at a finite number.`)
}

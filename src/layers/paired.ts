/** @internal */
import { must } from '../scalars/must.js'
import type { Variable } from '@tensorflow/tfjs-core'
import { alike } from '../tree/Skeleton.js'
import { tensorOf } from './heldOf.js'
import type { Member } from './Held.js'

/** Which variable each member of a loaded state is, `null` where none is told. Names move when a model is loaded beside
 *  another one (`kernel` is `kernel_1` then), so it is by name only where all names are there, else by name without what
 *  tfjs adds to it; else by position; else by such names as are there. Position comes late: members stand in the order
 *  in which they were met, which is not the model's where layers were frozen at first. */
export const paired = (unmet: readonly Member[], fresh: readonly Variable[]): ReadonlyMap<Member, Variable> => {
  const byName = fresh.map((variable) =>
    unmet.filter((member) => member.path === variable.name && fits(member, variable)),
  )
  if (byName.every((found) => found.length === 1)) return matched(byName, fresh)
  const byStem = fresh.map((variable) => {
    const alone = fresh.filter(({ name }) => stem(name) === stem(variable.name)).length === 1
    return alone ? unmet.filter((member) => stem(member.path) === stem(variable.name) && fits(member, variable)) : []
  })
  if (byStem.every((found) => found.length === 1)) return matched(byStem, fresh)
  if (unmet.length === fresh.length && unmet.every((member, i) => fits(member, fresh[i])))
    return matched(
      unmet.map((member) => [member]),
      fresh,
    )
  return matched(byStem, fresh)
}

const fits = (member: Member, variable: Variable | undefined): boolean =>
  variable !== undefined && alike(tensorOf(member), variable.shape, variable.dtype)

/** A name without the number that tfjs adds where the name is taken. */
export const stem = (name: string): string => name.replace(/_\d+$/, '')

const matched = (found: readonly (readonly Member[])[], fresh: readonly Variable[]): ReadonlyMap<Member, Variable> =>
  new Map(
    fresh.flatMap((variable, i) => {
      const [member, ...others] = must(found[i], 'list of members of a variable')
      return member === undefined || others.length > 0 ? [] : [[member, variable] as const]
    }),
  )

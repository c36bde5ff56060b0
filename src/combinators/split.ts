import { concatenated, narrowed, rememberedOne } from '../equation/Program.js'
import { type Mask, remembered } from '../equation/Scope.js'
import type { Skeleton } from '../tree/Skeleton.js'
import { assemble } from '../transformation/assemble.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import type { AnyTransformation, Transformation } from '../transformation/Transformation.js'
import type { LambdaOf } from '../transformation/types.js'
import type { Partitioned } from './partition.js'
import { complement } from './maskScope.js'
import { under } from './segments.js'

/** Two transformations for two kinds of leaves, told apart by structure and shape: as `partition`, but either may have no
 *  leaf. For optimizers that treat matrices otherwise.
 *
 *  @internal */
export const split = <const Ts extends Readonly<Record<string, AnyTransformation>>>(
  name: string,
  transforms: Ts,
  isFirst: (skeleton: Skeleton) => readonly boolean[],
): Transformation<Partitioned<{ readonly [K in keyof Ts]: LambdaOf<Ts[K]> }>> => {
  const first: Mask = remembered(rememberedOne(isFirst))
  const scopes = [first, complement(first)]
  const groups = Object.entries(transforms).map(([label, tx], i) => {
    const scope = scopes[i] ?? first
    const anatomy = anatomyOf(`${name}: ${label}`, tx)
    return { label, anatomy, scope, plan: under(label, anatomy.plan), narrow: narrowed(scope) }
  })
  const join = concatenated()
  return assemble({
    description: {
      name,
      options: {},
      parts: groups.map(({ label, anatomy: { description }, scope }) => ({
        name: label,
        options: {},
        parts: [description],
        scope,
      })),
    },
    shape: {
      kind: 'record',
      of: name,
      host: {},
      slots: {},
      parts: Object.fromEntries(
        groups.map(({ label, anatomy, scope }) => [label, { kind: 'hidden', scope, part: anatomy.shape }]),
      ),
    },
    plan: (state, occasion) => join(groups.map(({ plan, narrow }) => narrow(plan(state, occasion)))),
  })
}

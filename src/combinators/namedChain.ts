import { checkFields } from '../scalars/checkFields.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import { assemble } from '../transformation/assemble.js'
import type { AnyTransformation, StateLambda, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf, StatesOf } from '../transformation/types.js'
import { sequence } from './chain.js'
import { checkPartName } from './partName.js'

/** The states of a `namedChain`, by name. */
export interface NamedChained<Fs> extends StateLambda {
  readonly State: StatesOf<Fs, this['Params']>
}

/** What all members of a union require together.
 *
 *  @internal */
export type Intersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never

/** `chain` with a name for each part: the state is a record, which survives the insertion of a part.
 *
 *  ```text
 *  state = { clip: s₁, adam: s₂, … }
 *  ```
 *
 *  @throws `TypeError` for a name like an integer, which JavaScript would reorder, and for a name that a path cannot
 *    hold.
 *  @laws the same updates as `chain` of the same parts.
 *  @reference optax.named_chain
 *  @example namedChain({ clip: clipByGlobalNorm({ maxNorm: 1 }), adam: adam({ learningRate: 1e-3 }) }) */
export const namedChain = <const Ts extends Readonly<Record<string, AnyTransformation>>>(
  parts: Ts,
): Transformation<
  NamedChained<{ readonly [K in keyof Ts]: LambdaOf<Ts[K]> }>,
  Intersection<{ [K in keyof Ts]: ExtraOf<Ts[K]> }[keyof Ts]>
> => {
  checkFields(
    'namedChain: parts',
    parts,
    {},
    'Pass e.g. { adam: scaleByAdam(), rate: scaleByLearningRate({ learningRate: 1e-3 }) }.',
  )
  const names = Object.keys(parts)
  for (const name of names) checkPartName('namedChain', name)
  const entries = names.map((name) => ({ name, anatomy: anatomyOf(`namedChain: ${name}`, parts[name]) }))
  return assemble({
    description: { name: 'namedChain', options: { names }, parts: entries.map(({ anatomy }) => anatomy.description) },
    shape: {
      kind: 'record',
      of: 'namedChain',
      host: {},
      slots: {},
      parts: Object.fromEntries(entries.map(({ name, anatomy }) => [name, anatomy.shape])),
    },
    plan: sequence(entries.map(({ name, anatomy }) => ({ key: name, plan: anatomy.plan }))),
  })
}

import { anatomyOf } from '../transformation/anatomyOf.js'
import { concatenated, narrowed } from '../equation/Program.js'
import { anything, membersOf } from '../scalars/kinds.js'
import { options, required } from '../scalars/options.js'
import { wrongArgument } from '../scalars/wrongArgument.js'
import { assemble } from '../transformation/assemble.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import type { Hidden } from '../tree/Tree.js'
import { type LabelLike, labelScopes } from './labels.js'
import type { Intersection } from './namedChain.js'
import { checkPartName } from './partName.js'
import { under } from './segments.js'

/** A transformation for each label, and the label of each leaf. */
export interface PartitionOptions<Ts extends Readonly<Record<string, AnyTransformation>>> {
  readonly transforms: Ts
  readonly paramLabels: LabelLike<NoInfer<keyof Ts & string>>
}

/** The states by label, with `null` in the place of what belongs to another. */
export interface Partitioned<Fs> extends StateLambda {
  readonly State: {
    readonly [K in keyof Fs]: Fs[K] extends StateLambda ? StateOf<Fs[K], Hidden<this['Params']>> : never
  }
}

/** Applies another transformation to each group of leaves. Groups are proved total and exclusive.
 *
 *  ```text
 *  uᵢ = fᵢ(g)ᵢ,  fᵢ = transforms[labelᵢ]        state = { [label]: the group's state }
 *  ```
 *
 *  @shapes each group's state has `null` for the leaves of other groups; norms and sums are over the group.
 *  @throws `TreeMismatch` naming the paths: a leaf without a label, a label without a transformation, a transformation
 *    without a leaf. `TypeError` for a label that cannot be a key of a state.
 *  @laws a chain of `masked` over disjoint masks; with one label it is that transformation.
 *  @departs optax keeps a transformation whose label no leaf bears; that is mostly a misspelt label, and refused.
 *    Labels do not depend on values, and cover the whole tree of parameters even where this stands inside a
 *    mask.
 *  @reference optax.partition (multi_transform)
 *  @example partition({ transforms: { slow: sgd({ learningRate: 1e-3 }), rest: adam({ learningRate: 1e-3 }) }, paramLabels: byPattern({ slow: 'embed/**' }, 'rest') }) */
export const partition = <const Ts extends Readonly<Record<string, AnyTransformation>>>(
  given: PartitionOptions<Ts>,
): Transformation<
  Partitioned<{ readonly [K in keyof Ts]: LambdaOf<Ts[K]> }>,
  Intersection<{ [K in keyof Ts]: ExtraOf<Ts[K]> }[keyof Ts]>
> => {
  const { transforms, paramLabels } = parse(given)
  const parts = Object.entries(transforms).map(([label, tx]) => ({
    label,
    anatomy: anatomyOf(`partition: transforms.${label}`, tx),
  }))
  if (parts.length === 0)
    throw wrongArgument('partition: transforms', perLabel, transforms, `Pass e.g. { transforms: ${example} }.`)
  for (const { label } of parts) checkPartName('partition', label)
  const labels = parts.map(({ label }) => label)
  const scopes = labelScopes('partition', labels, paramLabels)
  const groups = parts.map(({ label, anatomy }) => ({ label, anatomy, scope: scopes.get(label) ?? null }))
  const join = concatenated()
  const plans = groups.map(({ label, anatomy, scope }) => ({
    plan: under(label, anatomy.plan),
    narrow: scope === null ? same : narrowed(scope),
  }))
  return assemble({
    description: {
      name: 'partition',
      options: { labels },
      parts: groups.map(({ label, anatomy: { description }, scope }) => ({
        name: label,
        options: {},
        parts: [description],
        scope,
      })),
    },
    shape: {
      kind: 'record',
      of: 'partition',
      host: {},
      slots: {},
      parts: Object.fromEntries(
        groups.map(({ label, anatomy, scope }) => [label, { kind: 'hidden', scope, part: anatomy.shape }]),
      ),
    },
    plan: (state, occasion) => join(plans.map(({ plan, narrow }) => narrow(plan(state, occasion)))),
  })
}

const same = <A>(a: A): A => a

const perLabel = 'a transformation for each label'
const example = '{ slow: …, fast: … }'

const parse = options('partition', {
  transforms: required(membersOf<Readonly<Record<string, AnyTransformation>>>(perLabel, example)),
  paramLabels: required(
    anything<LabelLike<string>>(
      'a tree of labels, or a function of the parameters such as byPattern(…)',
      "{ embed: 'slow', dense: 'fast' }",
    ),
  ),
})

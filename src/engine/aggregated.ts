/** @internal */
import { type Occasion, type Plain, type Program, rememberedOne } from '../equation/Program.js'
import { wholeView } from '../equation/View.js'
import { at, put } from '../state/paths.js'
import { buildTree } from '../tree/leaves.js'
import type { Leaf } from '../tree/Tree.js'
import type { Manner } from '../equation/Manner.js'
import { releaseExcept } from './releaseExcept.js'
import { runPlain } from './runPlain.js'
import type { Joined } from './runStraight.js'

/** What a program does first, with gradients of single examples, and all that follows. */
export interface Aggregation {
  readonly part: Plain
  readonly after: Program
}

/** How a program takes gradients of single examples; `null` where it takes ordinary ones. Throws where the part that
 *  does is not the first: nothing before it could read leaves of other shapes than the parameters. */
export const aggregationOf = (program: Program): Aggregation | null => found(program).first

const found = rememberedOne(({ segments }: Program): { readonly first: Aggregation | null } => {
  const i = segments.findLastIndex((segment) => segment.kind === 'plain' && segment.aggregates === true)
  const [part, before] = [segments[i], segments[0]]
  if (part?.kind !== 'plain' || before === undefined) return { first: null }
  if (i > 0) throw misplaced(part, `${before.kind === 'stage' ? before.equation.name : before.name} comes before it`)
  if (part.scope !== null) throw misplaced(part, 'stands under a mask')
  return { first: { part, after: { segments: segments.slice(1) } } }
})

const misplaced = ({ name }: Plain, how: string): TypeError =>
  new TypeError(
    `${name} takes gradients of single examples, and ${how}. ` +
      `Pass it first, with whatever wraps or masks behind it: chain(${name}(…), multiSteps(…)(…)).`,
  )

/** Runs such a part: what is left of the program, from updates like the parameters. */
export const aggregated = <L extends Leaf>(
  manner: Manner<L>,
  { part, after }: Aggregation,
  joined: Joined<L>,
  { params, extra, view = wholeView }: Occasion,
  state: unknown,
): { readonly rest: Program; readonly state: unknown; readonly trees: unknown[] } => {
  const [leaves, inner] = runPlain(manner, part, { ...joined, extra, view, state })
  const next = put(state, part.at, inner)
  if (manner.donate) releaseExcept(manner, at(state, part.at), [next, params, leaves])
  // what arrived belongs to the caller, and nothing that follows reads it
  return { rest: after, state: next, trees: [null, buildTree(joined.skeleton, leaves)] }
}

/** @internal */
import { type Aggregated, type Occasion, type Plain, type Program, rememberedOne } from '../equation/Program.js'
import { wholeView } from '../equation/View.js'
import { broken } from '../scalars/must.js'
import { at, put } from '../state/paths.js'
import { buildTree } from '../tree/leaves.js'
import type { Leaf } from '../tree/Tree.js'
import type { Manner } from '../equation/Manner.js'
import { joinedOf } from './joinedOf.js'
import { releaseExcept } from './releaseExcept.js'
import { runPlain } from './runPlain.js'

/** The part that takes gradients of single examples, and all that follows. Throws where it is not the first: nothing
 *  before it could read leaves of other shapes than the parameters. */
const aggregationOf = rememberedOne(({ segments }: Program): { readonly part: Plain; readonly after: Program } => {
  const i = segments.findLastIndex((segment) => segment.kind === 'plain' && segment.aggregates !== undefined)
  const [part, before] = [segments[i], segments[0]]
  if (part?.kind !== 'plain' || before === undefined) throw broken('no part takes gradients of single examples')
  if (i > 0) throw misplaced(part, `${before.kind === 'stage' ? before.equation.name : before.name} comes before it`)
  if (part.scope !== null) throw misplaced(part, 'stands under a mask')
  return { part, after: { segments: segments.slice(1) } }
})

const misplaced = ({ name }: Plain, how: string): TypeError =>
  new TypeError(
    `${name} takes gradients of single examples, and ${how}. ` +
      `Pass it first, with whatever wraps or masks behind it: chain(${name}(…), multiSteps(…)(…)).`,
  )

/** Runs such a part: what is left of the program, from updates like the parameters. */
export const aggregated = <L extends Leaf>(
  manner: Manner<L>,
  program: Program,
  occasion: Occasion,
  state: unknown,
): Aggregated => {
  const { part, after } = aggregationOf(program)
  const { params, extra, view = wholeView } = occasion
  const joined = joinedOf(manner, occasion, state, false)
  const [leaves, inner] = runPlain(manner, part, { ...joined, extra, view, state })
  const next = put(state, part.at, inner)
  if (manner.donate) releaseExcept(manner, at(state, part.at), [next, params, leaves])
  // what arrived belongs to the caller, and nothing that follows reads it
  return { rest: after, state: next, trees: [null, buildTree(joined.skeleton, leaves)] }
}

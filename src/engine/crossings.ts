/** @internal */
import { isKept } from '../equation/incoming.js'
import { type Fork, type Program, rememberedOne, type Trial } from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'

/** A place in a program where the updates must be there before it can go on: it forks, tries, or an update that arrives
 *  is read far behind it. */
export interface Crossing {
  /** What comes before it; `null` where it is the beginning. */
  readonly before: Program | null
  readonly here: Fork | Trial | Stage
  readonly after: Program
  /** The program from here on. */
  readonly from: Program
}

/** The first such place of a program, if it has one. */
export const crossingOf = (program: Program): Crossing | null => crossings(program).first

const crossings = rememberedOne(({ segments }: Program): { readonly first: Crossing | null } => {
  const i = segments.findIndex(({ kind }, at) => kind === 'fork' || kind === 'trial' || isKept({ segments }, at))
  const here = segments[i]
  if (here === undefined || here.kind === 'plain') return { first: null }
  const part = (from: number, to?: number): Program => ({ segments: segments.slice(from, to) })
  return { first: { before: i === 0 ? null : part(0, i), here, after: part(i + 1), from: part(i) } }
})

/** @internal */
import { isKept } from '../equation/incoming.js'
import { type Fork, type Plain, type Program, rememberedOne, type Trial } from '../equation/Program.js'
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

/** How a program takes gradients of single examples, if a part of it does. */
export const aggregatingOf = (program: Program): Plain['aggregates'] => crossings(program).aggregates

/** Whether a program runs from its beginning to its end without a look at the updates, on updates like the parameters. */
export const isStraight = (program: Program): boolean => crossings(program).isStraight

interface Crossings {
  readonly first: Crossing | null
  readonly aggregates: Plain['aggregates']
  readonly isStraight: boolean
}

const crossings = rememberedOne((program: Program): Crossings => {
  const first = firstIn(program)
  const aggregates = program.segments.flatMap((one) => (one.kind === 'plain' ? [one.aggregates] : [])).find(Boolean)
  return { first, aggregates, isStraight: first === null && aggregates === undefined }
})

const firstIn = ({ segments }: Program): Crossing | null => {
  const i = segments.findIndex(({ kind }, at) => kind === 'fork' || kind === 'trial' || isKept({ segments }, at))
  const here = segments[i]
  if (here === undefined || here.kind === 'plain') return null
  const part = (from: number, to?: number): Program => ({ segments: segments.slice(from, to) })
  return { before: i === 0 ? null : part(0, i), here, after: part(i + 1), from: part(i) }
}

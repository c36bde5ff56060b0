/** @internal */
import type { AnyTransformation } from '../transformation/Transformation.js'
import type { Held, Member } from './Held.js'
import type { Writing } from './Writing.js'

/** The one thing of an optimizer that changes. */
export interface Cell {
  readonly chain: AnyTransformation
  /** Before the first step there is none. */
  held: Held | null
  /** A state that was handed in before the first step. */
  given: { readonly state: unknown } | null
  iterations: number
  /** The statistics of batch normalisation, each with its average, which stands in its place. */
  statistics: readonly Member[]
  /** While averages stand in the place of parameters nothing is trained. */
  averagesInPlace: boolean
  /** What was last made for writing: tfjs does not dispose it. */
  made: Writing['made']
}

const cells = new WeakMap<object, Cell>()

/** Remembers whose a cell is. */
export const rememberCell = (optimizer: object, cell: Cell): void => {
  cells.set(optimizer, cell)
}

/** The cell of a `layersOptimizer`. */
export const cellOf = (optimizer: object): Cell | undefined => cells.get(optimizer)

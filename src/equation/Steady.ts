/** @internal */
import type { Leaf } from '../tree/Tree.js'
import type { Equation } from './Equation.js'
import type { Manner } from './Manner.js'
import type { SlotLeaves, Work } from './Work.js'

/** An equation of which something goes on in each step, also where it does not run: an average of leaves that no equation
 *  is for, numbers of the tree of which no leaf came by. */
export interface Steady extends Equation {
  /** The slots of its stage after a run: `goesOn`, by reference, so that a bundle without such equations holds nothing of
   *  it. */
  readonly goesOn: <L extends Leaf>(
    manner: Manner<L>,
    work: Work<L>,
    stage: number,
    own: SlotLeaves<L>,
  ) => SlotLeaves<L>
}

export const isSteady = (equation: Equation): equation is Steady => 'goesOn' in equation

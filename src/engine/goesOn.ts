/** @internal */
import type { Steady } from '../equation/Steady.js'
import { carried } from './carried.js'
import { overNothing } from './overNothing.js'

/** The slots of a steady stage after a run, with all that went on although the stage did not run there. */
export const goesOn: Steady['goesOn'] = (manner, work, stage, own) =>
  overNothing(manner, work, stage, carried(manner, work, stage, own))

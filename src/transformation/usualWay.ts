/** @internal */
import { within } from '../engine/within.js'
import { type Fork, type Occasion, placedIn, type Program } from '../equation/Program.js'
import { at } from '../state/paths.js'

/** The way that a fork goes where all that it measures is 0, so where nothing is wrong with the updates; `undefined` where
 *  it looks at them itself. */
export const usualWay = (fork: Fork, state: unknown, occasion: Occasion): Program | undefined => {
  const { measure, choose } = fork
  if (measure === undefined) return undefined
  const numbers = Object.fromEntries(Object.keys(measure.slots).map((name) => [name, 0]))
  return placedIn(fork)(within(fork, state, () => choose(numbers, at(state, fork.at), occasion)))
}

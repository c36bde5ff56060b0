/** @internal */

import { type Occasion, placedIn, rememberedOne, type Trial } from '../equation/Program.js'
import { at } from '../state/paths.js'
import type { Leaf } from '../tree/Tree.js'
import type { OpenTrial, Settled } from './attempt.js'
import { evidence } from './evidence.js'
import type { Manner } from './Manner.js'
import { measured } from './measured.js'
import { releaseAll } from './releaseAll.js'
import { releaseReplaced } from './releaseReplaced.js'

/** Keeps or drops what was tried as the host decides: what is dropped leaves the very objects that were there. */
export const settledOnHost = <L extends Leaf>(
  decide: NonNullable<Trial['decide']>,
  manner: Manner<L>,
  { of, given }: OpenTrial,
  occasion: Occasion,
  [tried, after]: readonly [tree: unknown, state: unknown],
  held: readonly unknown[],
): Settled => {
  const numbers = measured(manner, of.judge, evidence<L>(of, occasion, [tried, after], given))
  const { accepted, program } = decide(numbers, at(given, of.at))
  const state = accepted ? after : given
  if (!accepted) releaseAll(manner, occasion.params, tried, [occasion.updates])
  releaseReplaced(manner, [at(given, of.at), at(after, of.at)], held, at(state, of.at))
  return { updates: accepted ? tried : occasion.updates, state, next: placed(of)(program) }
}

const placed = rememberedOne((trial: Trial) => placedIn(trial))

/** @internal */

import {
  type Occasion,
  type OpenTrial,
  placedIn,
  rememberedOne,
  type Settled,
  type Trial,
} from '../equation/Program.js'
import { must } from '../scalars/must.js'
import { at } from '../state/paths.js'
import type { Leaf } from '../tree/Tree.js'
import { evidence } from './evidence.js'
import type { Manner } from '../equation/Manner.js'
import { measured } from './measured.js'
import { releaseAll } from './releaseAll.js'
import { releaseReplaced } from './releaseReplaced.js'

/** Keeps or drops what was tried as the host decides: what is dropped leaves the very objects that were there. */
export const settledOnHost: Trial['settle'] = <L extends Leaf>(
  manner: Manner<L>,
  { of, given }: OpenTrial,
  occasion: Occasion,
  [tried, after]: readonly [tree: unknown, state: unknown],
  held: readonly unknown[],
): Settled => {
  const numbers = measured(manner, of.judge, evidence<L>(of, occasion, [tried, after], given))
  const { accepted, program } = must(of.decide, 'decision of a trial')(numbers, at(given, of.at))
  const state = accepted ? after : given
  if (!accepted) releaseAll(manner, occasion.params, tried, [occasion.updates])
  releaseReplaced(manner, [at(given, of.at), at(after, of.at)], held, at(state, of.at))
  return { updates: accepted ? tried : occasion.updates, state, next: placed(of)(program) }
}

const placed = rememberedOne((trial: Trial) => placedIn(trial))

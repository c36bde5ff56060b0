/** @internal */

import { either as E } from 'fp-ts'
import { both } from '../equation/Scope.js'
import { slotsOf } from '../state/slots.js'
import { leafName, slotTensorName } from '../state/tensorNames.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import type { Skeleton } from '../tree/Skeleton.js'
import { type CheckpointError, checkpointProblem } from './CheckpointError.js'

/** The involution on tensor names that exchanges `p` and `p/<average>`; it leaves every other name.
 *
 *  @laws σ ∘ σ = identity, for every name. */
export type SwapNames = (name: string) => string

/** The exchange of names of one average of an optimizer: of the only one, or of the one that is named. */
export const swapNames = (
  { anatomy }: AnyTransformation,
  skeleton: Skeleton,
  wanted: string | undefined,
): E.Either<CheckpointError, SwapNames> => {
  const all = slotsOf(anatomy.shape).filter(({ average }) => average !== undefined)
  const chosen = all.filter(({ average }) => wanted === undefined || average === wanted)
  const [slot] = chosen
  if (slot === undefined || chosen.length > 1)
    return E.left([
      checkpointProblem('Missing', {
        path: wanted ?? 'average',
        expected: 'one average to swap with the parameters',
        found:
          all.length === 0
            ? 'an optimizer without an average'
            : `averages named ${all.map(({ average }) => average).join(', ')}`,
        fix: all.length === 0 ? 'lift the optimizer by withMovingAverage' : 'say which one: { average: name }',
      }),
    ])
  const included = both(slot.scope, null)?.includes(skeleton)
  const partner = new Map<string, string>()
  skeleton.paths.forEach((path, i) => {
    if (included?.[i] === false) return
    const average = slotTensorName(path, slot.at, slot.name, slot.average)
    partner.set(leafName(path), average)
    partner.set(average, leafName(path))
  })
  return E.right((name) => partner.get(name) ?? name)
}

/** Whether a set of names is closed under an exchange; the names whose partners are missing, where not. */
export const missingPartners = (names: readonly string[], swap: SwapNames): readonly string[] => {
  const present = new Set(names)
  return names.filter((name) => !present.has(swap(name)))
}

/** @internal */
import type { Leaf } from '../tree/Tree.js'
import { idOf, type Part, placedId } from './Part.js'

/** Whose tensors and numbers a part takes. */
export interface Choice {
  /** The name of the parts before; null: nobody's. */
  readonly id: string | null
  /** The place of the one whose numbers count, where it was said. */
  readonly at?: string
  /** Whether the user said so. */
  readonly told: boolean
}

/** Whose tensors and numbers each part takes, by what the user says.
 *
 *  @throws `TypeError` for a name that no part has. */
export const chosenSlots = (
  slots: Readonly<Record<string, string>>,
  from: readonly Part<Leaf>[],
  to: readonly Part<Leaf>[],
): ((part: Part<Leaf>) => Choice) => {
  const choices = new Map(Object.entries(slots).map(([key, value]) => [key, choiceOf(value, from)]))
  for (const key of choices.keys())
    if (!to.some((part) => idOf(part) === key || placedId(part) === key))
      throw new TypeError(`slots: nothing in the new state is called "${key}". There is ${listed(to)}.`)
  return (part) => choices.get(placedId(part)) ?? choices.get(idOf(part)) ?? { id: idOf(part), told: false }
}

const choiceOf = (value: string, from: readonly Part<Leaf>[]): Choice => {
  if (value === 'nothing') return { id: null, told: true }
  if (from.some((part) => idOf(part) === value)) return { id: value, told: true }
  const placed = from.find((part) => placedId(part) === value)
  if (placed === undefined)
    throw new TypeError(
      `slots: nothing in the old state is called "${value}". There is ${listed(from)}; or write 'nothing', to begin anew.`,
    )
  return { id: idOf(placed), at: placed.at, told: true }
}

const listed = (parts: readonly Part<Leaf>[]): string =>
  parts.length === 0 ? 'nothing' : parts.map((part) => `'${placedId(part)}'`).join(', ')

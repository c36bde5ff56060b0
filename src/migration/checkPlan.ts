/** @internal */
import { isNamed } from '../scalars/isNamed.js'
import { wrongArgument } from '../scalars/wrongArgument.js'
import type { PlanKind } from './StatePlan.js'

/** Refuses what says nothing of how a plan is made or accepted: it would be read letter by letter, or not at all.
 *
 *  @throws `TypeError` with the option's name. */
export const checkPlan = (
  where: string,
  { accept, rename, slots }: { readonly accept?: unknown; readonly rename?: unknown; readonly slots?: unknown },
): void => {
  if (accept !== undefined && accept !== 'parameters' && typeof accept !== 'function' && !isListOf(isKind, accept))
    throw wrongArgument(
      `${where}: accept`,
      `a list of ${kinds.map((kind) => `'${kind}'`).join(', ')}, or a function of a line`,
      accept,
      "Pass e.g. { accept: ['started'] }.",
    )
  if (rename !== undefined && !isListOf(isPair, rename))
    throw wrongArgument(
      `${where}: rename`,
      'a list of pairs [from, to]',
      rename,
      "Pass e.g. { rename: [['old/*', 'new/*']] }.",
    )
  if (slots !== undefined && !(isNamed(slots) && Object.values(slots).every(isText)))
    throw wrongArgument(
      `${where}: slots`,
      'a record from new names to old ones',
      slots,
      "Pass e.g. { slots: { scaleByAmsgrad: 'scaleByAdam' } }.",
    )
}

const kinds: readonly PlanKind[] = ['same', 'moved', 'cast', 'started', 'dropped', 'shape']

const isKind = (value: unknown): boolean => kinds.some((kind) => kind === value)
const isText = (value: unknown): boolean => typeof value === 'string'
const isPair = (value: unknown): boolean => isListOf(isText, value) && (value as readonly unknown[]).length === 2 // a list, by then
const isListOf = (is: (value: unknown) => boolean, value: unknown): boolean => Array.isArray(value) && value.every(is)

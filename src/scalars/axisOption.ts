/** @internal */

import { refined } from './decoder.js'
import type { Kind } from './Kind.js'

const isAxis = (u: unknown): u is number => Number.isSafeInteger(u)

const areAxes = (u: unknown): u is number | readonly number[] => isAxis(u) || (Array.isArray(u) && u.every(isAxis))

/** An option that takes an axis: negative ones are counted from the last. */
export const axisOption: Kind<number> = {
  codec: refined('Axis', isAxis),
  range: 'an integer',
  example: '-1',
  sorts: ['number'],
}

/** An option that takes an axis or several. */
export const axesOption: Kind<number | readonly number[]> = {
  codec: refined('Axes', areAxes),
  range: 'an integer or an array of them',
  example: '[0, 1]',
  sorts: ['number', 'object'],
}

/** An option that takes an axis, several, or `null` for all. */
export const axesOrAll: Kind<number | readonly number[] | null> = {
  codec: refined('AxesOrAll', (u): u is number | readonly number[] | null => u === null || areAxes(u)),
  range: 'an axis, an array of axes, or null for all of them',
  example: '-1',
  sorts: ['number', 'object'],
}

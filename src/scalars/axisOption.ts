/** @internal */

import * as t from 'io-ts'

import type { Kind } from './Kind.js'

const Axis = t.refinement(t.number, Number.isSafeInteger, 'Axis')

/** An option that takes an axis: negative ones are counted from the last. */
export const axisOption: Kind<number> = { codec: Axis, range: 'an integer', example: '-1', sorts: ['number'] }

/** An option that takes an axis or several. */
export const axesOption: Kind<number | readonly number[]> = {
  codec: t.union([Axis, t.readonlyArray(Axis)]),
  range: 'an integer or an array of them',
  example: '[0, 1]',
  sorts: ['number', 'object'],
}

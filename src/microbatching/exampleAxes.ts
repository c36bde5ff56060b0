/** @internal */

import { refined } from '../scalars/decoder.js'
import type { Kind } from '../scalars/Kind.js'
import type { ExampleAxes } from '../transforms/examplewise.js'

/** An option that takes axes of examples. */
export const exampleAxes: Kind<ExampleAxes> = {
  codec: refined(
    'axes',
    (u): u is ExampleAxes =>
      Number.isSafeInteger(u) || (Array.isArray(u) && u.length > 0 && u.every((axis) => Number.isSafeInteger(axis))),
  ),
  range: 'an axis, or an array of axes',
  example: '[0, 1]',
  sorts: ['number', 'object'],
}

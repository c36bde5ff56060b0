/** @internal */
import { plainOptions } from '../../schedules/described.js'
import type { Moment, Scheme, Unit } from '../Scheme.js'

/** A scheme that keeps no numbers of its own: its coefficients follow from the moment alone. */
export const countedScheme = <U extends Unit = 'steps'>(
  name: string,
  options: object,
  unit: U,
  coefficient: (moment: Moment) => number,
): Scheme<{}, U> =>
  Object.freeze({ name, options: plainOptions(options), unit, init: {}, coefficient, next: () => ({}) })

/** @internal */
import { count, positiveCount } from '../scalars/Count.js'
import { oneOf } from '../scalars/kinds.js'
import { withDefault } from '../scalars/options.js'
import { averageName } from './kinds.js'

/** The options of every average that has a beat. */
export const beatOptions = {
  name: withDefault(averageName, 'ExponentialMovingAverage'),
  order: withDefault(oneOf('sequential', 'concurrent'), 'sequential'),
  start: withDefault(count, 0),
  before: withDefault(oneOf('copy', 'rest'), 'copy'),
  every: withDefault(positiveCount, 1),
} as const

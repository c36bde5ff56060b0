import * as t from 'io-ts'

import type { Kind } from './Kind.js'
import { literal } from './literal.js'

interface LearningRateBrand {
  readonly LearningRate: unique symbol
}

/** How far a step goes along its direction: a finite number, zero or more. The minus sign is scaleByLearningRate's. */
export type LearningRate = t.Branded<number, LearningRateBrand>

/** Codec of a learning rate. */
export const LearningRate = t.brand(t.number, (x): x is LearningRate => Number.isFinite(x) && x >= 0, 'LearningRate')

/** An option that takes a finite number, zero or more. With a schedule too: `numberOrSchedule(learningRate)`. */
export const learningRate: Kind<number> = {
  codec: LearningRate,
  range: 'a finite number ≥ 0',
  example: '1e-3',
  sorts: ['number'],
}

/** A learning rate written in the source.
 *
 *  @throws RangeError when negative, infinite or NaN.
 *  @example learningRateOf(1e-3) */
export const learningRateOf: (value: number) => LearningRate = literal('learningRateOf', learningRate, LearningRate)

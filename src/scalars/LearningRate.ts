import * as t from 'io-ts'

import { refined } from './decoder.js'
import type { Kind } from './Kind.js'
import { literal } from './literal.js'

interface LearningRateBrand {
  readonly LearningRate: unique symbol
}

/** How far a step goes along its direction: a finite number, zero or more. The minus sign is scaleByLearningRate's. */
export type LearningRate = t.Branded<number, LearningRateBrand>

const isLearningRate = (u: unknown): u is LearningRate => typeof u === 'number' && Number.isFinite(u) && u >= 0

/** Codec of a learning rate. */
export const LearningRate = t.brand(t.number, isLearningRate, 'LearningRate')

/** An option that takes a finite number, zero or more. With a schedule too: `numberOrSchedule(learningRate)`. */
export const learningRate: Kind<number> = {
  codec: refined('LearningRate', isLearningRate),
  range: 'a finite number ≥ 0',
  example: '1e-3',
  sorts: ['number'],
}

/** A learning rate written in the source.
 *
 *  @throws RangeError when negative, infinite or NaN.
 *  @example learningRateOf(1e-3) */
export const learningRateOf: (value: number) => LearningRate = literal('learningRateOf', learningRate, LearningRate)

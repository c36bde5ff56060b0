import { function as F } from 'fp-ts'
import {
  adamw,
  chain,
  clipByGlobalNorm,
  powerFunction,
  warmup,
  warmupCosineDecaySchedule,
  withAverage,
  withTailAverage,
} from 'polyak'

/** The optimizer of a run of so many steps: clipped AdamW with a warm-up, lifted to carry averages: two widths from which
 *  any other is made afterwards, the mean of the second half, and outermost one that forgets slowly. */
export const optimizerFor = (steps: number) =>
  F.pipe(
    chain(
      clipByGlobalNorm({ maxNorm: 1 }),
      adamw({
        learningRate: warmupCosineDecaySchedule({
          initValue: 0,
          peakValue: 4e-3,
          warmupSteps: Math.ceil(steps / 20),
          decaySteps: steps,
          // Not to zero: what an average takes away is the noise of a learning rate that still moves.
          endValue: 2e-3,
        }),
        weightDecay: 0.03,
      }),
    ),
    withAverage(powerFunction({ width: 0.05 }), { name: 'Narrow' }),
    withAverage(powerFunction({ width: 0.2 }), { name: 'Wide' }),
    withTailAverage({ start: Math.ceil(steps / 2), name: 'Tail' }),
    withAverage(warmup({ decay: 0.995 })),
  )

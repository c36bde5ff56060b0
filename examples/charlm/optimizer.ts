import { function as F } from 'fp-ts'
import { adamw, chain, clipByGlobalNorm, warmupCosineDecaySchedule, withMovingAverage } from 'polyak'

/** The optimizer of a run of so many steps: clipped AdamW with a warm-up, lifted to carry a moving average. */
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
    withMovingAverage({ decay: 0.995, numUpdates: 'before' }),
  )

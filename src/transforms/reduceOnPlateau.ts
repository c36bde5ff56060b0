import { count, positiveCount } from '../scalars/Count.js'
import { extras } from '../scalars/extras.js'
import { nonNegative } from '../scalars/numbers.js'
import { openUnit, unitInterval } from '../scalars/Decay.js'
import { options, required, withDefault } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'
import { lossValue } from './lossValue.js'
import type { LossValue } from './scaleByPolyak.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'

/** Options of `reduceOnPlateau`. */
export interface ReduceOnPlateauOptions {
  /** What the scale is multiplied by, in (0, 1).
   *
   *  @defaultValue 0.1 */
  readonly factor?: number
  /** After how many values in a row without improvement: an integer ≥ 1.
   *
   *  @defaultValue 10 */
  readonly patience?: number
  /** The least improvement, relative to the best value: in [0, 1].
   *
   *  @defaultValue 1e-4 */
  readonly rtol?: number
  /** The least improvement, absolute: ≥ 0.
   *
   *  @defaultValue 0 */
  readonly atol?: number
  /** How many values are not looked at after a reduction.
   *
   *  @defaultValue 0 */
  readonly cooldown?: number
  /** How many losses make one value, their mean: an integer ≥ 1.
   *
   *  @defaultValue 1 */
  readonly accumulationSize?: number
  /** What the scale does not fall below.
   *
   *  @defaultValue 0 */
  readonly minScale?: number
}

const start = {
  scale: 1,
  bestValue: Number.POSITIVE_INFINITY,
  plateauCount: 0,
  cooldownCount: 0,
  count: 0,
  avgValue: 0,
}

type Plateau = { readonly [K in keyof typeof start]: number }

/** The state of `reduceOnPlateau`. */
export interface ReduceOnPlateauState {
  /** What updates are multiplied by. */
  readonly scale: number
  /** The lowest mean loss so far. */
  readonly bestValue: number
  /** Mean losses in a row without improvement. */
  readonly plateauCount: number
  /** Mean losses that are still not looked at. */
  readonly cooldownCount: number
  /** Losses in the mean that is being taken. */
  readonly count: number
  /** That mean so far. */
  readonly avgValue: number
}

/** `ReduceOnPlateauState` as a function of the parameters. */
export interface ReduceOnPlateau extends StateLambda {
  readonly State: ReduceOnPlateauState
}

/** Scales updates down when the loss no longer falls.
 *
 *  ```text
 *  every accumulationSize losses, v their mean:  better = v < (1 − rtol)·best − atol
 *  after patience values in a row that are not better:  scale ← max(factor·scale, minScale)        u = scale·g
 *  ```
 *
 *  @shapes state `{ scale, bestValue, plateauCount, cooldownCount, count, avgValue }`, numbers; the extra `value` is
 *    the loss.
 *  @throws `TypeError` where `value` is missing or no number, `RangeError` where it is not finite, and where rtol and
 *    atol are both 0.
 *  @departs nothing: it reduces when the values without improvement equal patience, and the step that sees it is
 *    scaled already (PyTorch waits for one more). Losses below 0 make rtol wrong-sided: take rtol 0 and an atol
 *    for them.
 *  @reference optax.contrib.reduce_on_plateau
 *  @example chain(adam({ learningRate: 1e-3 }), reduceOnPlateau({ factor: 0.5, patience: 5, accumulationSize: 200 })) */
export const reduceOnPlateau = (given?: ReduceOnPlateauOptions): Transformation<ReduceOnPlateau, LossValue> => {
  const checked = parse(given)
  if (checked.rtol === 0 && checked.atol === 0)
    throw new RangeError(
      'reduceOnPlateau: rtol and atol are both 0, so every smaller loss is an improvement. Pass one of them above 0.',
    )
  const told = after(checked)
  return equation({
    name: 'reduceOnPlateau',
    options: checked,
    host: { init: start, next: told },
    scalars: (now, extra: LossValue) => ({ s: told(now, extra).scale }),
  })((A) => ({ update }, { s }) => ({ update: A.mul(s, update) }))
}

const after =
  ({ factor, patience, rtol, atol, cooldown, accumulationSize, minScale }: ReturnType<typeof parse>) =>
  (now: Plateau, extra: LossValue): Plateau => {
    const { value } = needed(extra)
    const count = now.count + 1
    const avgValue = (now.count * now.avgValue + value) / count
    if (count < accumulationSize) return { ...now, count, avgValue }
    const better = avgValue < (1 - rtol) * now.bestValue - atol
    const rest = { bestValue: better ? avgValue : now.bestValue, count: 0, avgValue: 0 }
    if (now.cooldownCount > 0)
      return { ...rest, scale: now.scale, plateauCount: 0, cooldownCount: now.cooldownCount - 1 }
    const row = better ? 0 : now.plateauCount + 1
    const due = row === patience
    return {
      ...rest,
      scale: Math.max(due ? now.scale * factor : now.scale, minScale),
      plateauCount: due ? 0 : row,
      cooldownCount: due ? cooldown : 0,
    }
  }

const needed = extras('reduceOnPlateau', { value: required(lossValue) })

const parse = options('reduceOnPlateau', {
  factor: withDefault(openUnit, 0.1),
  patience: withDefault(positiveCount, 10),
  rtol: withDefault(unitInterval, 1e-4),
  atol: withDefault(nonNegative, 0),
  cooldown: withDefault(count, 0),
  accumulationSize: withDefault(positiveCount, 1),
  minScale: withDefault(nonNegative, 0),
})

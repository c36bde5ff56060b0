import { either as E } from 'fp-ts'
import type { Equation } from '../equation/Equation.js'
import { perTree } from '../equation/Slot.js'
import { checkedFunction, pathIn } from '../scalars/checkedFunction.js'
import { decoder } from '../scalars/decoder.js'
import type { Kind } from '../scalars/Kind.js'
import { flag, fn } from '../scalars/kinds.js'
import { positive } from '../scalars/numbers.js'
import { optionsFor, required } from '../scalars/options.js'
import { steadyEquationOf } from '../transformation/steadyEquation.js'
import type { Tree } from '../tree/Tree.js'

/** Whether the updates of one micro-batch are left out. A function reads the tensors itself; what it makes is
 *  tidied. */
export type ShouldSkip = SkipByNumbers | ((updates: Tree, gradientStep: number, params: Tree) => boolean)

/** A test that needs a few numbers of the updates only: they are measured in one pass and read back once. */
export interface SkipByNumbers {
  readonly name: string
  readonly measure: Equation
  readonly skips: (numbers: Readonly<Record<string, number>>) => boolean
}

const byTensors = fn<Extract<ShouldSkip, (...args: never[]) => boolean>>(
  'a function (updates, gradientStep, params) => boolean',
  '() => false',
  flag,
)

/** An option that takes a test of updates.
 *
 *  @internal */
export const shouldSkip: Kind<ShouldSkip> = {
  codec: decoder<ShouldSkip>('should skip', (u, context) =>
    byNumbers(u)
      ? E.right({ ...u, skips: checkedFunction(`${pathIn(context)}.skips`, flag, u.skips) })
      : byTensors.codec.validate(u, context),
  ),
  range: 'skipNotFinite, skipLargeUpdates({ … }), or a function (updates, gradientStep, params) => boolean',
  example: 'skipNotFinite',
  sorts: ['function'],
}

const byNumbers = (u: unknown): u is SkipByNumbers =>
  typeof u === 'object' && u !== null && 'measure' in u && 'skips' in u && typeof u.skips === 'function'

/** Counts what is not finite in the updates: one number for the tree.
 *
 *  @internal */
export const notFinite: Equation = steadyEquationOf({ name: 'notFinite', slots: { notFinite: perTree(0) } })(
  (A) =>
    ({ update }) => ({ update, notFinite: A.treeSum(A.where(A.isFinite(update), A.lit(0), A.lit(1))) }),
)

/** Leaves out updates that are not finite anywhere.
 *
 *  @reference optax.skip_not_finite
 *  @example multiSteps({ everyKSchedule: 4, shouldSkipUpdateFn: skipNotFinite })(adam({ learningRate: 1e-3 })) */
export const skipNotFinite: SkipByNumbers = {
  name: 'skipNotFinite',
  measure: notFinite,
  skips: ({ notFinite: found }) => found !== 0,
}

/** Options of `skipUpdates`. */
export interface SkipUpdatesOptions {
  /** From which squared norm on a step is left out. */
  readonly maxSquaredNorm: number
}

/** Leaves out updates whose global norm is too large, or is not a number.
 *
 *  ```text
 *  skipped where not ‖g‖² < maxSquaredNorm
 *  ```
 *
 *  @units maxSquaredNorm is in the updates' units, squared.
 *  @reference optax.skip_large_updates
 *  @example multiSteps({ everyKSchedule: 4, shouldSkipUpdateFn: skipLargeUpdates({ maxSquaredNorm: 100 }) })(adam({ learningRate: 1e-3 })) */
export const skipLargeUpdates = (given: SkipUpdatesOptions): SkipByNumbers => {
  const { maxSquaredNorm } = parse(given)
  return {
    name: 'skipLargeUpdates',
    measure: globalNorm,
    // Not squares: those of float32 end at 3.4e38. Rounded alike, as both sides are.
    skips: ({ norm }) => norm === undefined || !(norm < Math.fround(Math.sqrt(maxSquaredNorm))),
  }
}

const globalNorm: Equation = steadyEquationOf({ name: 'globalNorm', slots: { norm: perTree(0) } })(
  (A) =>
    ({ update }) => ({
      update,
      norm: A.treeNorm(update),
    }),
)

const parse = optionsFor<SkipUpdatesOptions>()('skipLargeUpdates', { maxSquaredNorm: required(positive) })

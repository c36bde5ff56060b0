import { knownOnly } from '../../src/scalars/knownOnly.js'
import fc from 'fast-check'
import type { TreeSpec } from '../Numbers.js'
import { dyadic } from './numbers.js'
import { trees, treesLike, type TreeOptions } from './trees.js'

/** Parameters, and the gradients of a few steps. */
export interface Training {
  readonly params: TreeSpec
  readonly grads: readonly TreeSpec[]
}

/** What trainings are made of. */
export interface TrainingOptions extends TreeOptions {
  readonly minSteps?: number
  /** Default 4. */
  readonly maxSteps?: number
  /** Values of gradients. Default: those of `values`. */
  readonly gradients?: fc.Arbitrary<number>
  /** Whether leaves may go without a gradient in a step. Default true. */
  readonly missing?: boolean
}

/** Parameters with gradients for a few steps. */
export const trainings = (given: TrainingOptions = {}): fc.Arbitrary<Training> => lawsOf(known(given))

const lawsOf = ({
  minSteps = 1,
  maxSteps = 4,
  values = dyadic,
  gradients = values,
  missing = true,
  ...tree
}: TrainingOptions): fc.Arbitrary<Training> =>
  trees({ values, ...tree }).chain((params) =>
    fc.record(
      {
        params: fc.constant(params),
        grads: fc.array(treesLike(params, { values: gradients, missing }), {
          minLength: minSteps,
          maxLength: maxSteps,
        }),
      },
      { noNullPrototype: true },
    ),
  )

const known = knownOnly<TrainingOptions>('trainings', {
  minSteps: true,
  maxSteps: true,
  gradients: true,
  missing: true,
  values: true,
  shapes: true,
  nulls: true,
})

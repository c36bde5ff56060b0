import * as tf from '@tensorflow/tfjs-core'
import { averages } from '../../../src/averaging/averages.js'
import { averagingWeights, type AveragingWeights } from '../../../src/averaging/averagingWeights.js'
import { pooledStatistics } from '../../../src/averaging/pooledStatistics.js'
import { postHocCoefficients } from '../../../src/averaging/postHocCoefficients.js'
import { sampleSwag } from '../../../src/averaging/sampleSwag.js'
import { uniform } from '../../../src/averaging/schemes/uniform.js'
import { withAverage } from '../../../src/averaging/withAverage.js'
import { copied } from '../../../src/equation/Slot.js'
import { slotsOf } from '../../../src/state/slots.js'
import { equation } from '../../../src/transformation/equation.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { averageWarningLaws } from '../../averageWarningLaws.js'
import { averagingWeightsLaws } from '../../averagingWeightsLaws.js'
import { moveLaws } from '../../moveLaws.js'
import { poolingLaws } from '../../poolingLaws.js'
import { postHocLaws } from '../../postHocLaws.js'
import type { Suite } from '../../Suite.js'
import { swagLaws } from '../../swagLaws.js'
import { swagSampleLaws } from '../../swagSampleLaws.js'
import { swapLaws } from '../../swapLaws.js'

/** An average in its first form alone: A − c·(A − x). */
const nearOnly = (decay: number) => (): AnyTransformation =>
  equation({ name: 'mine', slots: { average: copied } })((A) => ({ update, param, average }) => ({
    update,
    average: A.sub(average, A.mul(A.lit(1 - decay), A.sub(average, A.applied(param, update)))),
  }))

const changedWeights = (change: (told: AveragingWeights, steps: number) => Partial<AveragingWeights>): Suite =>
  averagingWeightsLaws(((scheme: never, steps: number, options: never) => {
    const told = averagingWeights(scheme, steps, options)
    return { ...told, ...change(told, steps) }
  }) as never) // of the same type but for its generics

/** What is told of averages, and made of them, with a bug of its author's. */
export const averageTellings: readonly (readonly [bug: string, caughtBy: string, suite: Suite])[] = [
  ['A − c·(A − x) whatever c is: the rounding of a large start in a small average', 'far ends', moveLaws(nearOnly)],
  ['a rest that is a move by 0: NaN as soon as the parameters are ∞', 'at rest', moveLaws(nearOnly)],
  [
    'means of batches that stay until the end of the training',
    'no leak',
    poolingLaws({
      pool: (batches) => {
        const pooled = pooledStatistics<tf.Tensor>(batches)
        return { ...pooled, mean: tf.add(pooled.mean, 0) }
      },
    }),
  ],
  [
    'a width outside those that were stored, without a word',
    'says when it guesses',
    postHocLaws({ coefficients: (stored, target) => ({ ...postHocCoefficients(stored, target), extrapolated: null }) }),
  ],
  [
    'the condition of the inverse for that of the matrix: its reciprocal',
    'the condition that is told',
    postHocLaws({
      coefficients: (stored, target) => {
        const found = postHocCoefficients(stored, target)
        return { ...found, condition: 1 / found.condition }
      },
    }),
  ],
  [
    'a first snapshot that is moved to, not copied',
    'the first is copied',
    swagLaws({
      lift:
        ({ start, every }) =>
        (inner) =>
          // halves there and back: the rounding of a far start
          withAverage(
            { ...uniform(), coefficient: ({ n }: { readonly n: number }) => (n === 1 ? 1 - 2 ** -24 : 1 / n) },
            { start, every, before: 'rest' },
          )(inner),
    }),
  ],
  [
    'every record of a state taken for an average',
    'named',
    swapLaws({ names: ({ anatomy }) => slotsOf(anatomy.shape).map(({ average }) => String(average)) }),
  ],
  ['lenses on the outermost average alone', 'named', swapLaws({ lenses: (tx) => averages(tx).slice(-1) })],
  [
    'a leaf of nothing that comes out as 0',
    'leaves that have none',
    swagSampleLaws({
      sample: (state, options) => {
        const made = sampleSwag(state as never, options) as object // deviations stand beside the moments
        return Object.fromEntries(
          Object.entries(made).map(([key, leaf]: [string, Tree]) => [key, leaf ?? tf.scalar(0)]),
        )
      },
    }),
  ],
  ['ages that begin at 1', 'summed up', changedWeights(({ meanAge }) => ({ meanAge: meanAge + 1 }))],
  [
    'a warning of every short training',
    'warned of',
    changedWeights(({ initial }) => ({ warning: initial > 0.1 ? 'the start' : null })),
  ],
  [
    'shares by time, the oldest first',
    'by age',
    changedWeights(({ described }) => ({
      described: described.replace(/(weights by age +)(.*)/, (_, words: string, shares: string) =>
        [words, shares.split(', ').toReversed().join(', ')].join(''),
      ),
    })),
  ],
  [
    'a total that begins at 0',
    'one for each step',
    averagingWeightsLaws((scheme: { readonly unit: string }, steps: number) => {
      const options = { extra: (count: number) => ({ [scheme.unit]: count }) }
      return averagingWeights(scheme as never, steps, options as never)
    }),
  ],
  [
    'a warning of every average that counts its steps',
    'other averages',
    averageWarningLaws({
      warnings: (_, state) => [{ name: 'count' in (state as object) ? 'an average' : 'none', initial: 1 }],
    }),
  ],
]

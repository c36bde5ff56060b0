import { knownOnly } from '../../src/scalars/knownOnly.js'
import fc from 'fast-check'
import type { Numbers } from '../Numbers.js'
import { dyadic } from './numbers.js'
import { nth } from '../nth.js'

/** Samples of a line, y = x·slope + offset + noise: what a small model learns from. */
export interface NoisyBatch {
  /** Shape (samples, features). */
  readonly x: Numbers
  /** Shape (samples). */
  readonly y: Numbers
}

/** What batches are made of. */
export interface BatchOptions {
  /** Default 2. */
  readonly features?: number
  /** Samples in a batch. Default 3. */
  readonly samples?: number
  readonly minLength?: number
  /** Default 3. */
  readonly maxLength?: number
  /** The noise of a sample. Default: sixteenths from −1 to 1, so that everything is exact in float32. */
  readonly noise?: fc.Arbitrary<number>
}

/** A line and some batches of it. They shrink to samples at 0 without noise. */
export interface NoisyLine {
  readonly slope: readonly number[]
  readonly offset: number
  readonly batches: readonly NoisyBatch[]
}

const small = dyadic.map((x) => x / 32)

/** Batches of one line each time, with noise.
 *
 *  @example fc.sample(noisyLines({ samples: 8 }), 1) */
export const noisyLines = (given: BatchOptions = {}): fc.Arbitrary<NoisyLine> => lawsOf(known(given))

const lawsOf = ({
  features = 2,
  samples = 3,
  minLength = 0,
  maxLength = 3,
  noise = small.map((x) => x / 2),
}: BatchOptions): fc.Arbitrary<NoisyLine> => {
  const numbers = (length: number, value: fc.Arbitrary<number>) =>
    fc.array(value, { minLength: length, maxLength: length })
  return fc
    .record({ slope: numbers(features, small), offset: small }, { noNullPrototype: true })
    .chain(({ slope, offset }) => {
      const batch = fc
        .tuple(numbers(features * samples, small), numbers(samples, noise))
        .map(([x, errors]): NoisyBatch => ({
          x: { shape: [samples, features], values: x },
          y: {
            shape: [samples],
            values: errors.map((error, i) =>
              slope.reduce((sum, s, j) => sum + s * nth(x, i * features + j), offset + error),
            ),
          },
        }))
      return fc.record(
        { slope: fc.constant(slope), offset: fc.constant(offset), batches: fc.array(batch, { minLength, maxLength }) },
        { noNullPrototype: true },
      )
    })
}

const known = knownOnly<BatchOptions>('noisyLines', {
  features: true,
  samples: true,
  minLength: true,
  maxLength: true,
  noise: true,
})

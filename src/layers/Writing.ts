/** @internal */
import type { NamedTensor } from './Named.js'

/** What a saved state says of itself, beside its tensors. */
export interface Header {
  readonly format: 1
  /** The variables in the order in which they were first trained. */
  readonly variables: readonly { readonly path: string; readonly shape: readonly number[]; readonly dtype: string }[]
  /** The statistics of batch normalisation that have averages, in the order in which they were met. */
  readonly statistics: readonly string[]
  /** The paths of the state's numbers, in the order in which they are written. */
  readonly numbers: readonly string[]
}

/** The weights of an optimizer, and those of their tensors that were made for writing. */
export interface Writing {
  readonly weights: readonly NamedTensor[]
  readonly made: readonly NamedTensor[]
}

/** Names of weights: tfjs keeps those of a model and of its optimizer in one map. */
export const names = {
  iterations: 'iter',
  header: 'polyak',
  numbers: 'polyak/numbers',
  slot: 'polyak/',
  statistic: 'polyak.statistics/',
} as const

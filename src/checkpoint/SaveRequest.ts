import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { TreeOf } from '../tree/Tree.js'
import type { CheckpointRecord } from './CheckpointContents.js'
import type { Interruptible, Store } from './Store.js'

/** What is saved, and where. */
export interface SaveRequest<F extends StateLambda, P, E> extends Interruptible {
  readonly store: Store
  /** The name in the store. */
  readonly name: string
  readonly optimizer: Transformation<F, E>
  readonly params: P & TreeOf<P>
  readonly state: NoInfer<StateOf<F, P>>
  /** The caller's own small record, kept exactly. Default: none. */
  readonly record?: CheckpointRecord
  /** More metadata of the file, for other readers, such as `{ format: 'pt' }`. Keys that begin with `polyak.` are refused.
   *  Default: none. */
  readonly metadata?: Readonly<Record<string, string>>
  /** Saves only the tensors with these names. For `saveSwapped` the choice must hold both partners of each pair. */
  readonly only?: (name: string) => boolean
}

/** What this library gives beside parameters and a state, so that it may be spread into a save: the end or an event of a run,
 *  what was restored.
 *
 *  @internal */
export const givenBeside: readonly string[] = [
  'step',
  'why',
  'value',
  'loss',
  'aux',
  'batch',
  'evaluation',
  'warnings',
  'passedOver',
]

/** A swapped save; says which average, where there are several. */
export interface SwappedSaveRequest<F extends StateLambda, P, E> extends SaveRequest<F, P, E> {
  readonly average?: string
}

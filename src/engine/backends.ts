/** @internal */
import type { KernelBackend, Tensor } from '@tensorflow/tfjs-core'
import type { Executor } from '../equation/Work.js'
import type { Passes } from './Passes.js'

/** What a row says of a backend that it recognised: the executor of its steps, or why there is none. */
export type Answer =
  | {
      readonly why: string
      readonly executor: Executor<Tensor>
      /** What `explained` tells of it. Default: nothing. */
      readonly passes?: Passes
    }
  | { readonly why: string; readonly executor?: undefined; readonly passes?: undefined }

/** A kind of backend and its executor. Each is a folder of this room with its row, and an entry of the package,
 *  `polyak/<name>`, that registers it: adding one touches no other. */
export interface BackendRow {
  /** The name of the executor, of its folder and of its entry. */
  readonly name: string
  /** Whether a backend is of this kind: seen by what it is made of, since anyone may register one under any name. */
  readonly recognise: (backend: KernelBackend) => boolean
  /** Asked of a backend that was recognised. The same backend gets the same executor. */
  readonly executor: (backend: KernelBackend) => Answer
  /** Whether flags of tfjs, which may change, decide: then the row is asked at each step. */
  readonly flags: boolean
}

/** The rows that entries have registered so far, in the order in which they are asked. */
export const backends = (): readonly BackendRow[] => rows

/** Makes an executor known. Called by the package's entries, in their own file and nowhere else: bundlers drop a call
 *  that stands in a file which `sideEffects` does not name. A row that is known already changes nothing. */
export const register = (row: BackendRow): void => {
  if (!rows.includes(row)) rows = [...rows, row]
}

let rows: readonly BackendRow[] = []

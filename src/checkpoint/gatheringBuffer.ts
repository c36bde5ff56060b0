/** @internal */

/** A buffer for a while, made when it is first asked for. */
export interface GatheringBuffer {
  readonly bytes: () => Uint8Array
  /** Nobody looks at it any more. */
  readonly giveBack: () => void
}

/** A buffer of 1 MB to gather what is small. It is kept from one save to the next, as long as there is memory: the first
 *  touch of new memory costs more than all that is copied into it. */
export const gatheringBuffer = (): GatheringBuffer => {
  let own: Uint8Array | null = null
  return {
    bytes: () => (own ??= taken() ?? new Uint8Array(gatheredBytes)),
    giveBack: () => {
      if (own !== null) spare = new WeakRef(own)
      own = null
    },
  }
}

const gatheredBytes = 2 ** 20
let spare: WeakRef<Uint8Array> | null = null

const taken = (): Uint8Array | undefined => {
  const one = spare?.deref()
  spare = null // two saves at once have two
  return one
}

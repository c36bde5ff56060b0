/** @internal */
import type { CpuBackend } from './CpuBackend.js'

/** Buffers by identity. */
export interface OwnBuffers {
  readonly has: (buffer: object) => boolean
  readonly add: (buffer: object) => void
  /** What this library makes of an array that is new: nobody is handed it. */
  readonly unseen: <R>(make: () => R) => R
}

/** The buffers that this library has allocated on a cpu backend and that nobody else was handed: nothing else is ever
 *  written to. The backend hands out its arrays themselves, so its doors tell what leaves: a read, and a new tensor, which
 *  may be a view of an old one (`slice`, `split`, `unstack`) under another id, where no count shows it. */
export const ownBuffers = (backend: CpuBackend): OwnBuffers => {
  const own = new WeakSet<object>()
  let ours = false
  const handedOut = (values: unknown): void => {
    if (!ours && ArrayBuffer.isView(values)) own.delete(values.buffer)
  }
  const [readSync, write, move] = [
    backend.readSync.bind(backend),
    backend.write.bind(backend),
    backend.move.bind(backend),
  ]
  // Asynchronous reads and buffers go through `readSync`, new tensors of kernels through `write`.
  backend.readSync = (dataId) => {
    const values = readSync(dataId)
    handedOut(values)
    return values
  }
  backend.write = (values, shape, dtype) => {
    handedOut(values)
    return write(values, shape, dtype)
  }
  backend.move = (dataId, values, shape, dtype, refCount) => {
    handedOut(values)
    move(dataId, values, shape, dtype, refCount)
  }
  return {
    has: (buffer) => own.has(buffer),
    add: (buffer) => own.add(buffer),
    unseen: (make) => {
      ours = true
      try {
        return make()
      } finally {
        ours = false
      }
    },
  }
}

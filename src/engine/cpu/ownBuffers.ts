/** @internal */
import type { CpuBackend } from './CpuBackend.js'

export interface OwnBuffers {
  readonly own: WeakSet<object>
  /** The backend's own way to take an array: nobody is handed it. */
  readonly write: CpuBackend['write']
}

/** The buffers that this library has allocated on a cpu backend and that nobody else was handed: nothing else is ever
 *  written to. The backend hands out its arrays themselves, so its doors tell what leaves: a read, and a new tensor, which
 *  may be a view of an old one (`slice`, `split`, `unstack`) under another id, where no count shows it. */
export const ownBuffers = (backend: CpuBackend): OwnBuffers => {
  const own = new WeakSet<object>()
  const handedOut = (values: unknown): void => {
    if (ArrayBuffer.isView(values)) own.delete(values.buffer)
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
  return { own, write }
}

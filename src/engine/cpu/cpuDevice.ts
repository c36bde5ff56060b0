/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { rememberedOne } from '../../equation/Program.js'
import { must } from '../../scalars/must.js'
import type { Device } from '../fused/Device.js'
import type { Kernel, Run } from '../fused/Kernel.js'
import type { CpuBackend, CpuMemory } from './CpuBackend.js'
import { OutOfMemoryError } from '../OutOfMemoryError.js'
import { ownBuffers } from './ownBuffers.js'
import { leastSpare, spareArrays } from './spareArrays.js'

/** Kernels over the arrays of tfjs' cpu backend. */
export const cpuDevice = (backend: CpuBackend, compile: (kernel: Kernel) => Run<CpuMemory>): Device<CpuMemory> => {
  const { own, write } = ownBuffers(backend)
  const spare = spareArrays(backend, own)
  return {
    memoryOf: ({ dataId }) => {
      const record = backend.data.get(dataId)
      // tfjs also takes plain arrays and bytes for values: those are read, and never written.
      return record.values instanceof Float32Array
        ? record
        : // the values of a float32 tensor
          { values: Float32Array.from(backend.readSync(dataId) as Float32Array), refCount: 2 }
    },
    isSole: ({ refCount, values }) => refCount === 1 && own.has(values.buffer),
    numberIn: ({ values }) => must(values[0], 'number'),
    // Small leaves of a step that gives nothing away need not be known: the name of a buffer costs as much as the leaf.
    allocate: (shape, toGive) => {
      const size = tf.util.sizeFromShape(shape)
      const values = (size < leastSpare ? undefined : spare(size)) ?? zeros(size)
      const dataId = write(values, shape, 'float32')
      if (toGive || size >= leastSpare) own.add(values.buffer)
      return { info: { dataId, shape, dtype: 'float32' }, memory: { values, refCount: 1 } }
    },
    compile: rememberedOne(compile),
  }
}

const zeros = (size: number): Float32Array => {
  try {
    return new Float32Array(size)
  } catch (error) {
    if (error instanceof RangeError) throw new OutOfMemoryError(size * 4, 'this process')
    throw error
  }
}

import * as tf from '@tensorflow/tfjs-core'
import { rememberedOne } from '../equation/Program.js'
import type { Executor, Work } from '../equation/Work.js'
import { blockRun } from './cpu/blockRun.js'
import { chunkedRun } from './cpu/chunkedRun.js'
import { cpuDevice, type CpuBackend } from './cpu/cpuDevice.js'
import { donating } from './donating.js'
import { eager } from './eager.js'
import { onFloats } from './floatLeaves.js'
import { fusedExecutor } from './fused/fusedExecutor.js'
import { wasmSupport } from './wasm/kernelModules.js'
import { heapOf, wasmDevice, type WasmBackend } from './wasm/wasmDevice.js'
import { webglExecutor } from './webgl/webglExecutor.js'

/** Which executor a step would use, and why. */
export interface Choice {
  readonly name: 'eager' | 'wasm' | 'cpu' | 'webgl'
  readonly why: string
  readonly executor: Executor<tf.Tensor>
}

/** Which executor a step would use now, and why: for the backend that is set, and for what this runtime allows.
 *
 *    wasm   one WebAssembly kernel for each kind of leaf, on the heap of the wasm backend
 *    cpu    the same kernel over arrays, piece by piece; JavaScript where WebAssembly is not allowed
 *    webgl  one draw for each leaf
 *    eager  tensor operations, on any backend: while a gradient tape records, and for gradients of leaves that are not float32
 *
 *  Example  `chooseExecutor().why` */
export const chooseExecutor = (): Choice => {
  // What a tape should record must be operations that it knows.
  if (tf.engine().state.gradientDepth > 0) return taped
  return tf.getBackend() === 'webgl' ? onWebgl() : choiceFor(tf.backend())
}

const eagerly = (why: string): Choice => ({ name: 'eager', why, executor: donating(eager) })

const taped = eagerly('a gradient tape is recording')

/** Chosen once for each backend: the object changes when a backend is set up anew. */
const choiceFor = rememberedOne((backend: tf.KernelBackend): Choice => {
  switch (tf.getBackend()) {
    case 'wasm':
      return onWasm(backend)
    case 'cpu':
      return onCpu(backend)
    default:
      return eagerly(`there is no fused executor for the backend "${tf.getBackend()}"`)
  }
})

/** Asked at each step: flags of tfjs may change. */
const onWebgl = (): Choice => {
  const found = webglExecutor()
  return 'why' in found
    ? eagerly(found.why)
    : { name: 'webgl', why: 'WebGL 2 with float32 render targets', executor: found.executor }
}

const has = (backend: object, ...members: readonly string[]): boolean =>
  // looked for, not assumed
  members.every((name) => typeof (backend as Readonly<Record<string, unknown>>)[name] === 'function')

const onWasm = (backend: tf.KernelBackend): Choice => {
  const memory = heapOf(backend)
  if (memory === undefined || !has(backend, 'makeOutput', 'incRef', 'refCount', 'disposeData'))
    return eagerly('this build of the wasm backend shows no memory to work on')
  const support = wasmSupport()
  if (support === 'none') return eagerly('this page or process does not allow WebAssembly modules to be made')
  // The members were looked for just now.
  const device = wasmDevice(backend as WasmBackend, memory)
  return {
    name: 'wasm',
    why: `${support === 'simd' ? 'SIMD' : 'scalar'} kernels on the heap of the wasm backend`,
    executor: float32(fusedExecutor(device)),
  }
}

const onCpu = (backend: tf.KernelBackend): Choice => {
  if (!has(backend, 'makeTensorInfo', 'incRef', 'refCount', 'disposeData', 'readSync', 'write', 'move'))
    return eagerly('this build of the cpu backend does not show its arrays')
  const support = wasmSupport()
  const [why, compile] =
    support === 'none'
      ? (['loops in JavaScript, as WebAssembly modules are not allowed here', blockRun] as const)
      : ([
          `${support === 'simd' ? 'SIMD' : 'scalar'} WebAssembly kernels over the arrays of the cpu backend`,
          chunkedRun(),
        ] as const)
  // The members were looked for just now.
  return { name: 'cpu', why, executor: float32(fusedExecutor(cpuDevice(backend as CpuBackend, compile))) }
}

/** Gradients of leaves of another dtype are for tensor operations. */
const float32 = (fused: Executor<tf.Tensor>): Executor<tf.Tensor> => {
  const other = donating(eager)
  return (work: Work<tf.Tensor>) => (onFloats(work) ? fused(work) : other(work))
}

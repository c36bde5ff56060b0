/** @internal */
import type { KernelBackend } from '@tensorflow/tfjs-core'
import { rememberedOne } from '../../equation/Program.js'
import type { Answer, BackendRow } from '../backends.js'
import { fusedExecutor } from '../fused/fusedExecutor.js'
import { heapPlanOf } from '../fused/HeapPlan.js'
import { hasMethods } from '../hasMethods.js'
import { wasmSupport } from './kernelModules.js'
import { heapOf } from './heapOf.js'
import { wasmDevice, type WasmBackend } from './wasmDevice.js'

/** tfjs' wasm backend: kernels on its heap. */
export const wasmRow: BackendRow = {
  name: 'wasm',
  recognise: (backend) => 'wasm' in backend && 'dataIdMap' in backend,
  executor: /* @__PURE__ */ rememberedOne((backend: KernelBackend): Answer => {
    const memory = heapOf(backend)
    if (memory === undefined || !hasMethods(backend, 'makeOutput', 'incRef', 'refCount', 'disposeData'))
      return { why: 'this build of the wasm backend shows no memory to work on' }
    const support = wasmSupport()
    if (support === undefined) return { why: 'this page or process does not allow WebAssembly modules to be made' }
    // The members were looked for just now.
    const device = wasmDevice(backend as WasmBackend, memory)
    return {
      why: `${support} kernels on the heap of the wasm backend`,
      executor: fusedExecutor(device),
      passes: { kind: 'kernels', of: heapPlanOf },
    }
  }),
  flags: false,
}

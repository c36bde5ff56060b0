/** @internal */
import type { KernelBackend } from '@tensorflow/tfjs-core'
import { rememberedOne } from '../../equation/Program.js'
import type { Answer, BackendRow } from '../backends.js'
import { fusedExecutor } from '../fused/fusedExecutor.js'
import { heapPlanOf } from '../fused/HeapPlan.js'
import { hasMethods } from '../hasMethods.js'
import { wasmSupport } from '../wasm/kernelModules.js'
import { blockRun } from './blockRun.js'
import { chunkedRun } from './chunkedRun.js'
import type { CpuBackend } from './CpuBackend.js'
import { cpuDevice } from './cpuDevice.js'

/** tfjs' cpu backend: the kernels of wasm over its arrays, piece by piece; JavaScript where WebAssembly is not
 *  allowed. */
export const cpuRow: BackendRow = {
  name: 'cpu',
  recognise: (backend) => {
    const { data } = backend as Partial<CpuBackend> // looked for
    return typeof data === 'object' && typeof data.get === 'function' && hasMethods(backend, 'bufferSync')
  },
  executor: /* @__PURE__ */ rememberedOne((backend: KernelBackend): Answer => {
    if (!hasMethods(backend, 'incRef', 'refCount', 'disposeData', 'readSync', 'write', 'move'))
      return { why: 'this build of the cpu backend does not show its arrays' }
    const support = wasmSupport()
    const [why, compile] =
      support === undefined
        ? (['loops in JavaScript, as WebAssembly modules are not allowed here', blockRun] as const)
        : ([`${support} WebAssembly kernels over the arrays of the cpu backend`, chunkedRun()] as const)
    // The members were looked for just now.
    const executor = fusedExecutor(cpuDevice(backend as CpuBackend, compile))
    return { why, executor, passes: { kind: 'kernels', of: heapPlanOf } }
  }),
  flags: false,
}

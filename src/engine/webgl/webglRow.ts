/** @internal */
import type { BackendRow } from '../backends.js'
import { webglExecutor } from './webglExecutor.js'

/** tfjs' WebGL backend: one draw for each leaf. */
export const webglRow: BackendRow = {
  name: 'webgl',
  recognise: (backend) => 'gpgpu' in backend && 'texData' in backend,
  executor: (backend) => {
    const found = webglExecutor(backend)
    return 'why' in found ? found : { why: 'WebGL 2 with float32 render targets', ...found }
  },
  flags: true,
}

/** @internal */
import { engine, getKernel, registerKernel } from '@tensorflow/tfjs-core'
import { installKernels } from './installKernels.js'

/** Has the kernels installed for every backend of a name as soon as it has started: now, if it has. tfjs sets up each
 *  registered kernel when a backend has started, so a kernel that nothing calls tells when that is; whether the
 *  backend's own kernels are registered before or after it does not matter. */
export const registerGradientKernels = (backendName: string): void => {
  const met = new WeakSet<object>()
  const meet = (backend: object): void => {
    if (met.has(backend)) return
    met.add(backend)
    // a backend may be known by another name than the one whose kernels were copied for it
    for (const [name, one] of Object.entries(engine().registry)) if (one === backend) installKernels(name, backend)
  }
  // another copy of this library may have been here
  if (getKernel(watcher, backendName) === undefined)
    registerKernel({
      kernelName: watcher,
      backendName,
      kernelFunc: () => {
        throw new Error(`${watcher} is no kernel: it waits for the backend to start`)
      },
      setupFunc: meet,
    })
  const started = engine().registry[backendName]
  if (started !== undefined) meet(started)
}

const watcher = 'polyak/gradients'

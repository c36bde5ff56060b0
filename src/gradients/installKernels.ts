/** @internal */
import {
  getKernel,
  type KernelConfig,
  type KernelFunc,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import type { AnyCall, GradientKernel } from './GradientKernel.js'
import { gradientKernels } from './gradientKernels.js'
import { type HeapBackend, isHeapBackend } from './HeapBackend.js'
import { passes } from './passes.js'

/** A kernel of this library as tfjs keeps it, and what it stands in the place of, so that it can be put back. */
export interface OwnKernel extends KernelConfig {
  readonly insteadOf: KernelConfig | null
}

/** Whether a kernel is this library's, whichever copy of it registered it. */
export const isOwn = (config: KernelConfig): config is OwnKernel => 'insteadOf' in config

/** Registers the kernels for a backend that has started, under the name that it is registered by: adds what is absent,
 *  wraps the product of matrices, replaces what a probe shows wrong. What is right stays, whoever registered it. */
export const installKernels = (backendName: string, backend: object): void => {
  if (!isHeapBackend(backend)) return
  for (const kernel of gradientKernels) {
    const found = registered(kernel.name, backendName)
    if (found === undefined ? 'wrapped' in kernel : isOwn(found) || isRight(kernel, found, backend)) continue
    if (found !== undefined) unregisterKernel(kernel.name, backendName)
    const own: OwnKernel = {
      // the replaced one is set up with each backend as well: it is called from a wrapper, and may come back
      ...found,
      kernelName: kernel.name,
      backendName,
      kernelFunc: kernelFunc(kernel, found, backendName),
      insteadOf: found ?? null,
    }
    registerKernel(own)
  }
}

/** The types of tfjs leave out that there may be none. */
const registered = (name: string, backendName: string): KernelConfig | undefined => getKernel(name, backendName)

const isRight = (kernel: GradientKernel, found: KernelConfig, backend: HeapBackend): boolean => {
  if ('wrapped' in kernel) return false
  // perhaps its turn to be set up comes later; tfjs itself does it more than once
  if (kernel.probes.length > 0) found.setupFunc?.(backend)
  return kernel.probes.every((probe) => passes(backend, found, probe))
}

const kernelFunc = (kernel: GradientKernel, found: KernelConfig | undefined, backendName: string): KernelFunc => {
  const own = 'wrapped' in kernel ? found && kernel.wrapped(found.kernelFunc) : kernel.kernel
  if (own === undefined) throw new Error(`polyak/gradients: there is no kernel ${kernel.name} to wrap`)
  return ({ inputs, attrs, backend }) => {
    const run: AnyCall['run'] = (name, others, flags) =>
      // a kernel of one result
      getKernel(name, backendName).kernelFunc({ inputs: { ...others }, attrs: flags, backend }) as TensorInfo
    // See AnyKernel; the backend was looked at when the kernel was registered.
    return own({ inputs, attrs, backend, run } as AnyCall)
  }
}

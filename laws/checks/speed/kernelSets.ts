import { getKernel, type KernelConfig, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { gradientKernels } from '../../../src/gradients/gradientKernels.js'
import { isOwn } from '../../../src/gradients/installKernels.js'

/** Whose kernels a step runs on: `polyak/gradients`, or tfjs' own wherever it has one. What tfjs lacks is ours in both, as
 *  there would be nothing to time without it. */
export type KernelSet = 'ours' | "tfjs'"

/** Turns the kernels of a backend from one set to the other, as often as it is asked: some look-ups, and not timed. */
export const kernelSets = (backend: string): ((wanted: KernelSet) => void) => {
  const pairs = gradientKernels.flatMap(({ name }) => {
    const own: KernelConfig | undefined = getKernel(name, backend)
    return own !== undefined && isOwn(own) && own.insteadOf !== null ? [{ own, theirs: own.insteadOf }] : []
  })
  let now: KernelSet = 'ours'
  return (wanted) => {
    if (wanted === now) return
    for (const { own, theirs } of pairs) {
      unregisterKernel(own.kernelName, backend)
      registerKernel(wanted === 'ours' ? own : theirs)
    }
    now = wanted
  }
}

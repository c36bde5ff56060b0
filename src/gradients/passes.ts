/** @internal */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import type { HeapBackend } from './HeapBackend.js'
import type { Probe } from './GradientKernel.js'

/** Whether a kernel gives what is known of a probe. One that throws does not. */
export const passes = (backend: HeapBackend, { kernelFunc }: KernelConfig, probe: Probe): boolean => {
  const inputs: Record<string, TensorInfo> = {}
  const made: TensorInfo[] = []
  try {
    for (const [name, [shape, values]] of Object.entries(probe.inputs)) {
      const info = backend.makeOutput([...shape], 'float32', undefined, Float32Array.from(values))
      made.push(info)
      inputs[name] = info
    }
    const result = kernelFunc({ inputs, backend, attrs: probe.attrs })
    const [first] = Array.isArray(result) ? result : [result]
    if (first === undefined) return false
    made.push(first)
    const found = backend.readSync(first.dataId)
    return (
      found.length === probe.expected.length && probe.expected.every((x, i) => Math.abs(Number(found[i]) - x) < 1e-3)
    )
  } catch {
    return false
  } finally {
    for (const { dataId } of made) backend.disposeData(dataId)
  }
}

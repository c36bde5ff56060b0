/** @internal */
import { isBinary } from '../../equation/operations.js'
import type { Kernel } from '../fused/Kernel.js'
import * as code from './opcodes.js'
import { type HostFunction, isHostFunction } from './hostFunctions.js'
import { kernelBody } from './kernelBody.js'
import { moduleBytes } from './moduleBytes.js'
import type { Target } from './Target.js'

/** A kernel as a WebAssembly module, about 1 KB.
 *
 *  ```text
 *  f(input pointers…, output pointers…, size, uniforms…) = folds…
 *  ```
 *
 *  Sixteen elements at a time, then four, then one; sums accumulate in float64. Pointers need no alignment. */
export const emitKernel = (kernel: Kernel, target: Target): Uint8Array<ArrayBuffer> => {
  const host = importsOf(kernel)
  const parameters = [
    ...Array.from({ length: kernel.inputs.length + kernel.stores.length + 1 }, () => code.i32),
    ...Array.from({ length: kernel.uniforms.length }, () => code.f32),
  ]
  const one = [code.f32]
  const types = [
    { from: parameters, to: kernel.folds.map(() => code.f64) },
    { from: one, to: one },
    { from: [code.f32, code.f32], to: one },
  ]
  return moduleBytes({
    types,
    host: host.map((name) => [name, 1 + Number(isBinary(name))]),
    body: kernelBody(kernel, target, host, parameters.length),
    shared: target.shared,
  })
}

const importsOf = ({ nodes }: Kernel): readonly HostFunction[] => {
  const needed = new Set<HostFunction>()
  for (const { op } of nodes) if (isHostFunction(op)) needed.add(op)
  return [...needed]
}

/** @internal */
import { isBinary } from '../../equation/operations.js'
import type { Kernel } from '../fused/Kernel.js'
import type { HostFunction } from './elementCode.js'
import * as code from './opcodes.js'
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
  const { inputs, stores, uniforms, folds } = kernel
  const host: HostFunction[] = []
  const body = kernelBody(kernel, target.simd, (op) => (host.includes(op) ? host.indexOf(op) : host.push(op) - 1))
  const parameters = [[...inputs, ...stores].map(() => code.i32), code.i32, uniforms.map(() => code.f32)]
  return moduleBytes({
    types: [
      { from: parameters, to: folds.map(() => code.f64) },
      { from: code.f32, to: code.f32 },
      { from: [code.f32, code.f32], to: code.f32 },
    ],
    host: host.map((name) => [name, 1 + Number(isBinary(name))]),
    body,
    shared: target.shared,
  })
}

/** @internal */
import { isBinary } from '../../equation/operations.js'
import type { Kernel } from '../fused/Kernel.js'
import { counted, named, sized, unsigned } from './code.js'
import * as code from './opcodes.js'
import { type HostFunction, isHostFunction } from './hostFunctions.js'
import { kernelBody } from './kernelBody.js'
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
  const functionType = (from: readonly number[], to: readonly number[]) => [0x60, ...sized(from), ...sized(to)]
  const types = [
    functionType(
      parameters,
      kernel.folds.map(() => code.f64),
    ),
    functionType([code.f32], [code.f32]),
    functionType([code.f32, code.f32], [code.f32]),
  ]
  // A shared memory must be declared as one, and with a maximum: 65536 pages, all that a memory can have.
  const memory = target.shared ? [0x03, ...unsigned(0), ...unsigned(65536)] : [0x00, ...unsigned(0)]
  const imports = [
    [...named('host'), ...named('memory'), 0x02, ...memory],
    ...host.map((name) => [...named('host'), ...named(name), 0x00, 1 + Number(isBinary(name))]),
  ]
  const section = (id: number, content: readonly number[]): readonly number[] => [id, ...sized(content)]
  return Uint8Array.from([
    ...magic,
    ...section(1, counted(types)),
    ...section(2, counted(imports)),
    ...section(3, counted([[0]])),
    ...section(7, counted([[...named('run'), 0x00, ...unsigned(host.length)]])),
    ...section(10, counted([sized(kernelBody(kernel, target, host, parameters.length))])),
  ])
}

/** "\\0asm", version 1. */
const magic = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

const importsOf = ({ nodes }: Kernel): readonly HostFunction[] => {
  const needed = new Set<HostFunction>()
  for (const { op } of nodes) if (isHostFunction(op)) needed.add(op)
  return [...needed]
}

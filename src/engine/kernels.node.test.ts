import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kernel, kernelFrom, meaning } from '../../laws/checks/engine/randomKernel.js'
import { number, special } from '../../laws/checks/engine/randomProgram.js'
import { whole } from '../../laws/checks/part.js'
import { nodeBuilder } from '../equation/nodeBuilder.js'
import { binary, unary } from '../equation/operations.js'
import { blockRun } from './cpu/blockRun.js'
import { chunkedRun } from './cpu/chunkedRun.js'
import type { CpuMemory } from './cpu/CpuBackend.js'
import type { Kernel, Run } from './fused/Kernel.js'
import { emitKernel } from './wasm/emitKernel.js'
import type { Target } from './wasm/Target.js'

/** The bits of numbers, NaN as one class. */
const bits = (values: Float32Array): readonly number[] => {
  const words = new Uint32Array(values.slice().buffer)
  return Array.from(values, (x, i) => (Number.isNaN(x) ? 0x7fc00000 : (words[i] ?? 0)))
}

const given = fc.record({
  kernel,
  size: fc.oneof(fc.constantFrom(0, 1, 3, 4, 5, 15, 16, 17, 63, 64, 65), fc.nat(100)),
  pool: fc.array(number, { minLength: 1, maxLength: 30 }),
  numbers: fc.tuple(number, number),
  condition: fc.boolean(),
})

const inputsOf = (pool: readonly number[], size: number): readonly Float32Array[] =>
  [1, 3, 7].map((stride, k) => Float32Array.from({ length: size }, (_, i) => pool[(i * stride + k) % pool.length] ?? 0))

type Leaf = (
  inputs: readonly Float32Array[],
  outputs: readonly Float32Array[],
  size: number,
  uniforms: readonly number[],
) => readonly number[]

const overArrays =
  (run: Run<CpuMemory>): Leaf =>
  (inputs, outputs, size, uniforms) => {
    if (size === 0) return [] // leaves without elements never come here
    const arrays = [...inputs, ...outputs].map((values) => [{ values, refCount: 1 }])
    return [run(arrays, 0, size, uniforms) ?? []].flat()
  }

/** A module on a memory of its own, arrays at addresses that are no multiple of a vector, and watched beyond their
 *  ends. */
const onMemory =
  (target: Target) =>
  (one: Kernel): Leaf =>
  (inputs, outputs, size, uniforms) => {
    const memory = new WebAssembly.Memory(target.shared ? { initial: 4, maximum: 4, shared: true } : { initial: 4 })
    const host = { memory, ...unary, ...binary } // a module takes those that it needs
    const run = new WebAssembly.Instance(new WebAssembly.Module(emitKernel(one, target)), { host }).exports['run'] as (
      ...args: readonly number[]
    ) => unknown
    const all = new Float32Array(memory.buffer).fill(12345)
    const place = (i: number): number => 1 + i * (size + 3)
    inputs.forEach((values, i) => all.set(values, place(i)))
    const found = run(...[...inputs, ...outputs].map((_, i) => place(i) * 4), size, ...uniforms)
    const used = inputs.length + outputs.length
    for (let i = 0; i < used; i++)
      expect(all.slice(place(i) + size, place(i) + size + 3)).toEqual(Float32Array.of(12345, 12345, 12345))
    outputs.forEach((values, o) => values.set(all.slice(place(inputs.length + o), place(inputs.length + o) + size)))
    return found === undefined ? [] : typeof found === 'number' ? [found] : [...(found as Iterable<number>)]
  }

const ways: Readonly<Record<string, (one: Kernel) => Leaf>> = {
  'SIMD module': onMemory({ simd: true, shared: false }),
  'scalar module': onMemory({ simd: false, shared: false }),
  'SIMD module on shared memory': onMemory({ simd: true, shared: true }),
  'module over arrays, in pieces': (one) => overArrays(chunkedRun()(one)),
  'blocks of JavaScript': (one) => overArrays(blockRun(one)),
}

for (const [name, way] of Object.entries(ways))
  test(`random kernels: ${name}, every bit of every operation as it is meant`, () => {
    fc.assert(
      fc.property(given, ({ kernel: one, size, pool, numbers, condition }) => {
        const uniforms = [...numbers.map(Math.fround), Number(condition)]
        const inputs = inputsOf(pool, size)
        const expected = meaning(one, inputs, size, uniforms)
        const outputs = one.stores.map(() => new Float32Array(size))
        const folds = way(one)(inputs, outputs, size, uniforms)
        expect(outputs.map(bits)).toEqual(expected.outputs.map(bits))
        const found = size === 0 && folds.length === 0 ? expected.totals : folds
        expected.totals.forEach((total, f) => {
          const value = found[f] ?? Number.NaN
          const sum = one.folds[f]?.fold !== 'max'
          if (sum && Number.isFinite(expected.magnitudes[f] ?? 0))
            expect(Math.abs(value - total)).toBeLessThanOrEqual((expected.magnitudes[f] ?? 0) * 1e-14)
          else expect(value + 0).toBe(total + 0) // which zero is the largest is left open
        })
        expect(inputs.map(bits)).toEqual(inputsOf(pool, size).map(bits))
      }),
      { numRuns: whole ? 300 : 40 },
    )
  })

test.each(Object.entries(ways))('numbers of another step, of either zero too: %s', (_, way) => {
  const builder = nodeBuilder()
  const A = builder.arithmetic(0)
  const [x, factor] = [builder.slot(0, 'x', 'element'), A.lit(0)]
  const [product, quotient] = [A.mul(x, factor), A.div(x, factor)]
  const one = kernelFrom([product, quotient], [x], [factor], [product, quotient], [])
  const run = way(one)
  for (const number of [0.5, 0, -0, 0, Number.NaN, -3]) {
    const inputs = [Float32Array.of(1, -2, 0, -0, 5)]
    const outputs = one.stores.map(() => new Float32Array(5))
    run(inputs, outputs, 5, [number])
    expect(outputs.map(bits)).toEqual(meaning(one, inputs, 5, [number]).outputs.map(bits))
  }
})

test('kernels in place, in pieces and in blocks, around the ends of pieces', () => {
  const builder = nodeBuilder()
  const A = builder.arithmetic(0)
  const [x, y, factor] = [builder.slot(0, 'x', 'element'), builder.slot(0, 'y', 'element'), A.lit(0)]
  const scaled = A.mul(x, factor)
  const [sum, difference] = [A.add(scaled, y), A.sub(x, y)]
  const one = kernelFrom(
    [scaled, sum, difference],
    [x, y],
    [factor],
    [sum, difference],
    [
      { fold: 'sum', node: sum },
      { fold: 'max', node: difference },
      { fold: 'squares', node: difference },
    ],
  )
  for (const run of [chunkedRun()(one), blockRun(one)])
    for (const size of [1023, 1024, 1025, 8191, 8192, 8193, 20000]) {
      const inputs = inputsOf(
        special.filter((x) => Math.abs(x) < 1e30),
        size,
      ).slice(0, 2)
      const expected = meaning(one, inputs, size, [0.3])
      const folds = overArrays(run)(inputs, inputs, size, [0.3])
      expect(inputs.map(bits)).toEqual(expected.outputs.map(bits))
      expect(folds[0]).toBeCloseTo(expected.totals[0] ?? 0, 6)
      expect(folds[1]).toBe(expected.totals[1])
      expect(folds[2]).toBeCloseTo(expected.totals[2] ?? 0, 6)
    }
})

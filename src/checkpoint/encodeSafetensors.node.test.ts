import { describe, expect, it } from 'vitest'
import { encodeSafetensors } from './encodeSafetensors.js'
import type { NamedArray } from './NamedArray.js'

const f32 = (name: string, shape: readonly number[], values: readonly number[]): NamedArray => ({
  name,
  dtype: 'F32',
  shape,
  data: Float32Array.from(values),
})
const i32 = (name: string, shape: readonly number[], values: readonly number[]): NamedArray => ({
  name,
  dtype: 'I32',
  shape,
  data: Int32Array.from(values),
})
const headerOf = (file: Uint8Array): string =>
  new TextDecoder().decode(file.subarray(8, 8 + Number(new DataView(file.buffer).getBigUint64(0, true))))

describe('encodeSafetensors', () => {
  it('writes the bytes of the format', () => {
    const file = encodeSafetensors([f32('b', [2], [1, -2])], { k: 'v' })
    const header = '{"__metadata__":{"k":"v"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    expect(headerOf(file)).toBe(header.padEnd(80))
    expect([...file.subarray(0, 8)]).toEqual([80, 0, 0, 0, 0, 0, 0, 0])
    expect([...file.subarray(88)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
  })

  it('writes the same bytes for the same entries in any order, the data aligned', () => {
    const entries = [
      i32('a', [], [7]),
      f32('z', [1], [1]),
      f32('10', [1], [2]),
      f32('9', [1], [3]),
      f32('__proto__', [0], []),
    ]
    const metadata = { b: '2', a: '1' }
    const file = encodeSafetensors(entries, metadata)
    expect(encodeSafetensors(entries.toReversed(), { a: '1', b: '2' })).toEqual(file)
    expect(headerOf(file).length % 8).toBe(0)
    expect([...headerOf(file).matchAll(/"([^"]*)":\{"dtype"/g)].map(([, name]) => name)).toEqual([
      '10',
      '9',
      '__proto__',
      'z',
      'a',
    ])
    expect([...file.subarray(-16)]).toEqual([0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 63, 7, 0, 0, 0])
  })

  it('writes a file without tensors and without metadata', () => {
    expect(headerOf(encodeSafetensors([])).trimEnd()).toBe('{}')
  })

  it('writes the part of a buffer that an array looks at', () => {
    const data = new Float32Array([9, 1, 2, 9]).subarray(1, 3)
    expect(encodeSafetensors([{ name: 'w', dtype: 'F32', shape: [2], data }])).toEqual(
      encodeSafetensors([f32('w', [2], [1, 2])]),
    )
  })

  it('throws with every fault, naming the entry and the way out', () => {
    const faulty = () =>
      encodeSafetensors(
        [
          f32('w', [1], [1]),
          f32('w', [1], [1]),
          f32('__metadata__', [1], [1]),
          f32('\ud800', [1], [1]),
          f32('size', [2, 3], [1]),
          f32('dims', [-1], []),
          { name: 'type', dtype: 'I32', shape: [1], data: new Float32Array(1) },
        ],
        { half: '\udc00' },
      )
    expect(faulty).toThrow(TypeError)
    for (const part of [
      'two tensors are named "w"; give each its own name',
      '__metadata__ is reserved by the format; rename the tensor',
      'the name "\\ud800" holds half a surrogate pair',
      '"size" has shape [2,3] = 6 elements, but 1 values',
      '"dims" has shape [-1], expected whole numbers ≥ 0',
      '"type" has dtype I32, so its data must be a Int32Array; convert it',
      'metadata "half" holds half a surrogate pair; use JSON.stringify',
    ])
      expect(faulty).toThrow(part)
  })

  it('throws when there are more tensors than could be read back', () => {
    const data = new Float32Array(0)
    const many = Array.from({ length: 250_000 }, (_, i): NamedArray => ({
      name: String(i),
      dtype: 'F32',
      shape: [0],
      data,
    }))
    expect(() => encodeSafetensors(many)).toThrow('250000 tensors are too many to be read back; write several files')
  })

  it('throws when the header could not be read back', () => {
    expect(() => encodeSafetensors([], { text: 'x'.repeat(25_000_000) })).toThrow(RangeError)
  })
})

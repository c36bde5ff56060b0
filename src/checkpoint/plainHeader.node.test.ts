import { sizeOf } from '../tree/sizeOf.js'
import * as fc from 'fast-check'
import { either as E } from 'fp-ts'
import { describe, expect, it } from 'vitest'
import { encodeSafetensors } from './encodeSafetensors.js'
import type { NamedArray } from './NamedArray.js'
import { plainHeader } from './plainHeader.js'
import { safetensorsHeader } from './safetensorsHeader.js'

const textOf = (file: Uint8Array): string =>
  new TextDecoder().decode(file.subarray(8, 8 + Number(new DataView(file.buffer).getBigUint64(0, true))))
const dataBytes = (file: Uint8Array): number => file.length - 8 - new TextEncoder().encode(textOf(file)).length

/** What a reader makes of a header before so many bytes of data. */
const read = (text: string, data: number) => {
  const header = new TextEncoder().encode(text)
  const file = new Uint8Array(8 + header.length)
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true)
  file.set(header, 8)
  return safetensorsHeader(file, file.length + data)
}
/** What the careful reader makes of it: white space before a header is read by it alone. */
const readWithCare = (text: string, data: number) => read(`\n${text}`, data)
const found = (header: ReturnType<typeof read>) =>
  E.isLeft(header) ? 'refused' : { spans: header.right.spans, metadata: { ...header.right.metadata } }

const words = (length: number) => new Float32Array(length)
const usual = encodeSafetensors(
  [
    { name: 'w', dtype: 'F32', shape: [2, 3], data: words(6) },
    { name: 'w/größe 🎲', dtype: 'F32', shape: [], data: words(1) },
    { name: '7', dtype: 'I32', shape: [1], data: Int32Array.of(7) },
  ],
  { note: 'a "quoted" \\ text', other: '' },
)

const names = fc.constantFrom('w', 'a/b', '7', '__proto__', 'constructor', 'größe', '🎲', 'w/0.mu', '"', '\\', '\n')
const entries = fc.uniqueArray(
  fc.record({ name: names, int: fc.boolean(), shape: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 3 }) }),
  { minLength: 1, maxLength: 5, selector: ({ name }) => name },
)
const files = fc.tuple(entries, fc.dictionary(names, fc.string(), { maxKeys: 3 })).map(([all, notes]) =>
  encodeSafetensors(
    all.map(({ name, int, shape }): NamedArray => {
      const length = sizeOf(shape)
      return int
        ? { name, dtype: 'I32', shape, data: new Int32Array(length) }
        : { name, dtype: 'F32', shape, data: words(length) }
    }),
    notes,
  ),
)

describe('plainHeader', () => {
  it('reads what this library writes, names and notes of any letters', () => {
    const plain = plainHeader(textOf(usual), dataBytes(usual))
    expect(plain?.spans).toEqual([
      { name: 'w', dtype: 'F32', shape: [2, 3], begin: 0, end: 24 },
      { name: 'w/größe 🎲', dtype: 'F32', shape: [], begin: 24, end: 28 },
      { name: '7', dtype: 'I32', shape: [1], begin: 28, end: 32 },
    ])
    expect(JSON.parse(plain?.rest ?? '')).toEqual({ __metadata__: { note: 'a "quoted" \\ text', other: '' } })
    expect(found(read(textOf(usual), dataBytes(usual)))).toEqual(found(readWithCare(textOf(usual), dataBytes(usual))))
  })

  it('reads a file without notes, and one as Python pads it', () => {
    const text = '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   '
    expect(plainHeader(text, 4)).toEqual({
      spans: [{ name: 'w', dtype: 'F32', shape: [1], begin: 0, end: 4 }],
      rest: '{}',
    })
  })

  it.each([
    ['a name given twice', '{"w":W,"w":V}', 8],
    ['the name of the metadata', '{"w":W,"__metadata__":V}', 8],
    ['a hole', '{"w":W,"v":X}', 12],
    ['a rest', '{"w":W}', 8],
    ['too few bytes', '{"w":W,"v":V}', 4],
    ['another order', '{"v":V,"w":W}', 8],
    ['a comma too many', '{"w":W,}', 4],
    ['no end', '{"w":W,"v":V', 8],
    ['something behind it', '{"w":W}x', 4],
    ['a name with an escape', '{"\\u0077":W}', 4],
    ['a line break in a name', '{"a\nb":W}', 4],
    ['metadata that are not all strings', '{"__metadata__":{"a":"b","c":1},"w":W}', 4],
    ['no tensors', '{"__metadata__":{"a":"b"}}', 0],
  ])('leaves %s to the careful reader', (_what, short, data) => {
    const at = (begin: number, dtype = 'F32') =>
      `{"dtype":"${dtype}","shape":[1],"data_offsets":[${begin},${begin + 4}]}`
    const text = short.replace('W', at(0)).replace('V', at(4)).replace('X', at(8))
    expect(plainHeader(text, data)).toBeNull()
  })

  it.each([
    ['{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}', 8],
    ['{"w":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}', 4],
    ['{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', 4],
    ['{"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}', 0],
    ['{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 4],
    ['{"w":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}', 4],
    ['{"w":{"shape":[1],"dtype":"F32","data_offsets":[0,4]}}', 4],
    ['{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}', 4],
    ['{"w":{"dtype":"F32","shape":[ 1],"data_offsets":[0,4]}}', 4],
  ])('and so %s', (text, data) => {
    expect(plainHeader(text, data)).toBeNull()
  })

  it('finds what the careful reader finds, and nothing where that refuses', () => {
    const likely = '{}[],:"0123459 -eE\\ntuFI4w'
    const change = fc.record({
      at: fc.nat(2000),
      cut: fc.nat(3),
      put: fc.string({ unit: fc.constantFrom(...likely), maxLength: 2 }),
    })
    let [plain, changed] = [0, 0]
    fc.assert(
      fc.property(files, fc.array(change, { maxLength: 2 }), (file, changes) => {
        const whole = textOf(file)
        const text = changes.reduce(
          (before, { at, cut, put }) =>
            before.slice(0, at % before.length) + put + before.slice((at % before.length) + cut),
          whole,
        )
        if (text === '') return
        const data = dataBytes(file)
        const well = plainHeader(text, data) !== null
        plain += Number(well)
        changed += Number(well && text !== whole)
        expect(found(read(text, data))).toEqual(found(readWithCare(text, data)))
      }),
      { numRuns: 1000 },
    )
    expect(plain).toBeGreaterThan(100)
    expect(changed).toBeGreaterThan(5)
  })
})

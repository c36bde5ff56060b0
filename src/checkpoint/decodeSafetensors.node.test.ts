import { sizeOf } from '../tree/sizeOf.js'
import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { either as E } from 'fp-ts'
import { describe, expect, it } from 'vitest'
import type { CheckpointError } from './CheckpointError.js'
import { decodeSafetensors, type SafetensorsContents } from './decodeSafetensors.js'
import { encodeSafetensors } from './encodeSafetensors.js'
import type { NamedArray } from './NamedArray.js'
import { casesOf, whole } from '../../laws/checks/part.js'

const file = (header: string | Uint8Array, data: number | Uint8Array = 0, length?: bigint): Uint8Array => {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header
  const rest = typeof data === 'number' ? new Uint8Array(data) : data
  const bytes = new Uint8Array(8 + text.length + rest.length)
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(rest, 8 + text.length)
  return bytes
}

const right = (bytes: Uint8Array): SafetensorsContents => {
  const result = decodeSafetensors(bytes)
  if (E.isLeft(result)) throw new Error(result.left.map(({ message }) => message).join('\n'))
  return result.right
}

const left = (bytes: Uint8Array): CheckpointError => {
  const result = decodeSafetensors(bytes)
  if (E.isRight(result)) throw new Error(`expected problems, found ${JSON.stringify(result.right)}`)
  return result.left
}

const messages = (bytes: Uint8Array): readonly string[] => left(bytes).map(({ message }) => message)
const paths = (bytes: Uint8Array): readonly string[] => left(bytes).map(({ path }) => path)

const entry = (begin: number, end: number, shape = `[${(end - begin) / 4}]`, dtype = 'F32'): string =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`

it('reads millions of wrong dimensions in a moment, and tells the first of them', () => {
  const many = 2_000_000
  const begun = performance.now()
  const found = left(file(`{"a":${entry(0, 0, `[${'-1,'.repeat(many - 1)}-1]`)}}`))
  // one problem for each took 9 s for 8 million on a quiet machine
  expect(found.filter(({ path }) => path.startsWith('a.shape[')).length).toBe(16)
  expect(found).toContainEqual(expect.objectContaining({ path: 'a.shape', found: `${many - 16} more that are none` }))
  expect(performance.now() - begun).toBeLessThan(30_000)
})

const bits = (entries: readonly NamedArray[]): readonly unknown[] =>
  entries
    .map(({ name, dtype, shape, data }) => ({
      name,
      dtype,
      shape,
      words: [...new Uint32Array(data.buffer, data.byteOffset, data.length)],
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))

const names = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    'toString',
    '0',
    '17',
    'a/b',
    'dense/kernel/ExponentialMovingAverage',
    '"',
    '\\',
    '\n',
  ),
)
const words = (size: number) => fc.array(fc.nat({ max: 0xffffffff }), { minLength: size, maxLength: size })
const special = fc.constantFrom(0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7fa12345, 0xffc0dead, 1, 0x007fffff)
const arrays = (name: string): fc.Arbitrary<NamedArray> =>
  fc.tuple(fc.boolean(), fc.array(fc.nat({ max: 3 }), { maxLength: 4 }), special).chain(([real, shape, first]) => {
    const size = sizeOf(shape)
    return words(size).map((rest) => {
      const buffer = Uint32Array.from([first, ...rest].slice(0, size)).buffer
      return real
        ? { name, dtype: 'F32' as const, shape, data: new Float32Array(buffer) }
        : { name, dtype: 'I32' as const, shape, data: new Int32Array(buffer) }
    })
  })
const entriesArbitrary = fc.uniqueArray(names, { maxLength: 6 }).chain((unique) => fc.tuple(...unique.map(arrays)))
const metadataArbitrary = fc.dictionary(names, fc.string({ unit: 'grapheme' }), { maxKeys: 4 })

describe('decodeSafetensors', () => {
  it('gives back what was encoded, bit for bit, at any alignment, as copies', () => {
    fc.assert(
      fc.property(entriesArbitrary, metadataArbitrary, fc.nat({ max: 3 }), (entries, metadata, shift) => {
        const encoded = encodeSafetensors(entries, metadata)
        const shifted = new Uint8Array(shift + encoded.length).subarray(shift)
        shifted.set(encoded)
        const contents = right(shifted)
        shifted.fill(0xff)
        expect(bits(contents.entries)).toEqual(bits(entries))
        expect(Object.entries(contents.metadata).toSorted()).toEqual(Object.entries(metadata).toSorted())
      }),
      { numRuns: casesOf(500) },
    )
  })

  it('keeps hostile names as names', () => {
    const contents = right(
      file(`{"__metadata__":{"__proto__":"p","constructor":"c"},"__proto__":${entry(0, 4)},"":${entry(4, 8)}}`, 8),
    )
    expect(contents.entries.map(({ name }) => name)).toEqual(['__proto__', ''])
    expect(Object.getPrototypeOf(contents.metadata)).toBeNull()
    expect(contents.metadata['__proto__']).toBe('p')
    expect(contents.metadata['toString']).toBeUndefined()
  })

  it('reads a header in another order than the data, spaces around it, an empty tensor between, a scalar', () => {
    const data = new Uint8Array(Float32Array.of(1, 2, 3).buffer)
    const contents = right(
      file(`{ "b":${entry(4, 12)}, "e":${entry(4, 4, '[3,0]')},"a":${entry(0, 4, '[]')}}   `, data),
    )
    expect(contents.entries.map(({ name, data: [first] }) => [name, first])).toEqual([
      ['a', 1],
      ['e', undefined],
      ['b', 2],
    ])
    expect(right(file('{}')).entries).toEqual([])
  })

  it.each([
    ['white space first', ` \t\r\n{"a":${entry(0, 4)}}`],
    ['no metadata', `{"__metadata__":null,"a":${entry(0, 4)}}`],
    [
      'fields of unknown meaning',
      `{"a":${entry(0, 4).replace('{', '{"scale":0.5,"by":["x",null,true],"of":{"y":1},')}}`,
    ],
  ])('reads what other libraries do: %s', (_name, header) => {
    const contents = right(file(header, 4))
    expect(contents.entries.map(({ name, shape }) => [name, shape])).toEqual([['a', [1]]])
    expect(Object.keys(contents.metadata)).toEqual([])
  })

  it('looks at a larger header where it is told to', () => {
    const large = file(`{"a":${entry(0, 4)}}${' '.repeat(1000)}`, 4)
    const refused = decodeSafetensors(large, { maxHeaderBytes: 900 })
    expect(E.isLeft(refused) && refused.left[0].message).toMatch(/at most 900 bytes/)
    expect(E.isRight(decodeSafetensors(large, { maxHeaderBytes: 2000 }))).toBe(true)
  })

  // a million keys take seconds; that so many are refused by themselves is tested below
  it.runIf(whole)('looks at more keys where it is told to look at a larger header', () => {
    const many = file(`{"__metadata__":{${Array.from({ length: 1_000_001 }, (_, i) => `"${i}":""`).join()}}}`)
    expect(E.isRight(decodeSafetensors(many, { maxHeaderBytes: 50_000_000 }))).toBe(true)
  })

  it.each<[string, Uint8Array, readonly (readonly [path: string, part: string])[]]>([
    ['an empty file', new Uint8Array(0), [['(file)', 'expected at least 8 bytes, found 0; the file is cut short']]],
    ['a header longer than the file', file('{}', 0, 3n), [['(header)', 'expected 3 bytes as the file says, found 2']]],
    ['a huge header', file('{}', 0, 25_000_001n), [['(header)', 'at most 25000000 bytes, found 25000001']]],
    ['the hugest header', file('{}', 0, 2n ** 64n - 1n), [['(header)', 'found 18446744073709551615']]],
    ['no header', file(''), [['(header)', 'begins with {']]],
    ['a list', file('[]'), [['(header)', 'begins with {']]],
    ['other spaces first', file('\u00a0{}'), [['(header)', 'begins with {']]],
    ['nothing but spaces', file('  '), [['(header)', 'begins with {']]],
    ['broken JSON', file('{"a":'), [['(header)', 'expected JSON']]],
    ['two objects', file('{}{}'), [['(header)', 'expected JSON']]],
    ['bad UTF-8', file(Uint8Array.of(0x7b, 0xff, 0x7d)), [['(header)', 'expected UTF-8 text']]],
    ['a byte order mark', file(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)), [['(header)', 'begins with {']]],
    ['deep nesting', file(`{"a":${'['.repeat(100_000)}`), [['(header)', 'at most 3 levels of nesting']]],
    [
      'too many keys',
      file(`{${'"":0,'.repeat(1_000_000)}"":0}`),
      [['(header)', 'at most 1000000 keys, found more; write several']],
    ],
    ['a tensor twice', file(`{"a":${entry(0, 4)},"\\u0061":${entry(0, 4)}}`, 4), [['a', 'each key once']]],
    [
      'a field twice',
      file('{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}', 4),
      [['a.shape', 'each key once']],
    ],
    ['metadata twice', file('{"__metadata__":{},"__metadata__":{}}'), [['__metadata__', 'each key once']]],
    [
      'metadata that is no record',
      file('{"__metadata__":["a"]}'),
      [['__metadata__', "a record of strings, found ['a']"]],
    ],
    [
      'metadata that are no strings',
      file('{"__metadata__":{"a":1,"b":null,"c":"ok"}}'),
      [
        ['__metadata__.a', 'a string, found 1'],
        ['__metadata__.b', 'a string, found null'],
      ],
    ],
    ['half a surrogate pair', file(`{"\\ud800":${entry(0, 4)}}`, 4), [['\ud800', 'well-formed Unicode']]],
    ['an entry that is no record', file('{"a":[1]}'), [['a', 'a record { dtype, shape, data_offsets }, found [1]']]],
    ...['1e400', '[-1e999]', '"\\udc00"', '{"\\ud800":1}'].map(
      (value): [string, Uint8Array, readonly (readonly [path: string, part: string])[]] => [
        `a field of unknown meaning that no reader takes: ${value}`,
        file(`{"a":${entry(0, 4).replace('{', `{"scale":${value},`)}}`, 4),
        [['a.scale', 'other readers can pass over']],
      ],
    ),
    [
      'a field of unknown meaning that goes deep',
      file(`{"a":${entry(0, 4).replace('{', '{"scale":[[1]],')}}`, 4),
      [['(header)', 'at most 3 levels']],
    ],
    [
      'an entry without fields',
      file('{"a":{}}'),
      [
        ['a.dtype', 'F32 or I32, found nothing'],
        ['a.shape', 'found nothing'],
        ['a.data_offsets', 'found nothing'],
      ],
    ],
    [
      'bad dimensions',
      file('{"a":{"dtype":"F32","shape":[-1,1.5,1e300,9007199254740992,"2",-0,null],"data_offsets":[0,0]}}'),
      [
        ['(header)', 'numbers of digits alone, found -1'],
        ...[0, 1, 2, 3, 4, 5, 6].map((i) => [`a.shape[${i}]`, 'a whole number from 0 to 2^53 - 1'] as const),
      ],
    ],
    [
      'a number in disguise',
      file(`{"a":${entry(0, 0, '[3,0E2]')}}`),
      [['(header)', 'numbers of digits alone, found 0E2']],
    ],
    ['an overflowing size', file(`{"a":${entry(0, 0, '[9007199254740991,4]')}}`), [['a.shape', 'counted exactly']]],
    [
      'an overflow hidden by a 0',
      file(`{"a":${entry(0, 0, '[94906267,94906267,0]')}}`),
      [['a.shape', 'counted exactly']],
    ],
    [
      'a shape of another size',
      file(`{"a":${entry(0, 8, '[3]')}}`, 8),
      [['a.data_offsets', '12 bytes for shape [3] of']],
    ],
    [
      'offsets of another kind',
      file('{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4,8]}}', 4),
      [['a.data_offsets', 'two whole']],
    ],
    [
      'a negative offset',
      file(`{"a":${entry(-4, 0, '[1]')}}`, 4),
      [
        ['(header)', 'found -4'],
        ['a.data_offsets', 'two whole numbers'],
      ],
    ],
    ['an unsafe offset', file(`{"a":${entry(0, 2 ** 53, '[]')}}`, 4), [['a.data_offsets', 'two whole numbers']]],
    ['offsets the wrong way', file(`{"a":${entry(4, 0, '[1]')}}`, 4), [['a.data_offsets', 'begin ≤ end']]],
    [
      'data beyond the file',
      file(`{"a":${entry(0, 8)}}`, 4),
      [['a.data_offsets', 'an end within the 4 bytes of data, found 8']],
    ],
    ['overlapping data', file(`{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, 12), [['b', 'over that of another tensor']]],
    ['data used twice', file(`{"a":${entry(0, 8)},"b":${entry(0, 8)}}`, 8), [['b', 'over that of another tensor']]],
    [
      'an empty tensor inside another',
      file(`{"a":${entry(0, 8)},"b":${entry(4, 4)}}`, 8),
      [['b', 'over that of another tensor']],
    ],
    [
      'a hole',
      file(`{"a":${entry(0, 4)},"b":${entry(8, 12)}}`, 12),
      [['b', 'data from byte 4 on, found data at 8, after a hole']],
    ],
    ['a hole at the start', file(`{"a":${entry(4, 8)}}`, 8), [['a', 'data from byte 0 on']]],
    ['a rest', file(`{"a":${entry(0, 4)}}`, 5), [['(file)', '4 bytes of data, found 1 bytes more']]],
    ['a rest without tensors', file('{}', 1), [['(file)', '0 bytes of data, found 1 bytes more']]],
  ])('refuses %s', (_, bytes, expected) => {
    expect(paths(bytes)).toEqual(expected.map(([path]) => path))
    expected.forEach(([, part], i) => expect(messages(bytes)[i]).toContain(part))
    expect(left(bytes).every(({ _tag }) => _tag === 'Corrupt' || _tag === 'Unsupported')).toBe(true)
  })

  it.each(['F64', 'I64', 'BF16', 'F16', 'U8', 'BOOL', 'U32', 'F8_E4M3', 'F4', 'float32', '__proto__'])(
    'names the dtype %s',
    (dtype) => {
      const sizes: Readonly<Record<string, number>> = { F64: 8, I64: 8, BF16: 2, F16: 2, U32: 4 }
      const size = 2 * (Object.hasOwn(sizes, dtype) ? (sizes[dtype] ?? 1) : 1)
      const [problem, ...rest] = left(file(`{"a":${entry(0, size, '[2]', dtype)}}`, size))
      expect(rest).toEqual([])
      expect(problem).toMatchObject({ _tag: 'Unsupported', path: 'a.dtype', expected: 'F32 or I32' })
      expect(problem.found).toContain(dtype)
      expect(problem.message).toContain('convert the tensor to float32 or int32')
    },
  )

  it('reports all problems of a file at once', () => {
    expect(
      paths(
        file(
          `{"__metadata__":{"k":1},"a":${entry(0, 8, '[3]')},"b":${entry(8, 16, '[1]', 'I64')},"c":${entry(8, 12)}}`,
          24,
        ),
      ),
    ).toEqual(['__metadata__.k', 'a.data_offsets', 'b.dtype', 'b', '(file)'])
  })

  it('says how many more there are instead of filling memory with messages', () => {
    const many = left(file(`{${Array.from({ length: 200_000 }, (_, i) => `"${i}":0`).join(',')}}`))
    expect(many).toHaveLength(1001)
    expect(many.at(-1)?.message).toContain('199000 more')
    const long = left(file(`{"${'x'.repeat(1_000_000)}":0}`))
    expect(long[0].message.length).toBeLessThan(500)
    expect(long[0].path).toHaveLength(1_000_000)
  })

  it('notices every cut and every appended byte', () => {
    fc.assert(
      fc.property(entriesArbitrary, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (entries, part) => {
        const bytes = encodeSafetensors(entries, { a: 'b' })
        expect(E.isLeft(decodeSafetensors(bytes.subarray(0, Math.floor(part * bytes.length))))).toBe(true)
        expect(E.isLeft(decodeSafetensors(Uint8Array.of(...bytes, 0)))).toBe(true)
      }),
      { numRuns: casesOf(300) },
    )
  })

  it('never throws, whatever bytes change, and holds no more elements than there are bytes', () => {
    const change = fc.record({
      at: fc.nat(),
      to: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(...new TextEncoder().encode('{}[],:"0129e-.\\'))),
    })
    fc.assert(
      fc.property(
        entriesArbitrary,
        fc.array(change, { minLength: 1, maxLength: 8 }),
        fc.nat({ max: 64 }),
        (entries, changes, cut) => {
          const bytes = encodeSafetensors(entries, { version: '1' })
          changes.forEach(({ at, to }) => (bytes[at % bytes.length] = to))
          const result = decodeSafetensors(bytes.subarray(0, bytes.length - (cut % 8 === 0 ? cut / 8 : 0)))
          if (E.isRight(result))
            expect(result.right.entries.reduce((sum, { data }) => sum + data.byteLength, 0)).toBeLessThanOrEqual(
              bytes.length,
            )
          else expect(result.left.every(({ message }) => message.length > 0 && message.length < 2000)).toBe(true)
        },
      ),
      { numRuns: casesOf(3000) },
    )
  })

  it('never throws on noise that looks like a header', () => {
    const header = fc.json({ maxDepth: 4 })
    const field = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom('F32', 'I64', [0, 4], [4], [2, 2]))
    const likely = fc
      .dictionary(names, fc.record({ dtype: field, shape: field, data_offsets: field }, { requiredKeys: [] }))
      .map((value) => JSON.stringify(value))
    fc.assert(
      fc.property(fc.oneof(header, likely), fc.nat({ max: 16 }), (text, data) => {
        decodeSafetensors(file(text, data))
      }),
      { numRuns: casesOf(2000) },
    )
  })

  it('builds nothing large from a small file, and looks at no large header', () => {
    const before = process.memoryUsage().arrayBuffers
    left(file(`{"a":${entry(0, 0, '[4503599627370496]')}}`))
    left(file('{}', 0, 2n ** 63n))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
  })
})

it('bytes of another realm are bytes: jest runs what it tests beside the files that Node reads', () => {
  const bytes = encodeSafetensors([{ name: 'w', dtype: 'F32', shape: [2], data: new Float32Array([1, 2]) }])
  // as any script of that realm gives it
  const foreign = runInNewContext('new Uint8Array(given)', { given: [...bytes] }) as Uint8Array
  expect(foreign instanceof Uint8Array).toBe(false)
  expect(decodeSafetensors(foreign)).toEqual(decodeSafetensors(bytes))
  expect(() => decodeSafetensors(bytes.buffer as never)).toThrow('decodeSafetensors: bytes must be a Uint8Array')
})

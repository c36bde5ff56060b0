import { sizeOf } from '../tree/sizeOf.js'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isCheckpointFailed } from '../checkpoint/CheckpointFailed.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { encodeForeign, type WrittenTensor } from './encodeForeign.js'
import { exportParams } from './exportParams.js'
import { importParams } from './importParams.js'

let before = 0
beforeEach(() => {
  before = tf.memory().numTensors
})
afterEach(() => {
  // oxlint-disable-next-line vitest/no-standalone-expect -- after each test
  expect(tf.memory().numTensors).toBe(before)
})

const itemBytes: Readonly<Record<string, number>> = {
  F64: 8,
  I64: 8,
  U64: 8,
  C64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
}

/** A tensor in a file, from the bytes of its elements, least first. */
const raw = (name: string, dtype: string, shape: readonly number[], bytes: readonly number[]): WrittenTensor => ({
  name,
  dtype,
  shape,
  bytes: Uint8Array.from(bytes),
  itemBytes: itemBytes[dtype] ?? 1,
})

const bytesOf = (array: ArrayBufferView): readonly number[] => [
  ...new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
]

const floats = (name: string, shape: readonly number[], values: readonly number[]): WrittenTensor =>
  raw(name, 'F32', shape, bytesOf(Float32Array.from(values)))

const file = (...tensors: readonly WrittenTensor[]): Uint8Array => encodeForeign('a test', tensors, { format: 'pt' })

/** What the message says of a read that fails. */
const refused = async (read: Promise<unknown>): Promise<string> => {
  try {
    await read
  } catch (error) {
    if (isCheckpointFailed(error)) return error.message
    throw error
  }
  throw new Error('it was read')
}

const withLike = async <A>(
  shapes: Readonly<Record<string, readonly number[]>>,
  use: (like: Record<string, tf.Tensor>) => Promise<A>,
  dtype: 'float32' | 'int32' | 'bool' = 'float32',
): Promise<A> => {
  const like = Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, tf.zeros([...shape], dtype)]))
  try {
    return await use(like)
  } finally {
    disposeExcept(like, null)
  }
}

/** The numbers that one tensor of a dtype becomes. */
const numbersOf = (tensor: WrittenTensor, becomes: 'float32' | 'int32' | 'bool') =>
  withLike(
    { x: tensor.shape },
    async (like) => {
      const { params, warnings } = await importParams({ files: [file(tensor)], like })
      const found = params['x']
      const numbers = found === undefined ? [] : [...found.dataSync()]
      disposeExcept(params, null)
      return { numbers, warnings: warnings.map(({ message }) => message), dtype: found?.dtype }
    },
    becomes,
  )

describe('dtypes', () => {
  it.each([
    ['F16', [2], [0x00, 0x3c, 0x01, 0x80], [1, -(2 ** -24)]],
    ['BF16', [2], [0x80, 0x3f, 0x20, 0xc0], [1, -2.5]],
    ['F8_E4M3', [3], [0x38, 0x7e, 0x01], [1, 448, 2 ** -9]],
    ['F8_E5M2', [3], [0x3c, 0x7b, 0x01], [1, 57344, 2 ** -16]],
    ['F8_E8M0', [2], [127, 130], [1, 8]],
    ['F64', [2], bytesOf(Float64Array.of(0.5, -3)), [0.5, -3]],
    ['F32', [2, 1], bytesOf(Float32Array.of(0.1, -7)), [Math.fround(0.1), -7]],
  ])('%s becomes float32', async (dtype, shape, bytes, wanted) => {
    const found = await numbersOf(raw('x', dtype, shape, bytes), 'float32')
    expect(found).toEqual({ numbers: wanted, warnings: [], dtype: 'float32' })
  })

  it.each([
    ['I64', bytesOf(BigInt64Array.of(-5n, 2n ** 31n - 1n)), [-5, 2 ** 31 - 1]],
    ['U64', bytesOf(BigUint64Array.of(7n, 2n ** 31n - 1n)), [7, 2 ** 31 - 1]],
    ['U32', bytesOf(Uint32Array.of(7, 2 ** 31 - 1)), [7, 2 ** 31 - 1]],
    ['I32', bytesOf(Int32Array.of(-7, 9)), [-7, 9]],
    ['I16', bytesOf(Int16Array.of(-32768, 9)), [-32768, 9]],
    ['U16', bytesOf(Uint16Array.of(65535, 9)), [65535, 9]],
    ['I8', bytesOf(Int8Array.of(-128, 9)), [-128, 9]],
    ['U8', [255, 9], [255, 9]],
  ])('%s becomes int32', async (dtype, bytes, wanted) => {
    expect(await numbersOf(raw('x', dtype, [2], bytes), 'int32')).toEqual({
      numbers: wanted,
      warnings: [],
      dtype: 'int32',
    })
  })

  it('BOOL becomes bool', async () => {
    expect(await numbersOf(raw('x', 'BOOL', [3], [1, 0, 1]), 'bool')).toEqual({
      numbers: [1, 0, 1],
      warnings: [],
      dtype: 'bool',
    })
  })

  it('F64 that float32 rounds is read, with a warning that has the largest relative error', async () => {
    const { numbers, warnings } = await numbersOf(
      raw('x', 'F64', [3], bytesOf(Float64Array.of(1, 1 + 2 ** -24, Infinity))),
      'float32',
    )
    expect(numbers).toEqual([1, 1, Infinity])
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/^x: .*rounded to float32, by up to 6\.0e-8 of themselves/)
  })

  it.each([
    ['F64', bytesOf(Float64Array.of(1e39)), 'float32', /x: expected numbers that float32 holds, found 1e\+39/],
    ['I64', bytesOf(BigInt64Array.of(2n ** 31n)), 'int32', /x: expected I64 that fits in int32.* found 2147483648/],
    ['I64', bytesOf(BigInt64Array.of(-(2n ** 63n))), 'int32', /found -9223372036854775808/],
    ['U64', bytesOf(BigUint64Array.of(2n ** 64n - 1n)), 'int32', /found 18446744073709551615/],
    ['U32', bytesOf(Uint32Array.of(2 ** 32 - 1)), 'int32', /x: expected U32 that fits in int32.* found 4294967295/],
    ['BOOL', [2], 'bool', /x: expected bytes 0 and 1 in BOOL, found 2/],
    ['F4', [2], 'float32', /\[Unsupported\] x: expected one of the dtypes F32,.* found F4; .*ignore: \["x"\]/],
    ['F6_E2M3', [2], 'float32', /found F6_E2M3; .*ignore: \["x"\]/],
    ['C64', [0, 0, 0, 0, 0, 0, 0, 0], 'float32', /found C64; .*ignore: \["x"\]/],
    ['NEW', [1], 'float32', /found NEW; /],
  ] as const)('%s that does not fit is refused by name', async (dtype, bytes, becomes, message) => {
    expect(await refused(numbersOf(raw('x', dtype, [1], bytes), becomes))).toMatch(message)
  })

  it('another dtype than that of the leaf is refused', async () => {
    expect(await refused(numbersOf(raw('x', 'I64', [1], [1, 0, 0, 0, 0, 0, 0, 0]), 'float32'))).toMatch(
      /x: expected what becomes float32, as in `like`, found what becomes int32/,
    )
  })
})

describe('names', () => {
  const tracked = (name: string): WrittenTensor => raw(name, 'I64', [], [3, 0, 0, 0, 0, 0, 0, 0])
  const norm = [
    floats('norm.weight', [2], [1, 2]),
    floats('norm.bias', [2], [3, 4]),
    tracked('norm.num_batches_tracked'),
    tracked('norm2.num_batches_tracked'),
  ]
  const rename = [['norm.weight', 'norm.gamma']] as const
  const like = { norm: { gamma: [2], bias: [2] } }
  const withNorm = <A>(use: (like: { norm: Record<string, tf.Tensor> }) => Promise<A>) =>
    withLike(like.norm, (leaves) => use({ norm: leaves }))

  it('a surplus tensor is refused with the ignore that lets the file pass, and passes with it', () =>
    withNorm(async (wanted) => {
      const message = await refused(importParams({ files: [file(...norm)], like: wanted, rename }))
      expect(message).toContain('norm.num_batches_tracked: expected a leaf of this name')
      expect(message).toContain("the file passes with ignore: ['*.num_batches_tracked']")
      const read = await importParams({
        files: [file(...norm)],
        like: wanted,
        rename,
        ignore: ['*.num_batches_tracked'],
      })
      expect(read.ignored).toEqual(['norm.num_batches_tracked', 'norm2.num_batches_tracked'])
      expect({ ...read.metadata }).toEqual({ format: 'pt' })
      expect([...(read.params.norm['gamma']?.dataSync() ?? [])]).toEqual([1, 2])
      expect([...(read.params.norm['bias']?.dataSync() ?? [])]).toEqual([3, 4])
      disposeExcept(read.params, null)
    }))

  it('an unsupported dtype passes where it is ignored, and only there', () =>
    withNorm(async (wanted) => {
      const files = [file(...norm.slice(0, 2), raw('scale', 'F4', [2], [0]))]
      expect(await refused(importParams({ files, like: wanted, rename }))).toMatch(/scale: .* dtype F4/)
      const { params, ignored } = await importParams({ files, like: wanted, rename, ignore: ['scale'] })
      expect(ignored).toEqual(['scale'])
      disposeExcept(params, null)
    }))

  it('only reads what it names, and lists the rest', () =>
    withLike({ gamma: [2] }, async (wanted) => {
      for (const only of [['*.weight'], (name: string) => name === 'norm.weight']) {
        const read = await importParams({ files: [file(...norm)], like: wanted, only, rename: [['*.weight', 'gamma']] })
        expect(read.ignored).toEqual(['norm.bias', 'norm.num_batches_tracked', 'norm2.num_batches_tracked'])
        disposeExcept(read.params, null)
      }
    }))

  it('what is missing has the nearest name, and the one of its shape', () =>
    withLike({ kernell: [2, 3], other: [4] }, async (wanted) => {
      const files = [file(floats('kernel', [2, 3], [1, 2, 3, 4, 5, 6]), floats('vector', [4], [1, 2, 3, 4]))]
      const message = await refused(importParams({ files, like: wanted }))
      expect(message).toContain(
        "kernell: expected a tensor of shape [2, 3], found none of this name; did you mean 'kernel'?",
      )
      expect(message).toContain(
        "other: expected a tensor of shape [4], found none of this name; did you mean 'vector'?",
      )
      expect(message).toContain("rename: [['kernel', 'kernell']]")
    }))

  it('patterns that fit nothing are told: ignore as a warning, the others as problems', () =>
    withLike({ kernel: [1] }, async (wanted) => {
      const files = [file(floats('kernel', [1], [5]))]
      const message = await refused(
        importParams({ files, like: wanted, only: ['kernel', 'kernels'], transpose: ['w*'], rename: [['a', 'b']] }),
      )
      expect(message).toContain(
        "only: 'kernels': expected a pattern that fits a tensor of the file, found none that it fits; did you mean 'kernel'?",
      )
      expect(message).toContain("transpose: 'w*'")
      expect(message).toContain("rename: 'a'")
      const { params, warnings } = await importParams({ files, like: wanted, ignore: ['gone'] })
      expect(warnings.map(({ path }) => path)).toEqual(["ignore: 'gone'"])
      disposeExcept(params, null)
    }))

  it('two tensors for one leaf are refused', () =>
    withLike({ a: [1] }, async (wanted) => {
      const files = [file(floats('a', [1], [5]), floats('b', [1], [5]))]
      expect(await refused(importParams({ files, like: wanted, rename: [['b', 'a']] }))).toMatch(
        /b: expected one tensor for a, found a too; rename one of them, or let it pass: ignore: \['b'\]/,
      )
    }))

  it('stars stand for the same on both sides of a rename, and its pattern is no regular expression', () =>
    withLike({ 'layer 1': [1], 'layer 2': [1] }, async (wanted) => {
      const files = [file(floats('h.1.(w)', [1], [5]), floats('h.2.(w)', [1], [6]))]
      const { params } = await importParams({ files, like: wanted, rename: [['h.*.(w)', 'layer *']] })
      expect([...(params['layer 2']?.dataSync() ?? [])]).toEqual([6])
      disposeExcept(params, null)
      await expect(importParams({ files, like: wanted, rename: [['h', 'layer *']] })).rejects.toThrow(/more stars/)
    }))
})

describe('transpose', () => {
  it('turns [out, in] to [in, out], and says so where it was not asked', () =>
    withLike({ dense: [3, 2] }, async (wanted) => {
      const files = [file(floats('dense', [2, 3], [1, 2, 3, 4, 5, 6]))]
      expect(await refused(importParams({ files, like: wanted }))).toContain(
        "it lies as PyTorch has it: transpose: ['dense']",
      )
      const { params } = await importParams({ files, like: wanted, transpose: ['dense'] })
      expect([...(params['dense']?.dataSync() ?? [])]).toEqual([1, 4, 2, 5, 3, 6])
      disposeExcept(params, null)
    }))

  it.each([
    [
      [2, 3, 4],
      [2, 1, 0],
    ],
    [
      [2, 3, 4, 5],
      [2, 3, 1, 0],
    ],
    [
      [2, 3, 2, 2, 2],
      [2, 3, 4, 1, 0],
    ],
  ])('turns kernels of shape %s as tf.transpose does by %s', async (shape, axes) => {
    const size = sizeOf(shape)
    const values = Array.from({ length: size }, (_, i) => i)
    const wanted = tf.tidy(() => tf.transpose(tf.tensor(values, shape), axes))
    const { params } = await importParams({
      files: [file(floats('k', shape, values))],
      like: { k: wanted },
      transpose: ['k'],
    })
    expect([...params.k.dataSync()]).toEqual([...wanted.dataSync()])
    const back = await exportParams({ params, transpose: ['k'], metadata: { format: 'pt' } })
    expect(back).toEqual(file(floats('k', shape, values)))
    disposeExcept([params, wanted], null)
  })

  it('leaves vectors as they are', () =>
    withLike({ bias: [3], scale: [] }, async (wanted) => {
      const files = [file(floats('bias', [3], [1, 2, 3]), floats('scale', [], [7]))]
      const { params } = await importParams({ files, like: wanted, transpose: () => true })
      expect([...(params['bias']?.dataSync() ?? [])]).toEqual([1, 2, 3])
      disposeExcept(params, null)
    }))
})

describe('shards', () => {
  const shards = [file(floats('a', [1], [1])), file(floats('b', [1], [2]))]
  const names = ['model-1.safetensors', 'model-2.safetensors']
  const index = (map: Readonly<Record<string, string>>): Uint8Array =>
    new TextEncoder().encode(JSON.stringify({ metadata: { total_size: 8 }, weight_map: map }))
  const right = { a: names[0] ?? '', b: names[1] ?? '' }

  it('are read together, in any order', () =>
    withLike({ a: [1], b: [1] }, async (wanted) => {
      for (const request of [
        { files: shards },
        { files: shards.toReversed(), names: names.toReversed(), index: index(right) },
      ]) {
        const { params } = await importParams({ ...request, like: wanted })
        expect([...(params['a']?.dataSync() ?? []), ...(params['b']?.dataSync() ?? [])]).toEqual([1, 2])
        disposeExcept(params, null)
      }
    }))

  it.each([
    [
      'a shard that is absent',
      { files: shards.slice(1), names: names.slice(1), index: index(right) },
      /\[Missing\] model-1\.safetensors: expected a shard that the index names/,
    ],
    [
      'a tensor that is elsewhere',
      { files: shards, names, index: index({ a: names[1] ?? '', b: names[1] ?? '' }) },
      /a: expected the tensor in model-2\.safetensors, as the index says, found it in model-1/,
    ],
    ['a tensor that is nowhere', { files: shards, index: index({ ...right, c: names[0] ?? '' }) }, /\[Missing\] c: /],
    ['a tensor that the index lacks', { files: shards, index: index({ a: names[0] ?? '' }) }, /\[Unexpected\] b: /],
    [
      'an index that is none',
      { files: shards, index: new TextEncoder().encode('{}') },
      /\(index\): expected JSON with a weight_map/,
    ],
    [
      'a tensor that stands twice',
      { files: [...shards, ...shards] },
      /a: expected each tensor in one file, found it in file 1 of 4 and in file 3 of 4/,
    ],
    ['no file', { files: [] }, /at least one safetensors file/],
  ])('refuse %s', (_, request, message) =>
    withLike({ a: [1], b: [1] }, async (wanted) => {
      expect(await refused(importParams({ ...request, like: wanted }))).toMatch(message)
    }),
  )

  it('refuse a torn file by its name', () =>
    withLike({ a: [1], b: [1] }, async (wanted) => {
      const torn = [shards[0] ?? new Uint8Array(), shards[1]?.slice(0, -1) ?? new Uint8Array()]
      expect(await refused(importParams({ files: torn, names, like: wanted }))).toMatch(
        /\[Corrupt\] model-2\.safetensors: b/,
      )
    }))

  it('refuse data that is too short for its shape, whatever the dtype', () =>
    withLike({ a: [2] }, async (wanted) => {
      const files = [file(raw('a', 'BF16', [2], [1, 2]))]
      expect(await refused(importParams({ files, like: wanted }))).toMatch(/\[Corrupt\] the file: a/)
    }))
})

describe('exportParams', () => {
  it.each(['F32', 'F16', 'BF16'] as const)('%s comes back, to the nearest', async (dtype) => {
    const params = {
      dense: {
        kernel: tf.tensor2d([
          [1.0009765625, -2.0029296875],
          [0.1, 1e-4],
        ]),
        steps: tf.tensor1d([7, -9], 'int32'),
      },
      mask: tf.tensor1d([true, false], 'bool'),
    }
    for (const integers of ['I32', 'I64'] as const) {
      const bytes = await exportParams({ params, floats: dtype, integers })
      const read = await importParams({ files: [bytes], like: params })
      const found = [...read.params.dense.kernel.dataSync()]
      const most = dtype === 'F32' ? 0 : dtype === 'F16' ? 2 ** -11 : 2 ** -8
      params.dense.kernel.dataSync().forEach((x, i) => {
        expect(Math.abs((found[i] ?? Number.NaN) - x)).toBeLessThanOrEqual(most * Math.abs(x))
      })
      expect([...read.params.dense.steps.dataSync()]).toEqual([7, -9])
      expect([...read.params.mask.dataSync()]).toEqual([1, 0])
      disposeExcept(read.params, null)
    }
    disposeExcept(params, null)
  })

  it('refuses what would be infinite in half precision, by its path', async () => {
    const params = { a: { b: tf.tensor1d([1, 65520]) } }
    await expect(exportParams({ params, floats: 'F16' })).rejects.toThrow(
      /a\.b has the value 65520, which is infinite in F16/,
    )
    expect((await exportParams({ params, floats: 'BF16' })).length).toBeGreaterThan(0)
    disposeExcept(params, null)
  })

  it('keeps infinities and NaN', async () => {
    const params = { a: tf.tensor1d([Infinity, -Infinity, NaN]) }
    for (const dtype of ['F16', 'BF16'] as const) {
      const { params: read } = await importParams({
        files: [await exportParams({ params, floats: dtype })],
        like: params,
      })
      expect([...read.a.dataSync()]).toEqual([Infinity, -Infinity, NaN])
      disposeExcept(read, null)
    }
    disposeExcept(params, null)
  })

  it('refuses two leaves of one name, and patterns that fit none', async () => {
    const params = { a: tf.scalar(1), b: tf.scalar(2) }
    await expect(exportParams({ params, rename: [['b', 'a']] })).rejects.toThrow(/would be named a/)
    await expect(exportParams({ params, transpose: ['c'] })).rejects.toThrow(/transpose 'c' fits none of a, b/)
    disposeExcept(params, null)
  })

  it('refuses what no reader takes: notes that are no strings, half surrogate pairs', async () => {
    const params = { a: tf.scalar(1) }
    const metadata = { epoch: 3 } as unknown as Record<string, string> // as untyped code passes it
    await expect(exportParams({ params, metadata })).rejects.toThrow('metadata "epoch" is number, expected a string')
    await expect(exportParams({ params, rename: [['a', '\ud800']] })).rejects.toThrow(/half a surrogate pair/)
    disposeExcept(params, null)
  })
})

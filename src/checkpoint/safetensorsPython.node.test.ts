import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { either as E } from 'fp-ts'
import { describe, expect, it } from 'vitest'
import { decodeSafetensors } from './decodeSafetensors.js'
import { encodeSafetensors } from './encodeSafetensors.js'
import type { NamedArray } from './NamedArray.js'

/** A Python that has the packages safetensors and numpy. */
const python = process.env['POLYAK_PYTHON'] ?? ''
if (python === '')
  // oxlint-disable-next-line no-console -- a skip must be loud
  console.warn(
    '\n!!  SKIPPED: safetensors against Python. Set POLYAK_PYTHON to a python that has safetensors and numpy.\n',
  )

interface PythonArray {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly words: readonly number[]
}

/** What Python finds in a file; null where it refuses it. */
interface PythonFile {
  readonly metadata: Readonly<Record<string, string>> | null
  readonly tensors: readonly PythonArray[]
}

const prelude = `
import base64, json, os, sys, tempfile
import numpy as np
from safetensors import safe_open, SafetensorError
from safetensors.numpy import save
given = json.load(sys.stdin)
`

const run = (script: string, given: unknown): unknown =>
  JSON.parse(
    execFileSync(python, ['-c', prelude + script], {
      input: JSON.stringify(given),
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    }),
  )

// The answers have the shape that the scripts give them.
const opened = (files: readonly Uint8Array[]) =>
  run(
    `
path = os.path.join(tempfile.mkdtemp(), 'file')
def look(data):
    with open(path, 'wb') as f: f.write(base64.b64decode(data))
    try:
        with safe_open(path, framework='np') as f:
            arrays = [(name, f.get_tensor(name)) for name in f.keys()]
            return { 'metadata': f.metadata(), 'tensors': [
                { 'name': n, 'dtype': str(a.dtype), 'shape': a.shape, 'words': np.frombuffer(a.tobytes(), 'u4').tolist() } for n, a in arrays ] }
    except (SafetensorError, ValueError) as e:
        return None
json.dump([look(data) for data in given], sys.stdout)
os.remove(path)
`,
    files.map((bytes) => Buffer.from(bytes).toString('base64')),
  ) as readonly (PythonFile | null)[]

const written = (arrays: readonly PythonArray[], metadata: Readonly<Record<string, string>>) =>
  new Uint8Array(
    Buffer.from(
      run(
        `
arrays = { a['name']: np.array(a['words'], 'u4').view(a['dtype']).reshape(a['shape']) for a in given['arrays'] }
json.dump(base64.b64encode(save(arrays, given['metadata'])).decode(), sys.stdout)
`,
        { arrays, metadata },
      ) as string,
      'base64',
    ),
  )

const asPython = ({ name, dtype, shape, data }: NamedArray): PythonArray => ({
  name,
  dtype: dtype === 'F32' ? 'float32' : 'int32',
  shape,
  words: [...new Uint32Array(data.buffer, data.byteOffset, data.length)],
})
const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1)

const real = (name: string, shape: readonly number[], words: readonly number[]): NamedArray => ({
  name,
  dtype: 'F32',
  shape,
  data: new Float32Array(Uint32Array.from(words).buffer),
})
const entries: readonly NamedArray[] = [
  real('dense/kernel', [2, 3], [0x3f800000, 0xbf800000, 0x80000000, 0x7f800000, 0x7fc12345, 1]),
  real('dense/kernel/ExponentialMovingAverage', [2, 3], [1, 2, 3, 4, 5, 6]),
  real('0', [1, 1, 1], [0x40490fdb]),
  real('scalar', [], [0x40000000]),
  real('empty', [3, 0, 2], []),
  real('__proto__', [1], [7]),
  real('größe/🎲', [1], [8]),
  { name: 'count', dtype: 'I32', shape: [2], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) },
]

const fileOf = (header: string): Uint8Array => {
  const text = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + text.length + 4)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  return bytes
}

describe.skipIf(python === '')('safetensors of Python', () => {
  it('opens what is written here: names, shapes, dtypes, bits and metadata', () => {
    const metadata = { format: '1', equations: JSON.stringify({ μ: 'b1·μ + (1 - b1)·g' }), '': '' }
    const [found] = opened([encodeSafetensors(entries, metadata)])
    expect(found?.metadata).toEqual(metadata)
    expect(found?.tensors.toSorted(byName)).toEqual(entries.map(asPython).toSorted(byName))
    expect(opened([encodeSafetensors([])])).toEqual([{ metadata: null, tensors: [] }])
  })

  it('writes what is read here', () => {
    const contents = decodeSafetensors(written(entries.map(asPython), { framework: 'np', note: 'ä' }))
    if (E.isLeft(contents)) throw new Error(contents.left.map(({ message }) => message).join('\n'))
    expect({ ...contents.right.metadata }).toEqual({ framework: 'np', note: 'ä' })
    expect(contents.right.entries.map(asPython).toSorted(byName)).toEqual(entries.map(asPython).toSorted(byName))
  })

  it('writes the very same bytes', () => {
    expect(encodeSafetensors(entries, { framework: 'np' })).toEqual(written(entries.map(asPython), { framework: 'np' }))
  })

  it('reads the odd files that are read here, and those of the table of differences', () => {
    const entry = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'
    const odd = [
      ` \n\t\r{"a":${entry}}`,
      `{"__metadata__":null,"a":${entry}}`,
      `{"a":${entry.replace('{', '{"scale":0.5,"by":["x",null,true],"of":{"y":1},')}}`,
    ].map(fileOf)
    const differences = [
      `{"a":${entry},"a":${entry}}`,
      `{"__metadata__":{"x":"1","x":"2"},"a":${entry}}`,
      '{"a":["F32",[1],[0,4]]}',
      `{"a":${entry.replace('{', '{"scale":[[1]],')}}`,
      `{"a":${entry.replace('{', '{"scale":-1,')}}`,
    ].map(fileOf)
    expect(odd.map((bytes) => decodeSafetensors(bytes)._tag)).toEqual(odd.map(() => 'Right'))
    expect(differences.map((bytes) => decodeSafetensors(bytes)._tag)).toEqual(differences.map(() => 'Left'))
    expect(opened([...odd, ...differences]).filter((found) => found?.tensors.length !== 1)).toEqual([])
  })

  it('refuses nothing that is accepted here', () => {
    const bytes = encodeSafetensors(entries, { version: '1' })
    const headerBytes = bytes.length - entries.reduce((sum, { data }) => sum + data.byteLength, 0)
    const change = fc.tuple(
      fc.nat({ max: headerBytes - 1 }),
      fc.constantFrom(...new TextEncoder().encode('{}[],:"0123459 -+.eE\\ntuFI4')),
    )
    const mutants = fc.sample(fc.array(change, { minLength: 1, maxLength: 3 }), 3000).map((changes) => {
      const mutant = bytes.slice()
      for (const [at, to] of changes) mutant[at] = to
      return mutant
    })
    const accepted = mutants.filter((mutant) => E.isRight(decodeSafetensors(mutant)))
    expect(accepted.length).toBeGreaterThan(100)
    const refused = opened(accepted).flatMap((found, i) =>
      found === null ? [new TextDecoder().decode(accepted[i]?.subarray(0, headerBytes))] : [],
    )
    expect(refused).toEqual([])
  })
})

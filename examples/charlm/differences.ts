import type { NamedArray, SafetensorsContents } from 'polyak'

/** What is not the same, to the last bit, in two checkpoints: tensors by name, and the notes beside them. */
export const differences = (a: SafetensorsContents, b: SafetensorsContents): readonly string[] => {
  const [left, right] = [parts(a), parts(b)]
  return [...new Set([...left.keys(), ...right.keys()])].filter((name) => left.get(name) !== right.get(name))
}

const parts = ({ entries, metadata }: SafetensorsContents): ReadonlyMap<string, string> =>
  new Map([...entries.map((entry) => [entry.name, bits(entry)] as const), ...Object.entries(metadata)])

// Bits and not numbers: 0 and −0 are two things, and NaN is itself.
const bits = ({ dtype, shape, data }: NamedArray): string =>
  `${dtype} ${shape.join('×')} ${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')}`

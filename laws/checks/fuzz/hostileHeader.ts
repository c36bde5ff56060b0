import { encodeSafetensors } from '../../../src/checkpoint/encodeSafetensors.js'
import type { NamedArray } from '../../../src/checkpoint/NamedArray.js'
import type { Drawn } from './drawn.js'

/** A file that is whole, or nearly. */
export const hostileHeader = (draw: Drawn): Uint8Array => {
  const kind = draw.upTo(12)
  if (kind === 0) return whole(draw)
  if (kind < 4) return bytesChanged(whole(draw), draw, kind === 1)
  if (kind < 8) return tokensChanged(whole(draw), draw)
  return written(draw)
}

const names = ['a', 'b', 'a/b', '', '__proto__', 'constructor', '0', 'größe', '🎲', '"', '\\', '\n', 'w/0.mu'] as const

const whole = (draw: Drawn): Uint8Array => {
  const entries = new Map<string, NamedArray>()
  for (let i = draw.upTo(4); i > 0; i--) {
    const shape = Array.from({ length: draw.upTo(4) }, () => draw.upTo(4))
    const words = Int32Array.from({ length: shape.reduce((size, dim) => size * dim, 1) }, () => draw.upTo(2 ** 31))
    const name = draw.of(names)
    entries.set(
      name,
      draw.chance(0.5)
        ? { name, dtype: 'F32', shape, data: new Float32Array(words.buffer) }
        : { name, dtype: 'I32', shape, data: words },
    )
  }
  const notes = draw.chance(0.5) ? { [draw.of(names)]: draw.of(names), x: '1' } : {}
  return encodeSafetensors([...entries.values()], notes)
}

const encoder = new TextEncoder()
const likely = encoder.encode('{}[],:"0123459 -+.eE\\ntuFI4')

/** Any bytes of the file, or characters of its header that are likely to mean something; maybe cut or longer. */
const bytesChanged = (bytes: Uint8Array, draw: Drawn, anywhere: boolean): Uint8Array => {
  const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true))
  for (let i = 1 + draw.upTo(4); i > 0; i--)
    if (anywhere) bytes[draw.upTo(bytes.length)] = draw.upTo(256)
    else bytes[8 + draw.upTo(headerBytes)] = likely[draw.upTo(likely.length)] ?? 0
  if (draw.chance(0.8)) return bytes
  return draw.chance(0.5) ? bytes.slice(0, draw.upTo(bytes.length)) : Uint8Array.of(...bytes, draw.upTo(256))
}

const token = /"(?:[^"\\]|\\.)*"|[-+.\w]+|./gs
const tokens = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  ' ',
  '\n',
  '\t',
  'null',
  'true',
  '0',
  '1',
  '4',
  '8',
  '-1',
  '-0',
  '1.0',
  '4e0',
  '1e400',
  '9007199254740992',
  '18446744073709551615',
  '18446744073709551616',
  '01',
  '"a"',
  '"\\u0061"',
  '"\\ud800"',
  '"\\ud83c\\udfb2"',
  '"__metadata__"',
  '"dtype"',
  '"shape"',
  '"data_offsets"',
  '"F32"',
  '"F16"',
  '"U8"',
  '"BOOL"',
  '[]',
  '{}',
  '[0,4]',
  '[1]',
  '"x":1,',
  '"x":[1],',
  '"x":[[1]],',
  '"x":-2,',
  '"x":0.5,',
  '"a":{"b":"c"},',
  '\u00a0',
] as const

/** The words of a header, some of them lost, doubled or others; its length is told as it is. */
const tokensChanged = (bytes: Uint8Array, draw: Drawn): Uint8Array => {
  const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true))
  const words = new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)).match(token) ?? []
  const list = [...words]
  for (let i = 1 + draw.upTo(2); i > 0; i--) {
    const at = draw.upTo(list.length)
    const deed = draw.upTo(4)
    if (deed === 0) list.splice(at, 1)
    else if (deed === 1) list.splice(at, 0, list[draw.upTo(list.length)] ?? '')
    else list.splice(at, deed === 2 ? 1 : 0, draw.of(tokens))
  }
  return fileOf(list.join(''), bytes.subarray(8 + headerBytes))
}

/** A header that is written word by word, with the oddities of other writers and of none. */
const written = (draw: Drawn): Uint8Array => {
  let at = 0
  const parts: string[] = []
  for (let i = draw.upTo(4); i > 0; i--) {
    const dtype = draw.chance(0.85) ? draw.of(['F32', 'I32']) : draw.of(['F16', 'F64', 'U8', 'BOOL', 'F4', 'x'])
    const item = { F16: 2, F64: 8, U8: 1, BOOL: 1 }[dtype] ?? 4
    const shape = Array.from({ length: draw.upTo(3) }, () => draw.upTo(4))
    const bytes = shape.reduce((size, dim) => size * dim, item)
    const [begin, end] = draw.chance(0.93) ? [at, at + bytes] : [draw.upTo(16), draw.upTo(32)]
    at = Math.max(at, end)
    const fields = [
      `"dtype":"${dtype}"`,
      `"shape":${draw.chance(0.97) ? JSON.stringify(shape) : draw.of(['[1.0]', '[-1]', '[-0]', '{}', 'null', '[4294967296,4294967296]'])}`,
      `"data_offsets":[${begin},${end}]`,
      ...(draw.chance(0.1)
        ? [
            `"x":${draw.of(['1', 'null', '[1,"y"]', '{"y":2}', '[[1]]', '-3', '2.0', '0.5', '"\\ud800"', '1e999', '-0'])}`,
          ]
        : []),
      ...(draw.chance(0.03) ? [draw.of(['"dtype":"F32"', '"shape":[]', '"x":1,"x":2'])] : []),
    ]
    if (draw.chance(0.3)) fields.reverse()
    const name = JSON.stringify(draw.of(names))
    parts.push(
      `${name}:${draw.chance(0.98) ? `{${fields.join()}}` : `["${dtype}",${JSON.stringify(shape)},[${begin},${end}]]`}`,
    )
  }
  if (draw.chance(0.4))
    parts.splice(
      draw.upTo(parts.length + 1),
      0,
      `"__metadata__":${draw.of(['null', '{}', '{"x":"1"}', '{"x":"1","x":"2"}', '{"x":1}', '[]', '""', '{"x":null}', '{"__proto__":"1"}'])}`,
    )
  const space = draw.chance(0.2) ? draw.of([' ', '\n', '\t \r', '\u00a0', '\ufeff']) : ''
  const size = draw.chance(0.97) ? at : draw.upTo(40)
  return fileOf(
    `${space}{${parts.join(draw.chance(0.1) ? ' , ' : ',')}}${draw.chance(0.2) ? draw.of([' ', '  \n', ',', '{}', '\0']) : ''}`,
    Uint8Array.from({ length: size }, () => draw.upTo(256)),
  )
}

const fileOf = (header: string, data: Uint8Array): Uint8Array => {
  const text = encoder.encode(header)
  const bytes = new Uint8Array(8 + text.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(data, 8 + text.length)
  return bytes
}

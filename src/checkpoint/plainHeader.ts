/** Inside the room. @internal */

import { must } from '../scalars/must.js'
import type { TensorSpan } from './readEntry.js'
import { safetensorsFormat } from './safetensorsFormat.js'
import { stringEnd } from './scanHeader.js'

/** A header as it is mostly written. */
export interface PlainHeader {
  /** All tensors, in the order of their data. */
  readonly spans: readonly TensorSpan[]
  /** The header without them, JSON: its metadata alone. */
  readonly rest: string
}

/**
 * Reads a header in one pass that is as writers write it: the metadata first, then tensors of F32 or I32, their fields in
 * order, their data packed in the order of the text. Files have thousands of tensors: building what `JSON.parse` makes of
 * them, and asking each field what it is, costs more than all their data.
 *
 * Null for whatever else, right or wrong: that is for the reader that says what it is.
 *
 *  @laws where it is not null, the careful reader finds the same tensors and no problem.
 */
export const plainHeader = (text: string, dataBytes: number): PlainHeader | null => {
  const metadata = metadataIn(text)
  if (metadata === null) return null
  const spans: TensorSpan[] = []
  const names = new Set<string>([metadataKey])
  let keys = metadata.keys
  let covered = 0
  entry.lastIndex = metadata.end
  for (let found = entry.exec(text); found !== null; found = entry.exec(text)) {
    const [, name, dtype, dims = '', from, to, after] = found
    const [begin, end] = [Number(from), Number(to)]
    const shape = dims === '' ? [] : dims.split(',').map(Number)
    keys += keysPerTensor
    names.add(must(name, 'name of a tensor'))
    // an empty one begins where another does
    if (begin !== covered || end === begin || end - begin !== shape.reduce((n, dim) => n * dim, 4)) return null
    spans.push({ name: must(name, 'name of a tensor'), dtype: dtype === 'F32' ? 'F32' : 'I32', shape, begin, end })
    covered = end
    if (after === '}')
      return names.size === 1 + spans.length &&
        keys <= maxKeys &&
        covered === dataBytes &&
        /^[ \t\n\r]*$/.test(text.slice(entry.lastIndex))
        ? { spans, rest: metadata.rest }
        : null
  }
  return null
}

const { metadataKey, keysPerTensor, maxKeys } = safetensorsFormat

const size = '(?:0|[1-9][0-9]{0,14})'
// Its place is set before each use.
const entry = new RegExp(
  `"([^"\\\\\\u0000-\\u001f]+)":\\{"dtype":"(F32|I32)","shape":\\[(${size}(?:,${size})*)?\\],"data_offsets":\\[(${size}),(${size})\\]\\}([,}])`,
  'y',
)

interface MetadataText {
  /** A header that has it alone. */
  readonly rest: string
  /** Where it ends, and the tensors begin. */
  readonly end: number
  readonly keys: number
}

/** Strings alone, at the beginning. What they say is read elsewhere. */
const metadataIn = (text: string): MetadataText | null => {
  const opening = `{"${metadataKey}":{`
  if (!text.startsWith(opening)) return text.startsWith('{"') ? { rest: '{}', end: 1, keys: 0 } : null
  let keys = 1
  for (let at = opening.length; text[at] === '"'; keys++) {
    const key = stringEnd(text, at)
    if (text[key + 1] !== ':' || text[key + 2] !== '"') return null
    const value = stringEnd(text, key + 2)
    if (text[value + 1] === '}')
      return text[value + 2] === ',' ? { rest: `${text.slice(0, value + 2)}}`, end: value + 3, keys: keys + 1 } : null
    if (text[value + 1] !== ',') return null
    at = value + 2
  }
  return null
}

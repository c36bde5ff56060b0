/** @internal */
import { must } from './must.js'

/** FNV-1a: a seed of 32 bits from a text, such as a key with a leaf's path. */
export const seedOf = (text: string): number =>
  [...text].reduce(
    (hash, letter) => Math.imul(hash ^ must(letter.codePointAt(0), 'code of a letter'), 0x01000193) >>> 0,
    0x811c9dc5,
  )

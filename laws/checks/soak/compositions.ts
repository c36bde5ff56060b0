import fc from 'fast-check'
import { chain } from '../../../src/combinators/chain.js'
import { identity } from '../../../src/transformation/identity.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'
import { combinatorLeafRows, type Make, optimizerRows, transformRows } from './leafRows.js'
import { type Join, joinRows, type Wrap, wrapperRows } from './wrapperRows.js'

/** One word of a composition: something of its own, something around the last, something of the last two. */
export type Word =
  | { readonly kind: 'leaf'; readonly name: string; readonly make: Make }
  | { readonly kind: 'wrapper'; readonly name: string; readonly wrap: Wrap }
  | { readonly kind: 'join'; readonly name: string; readonly join: Join }

const leavesOf = (rows: Readonly<Record<string, fc.Arbitrary<Make>>>): fc.Arbitrary<Word> =>
  fc.oneof(...Object.entries(rows).map(([name, row]) => row.map((make): Word => ({ kind: 'leaf', name, make }))))

const word: fc.Arbitrary<Word> = fc.oneof(
  { weight: 2, arbitrary: leavesOf(transformRows) },
  { weight: 2, arbitrary: leavesOf(optimizerRows) },
  { weight: 1, arbitrary: leavesOf(combinatorLeafRows) },
  {
    weight: 3,
    arbitrary: fc.oneof(
      ...Object.entries(wrapperRows).map(([name, row]) => row.map((wrap): Word => ({ kind: 'wrapper', name, wrap }))),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...Object.entries(joinRows).map(([name, join]): Word => ({ kind: 'join', name, join }))),
  },
)

/** A composition as a list of words, read from left to right onto a stack. Any list is one, and so is what is left when
 *  words are taken out: it shrinks word by word. */
export type Composition = readonly Word[]

export const compositions: fc.Arbitrary<Composition> = fc.array(word, { minLength: 1, maxLength: 7 })

interface Built {
  readonly tx: AnyTransformation
  /** As `chain(adam, masked(sgd))`: names only. */
  readonly outline: string
}

/** The transformation of a composition. What is left on the stack is chained. */
export const built = (words: Composition): Built => {
  const stack: Built[] = []
  words.forEach((one, id) => {
    const last = stack.pop()
    if (one.kind === 'leaf') {
      if (last !== undefined) stack.push(last)
      stack.push({ tx: one.make(), outline: one.name })
    } else if (one.kind === 'wrapper') {
      const { tx, outline } = last ?? { tx: identity(), outline: 'identity' }
      stack.push({ tx: one.wrap(tx, id), outline: `${one.name}(${outline})` })
    } else if (last !== undefined) {
      const before = stack.pop()
      stack.push(
        before === undefined
          ? last
          : { tx: one.join(before.tx, last.tx), outline: `${one.name}(${before.outline}, ${last.outline})` },
      )
    }
  })
  const [only] = stack
  return stack.length === 1 && only !== undefined
    ? only
    : { tx: chain(...stack.map(({ tx }) => tx)), outline: `chain(${stack.map(({ outline }) => outline).join(', ')})` }
}

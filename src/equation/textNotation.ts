/** @internal */
import { type Fragment, held, infix, type Notation, rank, whole } from './Notation.js'
import { elementwise } from './operations.js'

/** Equations as plain text, as in `mu' = b1·mu + a1·u`. */
export const textNotation: Notation = {
  arithmetic: {
    // A call, unless it is written in another way below.
    ...elementwise(called, called),
    lit: (x) => ({ text: number(x), rank: x < 0 || Object.is(x, -0) ? rank.sign : rank.whole }),
    add: infix(' + ', rank.sum),
    sub: infix(' − ', rank.sum),
    mul: (a, b) =>
      a.text === b.text ? { text: `${held(a, rank.whole)}²`, rank: rank.power } : infix('·', rank.product)(a, b),
    div: infix('/', rank.product),
    pow: (a, b) => ({ text: `${held(a, rank.whole)}^${held(b, rank.whole)}`, rank: rank.power }),
    neg: (a) => ({ text: `−${held(a, rank.power)}`, rank: rank.sign }),
    sqrt: called('√'),
    less: compared('<'),
    lessEqual: compared('≤'),
    equal: compared('='),
    and: infix(' and ', rank.and),
    or: infix(' or ', rank.or),
    where: (c, a, b) => ({ text: `${held(c, rank.or)} ? ${held(a, rank.or)} : ${b.text}`, rank: rank.choice }),
    leafSize: () => whole('leafSize'),
    leafSum: called('leafSum'),
    leafMax: called('leafMax'),
    leafNorm: called('leafNorm'),
    treeSum: called('treeSum'),
    treeNorm: called('treeNorm'),
  },
  name: (name) => name,
  next: (name) => `${name}'`,
}

function called(name: string) {
  return (...args: readonly Fragment[]): Fragment => whole(`${name}(${args.map(({ text }) => text).join(', ')})`)
}

function compared(sign: string) {
  return (a: Fragment, b: Fragment): Fragment => ({
    text: `${held(a, rank.sum)} ${sign} ${held(b, rank.sum)}`,
    rank: rank.comparison,
  })
}

const number = (x: number): string =>
  Number.isNaN(x)
    ? 'NaN'
    : `${x < 0 || Object.is(x, -0) ? '−' : ''}${Math.abs(x) === Number.POSITIVE_INFINITY ? '∞' : Math.abs(x)}`

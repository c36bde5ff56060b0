import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { programOf, term } from '../../laws/checks/engine/randomProgram.js'
import { equationOf } from '../transformation/equationOf.js'
import type { Arithmetic } from './Arithmetic.js'
import type { Equation } from './Equation.js'
import { binary, comparison, tests, unary } from './operations.js'
import { printing } from './printing.js'
import { perLeaf, zeros } from './Slot.js'
import { casesOf } from '../../laws/checks/part.js'

/** The algebra on plain numbers: a tree of one leaf of one element. */
const numbers: Arithmetic<number, boolean> = {
  lit: (x) => x,
  ...binary,
  ...unary,
  ...comparison,
  ...tests,
  and: (a, b) => a && b,
  or: (a, b) => a || b,
  not: (a) => !a,
  where: (c, a, b) => (c ? a : b),
  leafSize: () => 1,
  leafSum: (a) => a,
  leafMax: (a) => a,
  leafNorm: Math.abs,
  treeSum: (a) => a,
  treeNorm: Math.abs,
  applied: (param, update) => param + update,
}

type Value = number | boolean
type Environment = ReadonlyMap<string, Value>

/** Reads what was printed as people would: the usual precedence, operators of one rank from the left. */
const evaluate = (text: string, names: Environment): Value => {
  const tokens = text.match(/[A-Za-z]\w*'?|(?:\d[\d.]*(?:e[-+]?\d+)?)|\S/g) ?? []
  let at = 0
  const taken = (...wanted: readonly string[]): string | undefined => {
    const token = tokens[at]
    if (token === undefined || !wanted.includes(token)) return undefined
    at += 1
    return token
  }
  const demand = (wanted: string): void => {
    if (taken(wanted) === undefined) throw new Error(`expected ${wanted} at token ${at} of ${text}`)
  }
  const left = (next: () => Value, table: Readonly<Record<string, (a: Value, b: Value) => Value>>) => (): Value => {
    let value = next()
    for (let sign = taken(...Object.keys(table)); sign !== undefined; sign = taken(...Object.keys(table)))
      value = table[sign]?.(value, next()) ?? Number.NaN
    return value
  }
  const num =
    (f: (a: number, b: number) => Value) =>
    (a: Value, b: Value): Value =>
      f(Number(a), Number(b))
  const choice = (): Value => {
    const condition = or()
    if (taken('?') === undefined) return condition
    const yes = or()
    demand(':')
    const no = choice()
    return condition === true ? yes : no
  }
  const whole = (): Value => {
    if (taken('(') !== undefined) {
      const value = choice()
      demand(')')
      return value
    }
    const token = tokens[at] ?? ''
    at += 1
    if (token === '∞') return Number.POSITIVE_INFINITY
    if (/^\d/.test(token)) return Number(token)
    if (taken('(') === undefined) {
      const value = token === 'leafSize' ? 1 : token === 'NaN' ? Number.NaN : names.get(token)
      if (value === undefined) throw new Error(`no value for "${token}" in ${text}`)
      return value
    }
    const args = [choice()]
    while (taken(',') !== undefined) args.push(choice())
    demand(')')
    const [a = 0, b = 0] = args
    return token === '√'
      ? Math.sqrt(Number(a))
      : token === 'not'
        ? !(a === true)
        : token === 'leafSum' || token === 'leafMax' || token === 'treeSum'
          ? a
          : token === 'max' || token === 'min'
            ? binary[token](Number(a), Number(b))
            : token === 'isNaN' || token === 'isFinite'
              ? tests[token](Number(a))
              : unary[token as 'abs'](Number(a)) // all other functions that are printed
  }
  const power = (): Value => {
    const base = whole()
    if (taken('²') !== undefined) return Number(base) * Number(base)
    return taken('^') === undefined ? base : Number(base) ** Number(whole())
  }
  const sign = (): Value => (taken('−') === undefined ? power() : -Number(sign()))
  const product = left(sign, { '·': num((a, b) => a * b), '/': num((a, b) => a / b) })
  const sum = left(product, { '+': num((a, b) => a + b), '−': num((a, b) => a - b) })
  const compared = left(sum, { '<': num((a, b) => a < b), '≤': num((a, b) => a <= b), '=': num((a, b) => a === b) })
  const and = left(compared, { and: (a, b) => a === true && b === true })
  const or = left(and, { or: (a, b) => a === true || b === true })
  const value = choice()
  if (at !== tokens.length) throw new Error(`more after token ${at} of ${text}`)
  return value
}

/** The next values that an equation's lines name. */
const carriedOut = (equation: Equation, given: Environment): ReadonlyMap<string, Value> => {
  const names = new Map(given)
  for (const { left, right } of printing('text')(equation)) names.set(left, evaluate(right, names))
  return names
}

const same = (a: Value | undefined, b: Value | undefined): boolean =>
  Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b))

test('what is printed is what is computed, to the last bit, for random equations', () => {
  const value = fc.oneof(
    fc.constantFrom(0, -0, 1, -2.5, 1e-40, Number.NaN, Number.POSITIVE_INFINITY),
    fc.double({ min: -10, max: 10, noNaN: true }),
  )
  fc.assert(
    fc.property(term, fc.tuple(value, value, value, value, value), (one, [update, param, first, second, s]) => {
      const [segment] = programOf([one], 0).segments
      if (segment?.kind !== 'stage') throw new Error('a random program is one stage')
      const { equation } = segment
      const expected = equation.rule(numbers)({ update, param, first, second }, { s })
      const found = carriedOut(
        equation,
        new Map([
          ['u', update],
          ['param', param],
          ['first', first],
          ['second', second],
          ['s', s],
        ]),
      )
      const next = (name: string, before: number) => found.get(`${name}'`) ?? before // what is not printed stays
      expect([
        same(next('u', update), expected['update']),
        same(next('first', first), expected['first']),
        same(next('second', second), expected['second']),
      ]).toEqual([true, true, true])
    }),
    { numRuns: casesOf(2000) },
  )
})

const print = (equation: Equation, format: 'text' | 'latex' = 'text') =>
  printing(format)(equation).map(({ left, right }) => `${left} = ${right}`)

describe('lines', () => {
  test('slots come when they are needed, and what is shared has a name', () => {
    const made = equationOf({ name: 'x', slots: { nu: zeros, mu: zeros }, scalars: () => ({ b: 0.9 }) })(
      (A) =>
        ({ update: g, mu, nu }, { b }) => {
          const next = A.add(mu, A.mul(b, g))
          const size = A.sqrt(A.leafSum(A.mul(next, next)))
          return { update: A.div(next, size), nu: A.max(nu, size), mu: next }
        },
    )
    expect(print(made)).toEqual(["mu' = mu + b·u", "t1 = √(leafSum(mu'²))", "nu' = max(nu, t1)", "u' = mu'/t1"])
  })

  test('what does not change is not printed', () => {
    expect(print(equationOf({ name: 'x', slots: { a: zeros } })(() => ({ update, a }) => ({ update, a })))).toEqual([])
    expect(print(equationOf({ name: 'x' })((A) => () => ({ update: A.lit(0) })))).toEqual(["u' = 0"])
    expect(
      print(
        equationOf({ name: 'x', slots: { a: zeros, b: zeros } })(() => ({ update, a, b }) => ({
          update: a,
          a: b,
          b: update,
        })),
      ),
    ).toEqual(["a' = b", "b' = u", "u' = a"])
  })

  test('names are told apart', () => {
    const made = equationOf({ name: 'x', slots: { u: zeros, t1: perLeaf(0) }, scalars: () => ({ t2: 1 }) })(
      (A) =>
        ({ update, u, t1 }, { t2 }) => {
          const shared = A.exp(A.mul(update, t2))
          return { update: A.mul(u, shared), u: A.add(shared, t1), t1 }
        },
    )
    expect(print(made)).toEqual(['t3 = exp(update·t2)', "u' = t3 + t1", "update' = u·t3"])
    const both = equationOf({ name: 'x', slots: { decay: zeros }, scalars: () => ({ decay: 1 }) })(
      (A) =>
        ({ update, decay }, { decay: d }) => ({ update: A.mul(decay, d), decay: update }),
    )
    expect(print(both)).toEqual(["decay' = u", "u' = decay·decay_"])
  })
})

describe('what has a name of its own', () => {
  const shared = (rule: <A, B>(A: Arithmetic<A, B>, u: A, p: A) => A) =>
    print(
      equationOf({ name: 'x', slots: { a: zeros } })((A) => ({ update, param }) => ({
        update: A.exp(rule(A, update, param)),
        a: A.log(rule(A, update, param)),
      })),
    )

  test('a sum, a choice, and what is made of made things; not an operation on two names', () => {
    expect(shared((A, u) => A.treeSum(u))).toEqual(['t1 = treeSum(u)', "a' = log(t1)", "u' = exp(t1)"])
    expect(shared((A, u, p) => A.where(A.less(u, p), u, p))).toEqual([
      't1 = u < param ? u : param',
      "a' = log(t1)",
      "u' = exp(t1)",
    ])
    expect(shared((A, u, p) => A.add(A.neg(u), p))).toEqual(['t1 = −u + param', "a' = log(t1)", "u' = exp(t1)"])
    expect(shared((A, u, p) => A.add(p, A.neg(u)))).toEqual(['t1 = param + −u', "a' = log(t1)", "u' = exp(t1)"])
    expect(shared((A, u, p) => A.add(u, p))).toEqual(["a' = log(u + param)", "u' = exp(u + param)"])
    expect(shared((A, u) => A.mul(u, A.lit(2)))).toEqual(["a' = log(u·2)", "u' = exp(u·2)"])
  })

  test('scalars that are called like something else are told apart', () => {
    const scalar = (name: string) =>
      print(
        equationOf({ name: 'x', scalars: () => ({ [name]: 1 }) })((A) => ({ update, param }, s) => ({
          update: A.mul(update, A.add(s[name] ?? A.lit(0), param)),
        })),
      )
    const beside = print(
      equationOf({ name: 'x', slots: { u: zeros }, scalars: () => ({ update: 1 }) })((A) => ({ update, u }, s) => ({
        update: A.mul(update, s.update),
        u,
      })),
    )
    expect(scalar('param')).toEqual(["u' = u·(param_ + param)"])
    expect(scalar('u')).toEqual(["update' = update·(u + param)"])
    expect(beside).toEqual(["update' = update·update_"])
    expect(scalar('update')).toEqual(["u' = u·(update + param)"])
    expect(
      print(
        equationOf({ name: 'x', slots: { a: zeros }, scalars: () => ({ a: 1 }) })(() => ({ update }, { a }) => ({
          update,
          a,
        })),
      ),
    ).toEqual(["a' = a_"])
  })

  test('zeros of both signs are two numbers; a literal zero is not added to a parameter', () => {
    const made = equationOf({ name: 'x', slots: { a: zeros, b: zeros, c: zeros } })((A) => ({ update, param }) => ({
      update: A.add(update, A.lit(0)),
      a: A.add(update, A.lit(-0)),
      b: A.applied(param, A.lit(0)),
      c: A.applied(param, A.where(A.less(update, param), update, update)),
    }))
    expect(print(made)).toEqual(["a' = u + −0", "b' = param", "c' = param + u", "u' = u + 0"])
    expect(
      print(
        equationOf({ name: 'x', slots: { d: zeros } })((A) => ({ update, param }) => ({
          update,
          d: A.applied(param, A.lit(-0)),
        })),
      ),
    ).toEqual(["d' = param + −0"])
  })
})

describe('LaTeX', () => {
  test('fractions, roots, cases, Greek and indices', () => {
    const made = equationOf({
      name: 'x',
      slots: { mu: zeros, nuMax: zeros },
      scalars: () => ({ b1: 0.9, eps: 1, most: 1 }),
    })((A) => ({ update: g, mu, nuMax }, { b1, eps, most }) => ({
      update: A.where(A.less(A.abs(g), most), A.div(mu, A.add(A.sqrt(nuMax), eps)), A.mul(A.lit(1e-8), A.neg(g))),
      mu: A.add(A.mul(b1, mu), A.pow(g, A.lit(1.5))),
      nuMax: A.treeSum(A.mul(g, g)),
    }))
    expect(print(made, 'latex')).toEqual([
      "\\mu' = b_{1} \\cdot \\mu + u^{1.5}",
      "\\mathrm{nuMax}' = \\sum_{\\mathrm{tree}}\\left(u^{2}\\right)",
      "u' = \\begin{cases} \\frac{\\mu}{\\sqrt{\\mathrm{nuMax}} + \\varepsilon} & \\text{if } \\left|u\\right| < \\mathrm{most} \\\\ 10^{-8} \\cdot -u & \\text{else} \\end{cases}",
    ])
  })

  test('braces and environments are balanced in whatever is printed', () => {
    const times = (text: string, what: RegExp) => (text.match(what) ?? []).length
    fc.assert(
      fc.property(term, (one) => {
        const [segment] = programOf([one], 0).segments
        if (segment?.kind !== 'stage') throw new Error('a random program is one stage')
        for (const line of print(segment.equation, 'latex')) {
          expect(times(line, /\{/g)).toBe(times(line, /\}/g))
          expect(times(line, /\\left/g)).toBe(times(line, /\\right/g))
          expect(times(line, /\\begin/g)).toBe(times(line, /\\end/g))
          expect(line).not.toMatch(/\}\^\{[^}]*\}\^|'\^|undefined|e-/)
        }
      }),
    )
  })
})

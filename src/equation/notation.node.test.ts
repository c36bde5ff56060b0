import { describe, expect, test } from 'vitest'
import { equationOf } from '../transformation/equationOf.js'
import type { Arithmetic } from './Arithmetic.js'
import { latexNotation } from './latexNotation.js'
import { printedStep, printing } from './printing.js'
import { textNotation } from './textNotation.js'

type Rule = <A, B>(A: Arithmetic<A, B>, u: A, p: A) => A

/** The update of an equation as printed, both ways. */
const written = (rule: Rule): readonly (string | undefined)[] =>
  (['text', 'latex'] as const).map(
    (format) =>
      printing(format)(
        equationOf({ name: 'x' })((A) => ({ update, param }) => ({ update: rule(A, update, param) })),
      ).at(-1)?.right,
  )

const where = <A, B>(A: Arithmetic<A, B>, c: B): A => A.where(c, A.lit(1), A.lit(2))

const cases: readonly (readonly [name: string, rule: Rule, text: string, latex: string])[] = [
  ['add', (A, u, p) => A.add(u, p), 'u + param', 'u + \\mathrm{param}'],
  ['sub', (A, u, p) => A.sub(u, p), 'u − param', 'u - \\mathrm{param}'],
  ['mul', (A, u, p) => A.mul(u, p), 'u·param', 'u \\cdot \\mathrm{param}'],
  ['div', (A, u, p) => A.div(u, p), 'u/param', '\\frac{u}{\\mathrm{param}}'],
  ['pow', (A, u, p) => A.pow(u, p), 'u^param', 'u^{\\mathrm{param}}'],
  ['square', (A, u) => A.mul(u, u), 'u²', 'u^{2}'],
  ['neg', (A, u) => A.neg(u), '−u', '-u'],
  ['abs', (A, u) => A.abs(u), 'abs(u)', '\\left|u\\right|'],
  ['sqrt', (A, u) => A.sqrt(u), '√(u)', '\\sqrt{u}'],
  ['sign', (A, u) => A.sign(u), 'sign(u)', '\\operatorname{sign}\\left(u\\right)'],
  ['exp', (A, u) => A.exp(u), 'exp(u)', '\\exp\\left(u\\right)'],
  ['log', (A, u) => A.log(u), 'log(u)', '\\log\\left(u\\right)'],
  ['tanh', (A, u) => A.tanh(u), 'tanh(u)', '\\tanh\\left(u\\right)'],
  ['sin', (A, u) => A.sin(u), 'sin(u)', '\\sin\\left(u\\right)'],
  ['cos', (A, u) => A.cos(u), 'cos(u)', '\\cos\\left(u\\right)'],
  ['max', (A, u, p) => A.max(u, p), 'max(u, param)', '\\max\\left(u, \\mathrm{param}\\right)'],
  ['min', (A, u, p) => A.min(u, p), 'min(u, param)', '\\min\\left(u, \\mathrm{param}\\right)'],
  ['leafSize', (A) => A.leafSize(), 'leafSize', 'n_{\\mathrm{leaf}}'],
  ['leafSum', (A, u) => A.leafSum(u), 'leafSum(u)', '\\sum_{\\mathrm{leaf}}\\left(u\\right)'],
  ['leafMax', (A, u) => A.leafMax(u), 'leafMax(u)', '\\max_{\\mathrm{leaf}}\\left(u\\right)'],
  ['leafNorm', (A, u) => A.leafNorm(u), 'leafNorm(u)', '\\left\\|u\\right\\|_{\\mathrm{leaf}}'],
  ['treeSum', (A, u) => A.treeSum(u), 'treeSum(u)', '\\sum_{\\mathrm{tree}}\\left(u\\right)'],
  ['treeNorm', (A, u) => A.treeNorm(u), 'treeNorm(u)', '\\left\\|u\\right\\|_{\\mathrm{tree}}'],
  [
    'less',
    (A, u, p) => where(A, A.less(u, p)),
    'u < param ? 1 : 2',
    '\\begin{cases} 1 & \\text{if } u < \\mathrm{param} \\\\ 2 & \\text{else} \\end{cases}',
  ],
  [
    'lessEqual',
    (A, u, p) => where(A, A.lessEqual(u, p)),
    'u ≤ param ? 1 : 2',
    '\\begin{cases} 1 & \\text{if } u \\le \\mathrm{param} \\\\ 2 & \\text{else} \\end{cases}',
  ],
  [
    'equal',
    (A, u, p) => where(A, A.equal(u, p)),
    'u = param ? 1 : 2',
    '\\begin{cases} 1 & \\text{if } u = \\mathrm{param} \\\\ 2 & \\text{else} \\end{cases}',
  ],
  [
    'isFinite',
    (A, u) => where(A, A.isFinite(u)),
    'isFinite(u) ? 1 : 2',
    '\\begin{cases} 1 & \\text{if } \\operatorname{isFinite}\\left(u\\right) \\\\ 2 & \\text{else} \\end{cases}',
  ],
  [
    'isNaN',
    (A, u) => where(A, A.isNaN(u)),
    'isNaN(u) ? 1 : 2',
    '\\begin{cases} 1 & \\text{if } \\operatorname{isNaN}\\left(u\\right) \\\\ 2 & \\text{else} \\end{cases}',
  ],
  [
    'and',
    (A, u, p) => where(A, A.and(A.isNaN(u), A.less(u, p))),
    'isNaN(u) and u < param ? 1 : 2',
    '\\begin{cases} 1 & \\text{if } \\operatorname{isNaN}\\left(u\\right) \\land u < \\mathrm{param} \\\\ 2 & \\text{else} \\end{cases}',
  ],
  [
    'or',
    (A, u, p) => where(A, A.or(A.isNaN(u), A.less(u, p))),
    'isNaN(u) or u < param ? 1 : 2',
    '\\begin{cases} 1 & \\text{if } \\operatorname{isNaN}\\left(u\\right) \\lor u < \\mathrm{param} \\\\ 2 & \\text{else} \\end{cases}',
  ],
  [
    'not',
    (A, u) => where(A, A.not(A.isNaN(u))),
    'not(isNaN(u)) ? 1 : 2',
    '\\begin{cases} 1 & \\text{if } \\lnot\\left(\\operatorname{isNaN}\\left(u\\right)\\right) \\\\ 2 & \\text{else} \\end{cases}',
  ],
  [
    'a sum under an exponent',
    (A, u, p) => A.pow(A.add(u, p), A.add(p, u)),
    '(u + param)^(param + u)',
    '\\left(u + \\mathrm{param}\\right)^{\\mathrm{param} + u}',
  ],
  [
    'a power under a square',
    (A, u, p) => A.mul(A.pow(u, p), A.pow(u, p)),
    '(u^param)²',
    '\\left(u^{\\mathrm{param}}\\right)^{2}',
  ],
  ['a difference subtracted', (A, u, p) => A.sub(u, A.sub(p, u)), 'u − (param − u)', 'u - (\\mathrm{param} - u)'],
  ['a difference to subtract from', (A, u, p) => A.sub(A.sub(u, p), u), 'u − param − u', 'u - \\mathrm{param} - u'],
  ['a sum negated', (A, u, p) => A.neg(A.add(u, p)), '−(u + param)', '-(u + \\mathrm{param})'],
  [
    'a sum compared',
    (A, u, p) => where(A, A.less(A.add(u, p), A.sub(u, p))),
    'u + param < u − param ? 1 : 2',
    '\\begin{cases} 1 & \\text{if } u + \\mathrm{param} < u - \\mathrm{param} \\\\ 2 & \\text{else} \\end{cases}',
  ],
  [
    'a choice in a choice',
    (A, u, p) => A.where(A.less(u, p), where(A, A.isNaN(u)), where(A, A.isNaN(p))),
    'u < param ? (isNaN(u) ? 1 : 2) : isNaN(param) ? 1 : 2',
    '\\begin{cases} \\begin{cases} 1 & \\text{if } \\operatorname{isNaN}\\left(u\\right) \\\\ 2 & \\text{else} \\end{cases} & \\text{if } u < \\mathrm{param} \\\\ \\begin{cases} 1 & \\text{if } \\operatorname{isNaN}\\left(\\mathrm{param}\\right) \\\\ 2 & \\text{else} \\end{cases} & \\text{else} \\end{cases}',
  ],
]

test.each(cases)('%s', (_, rule, text, latex) => {
  expect(written(rule)).toEqual([text, latex])
})

test.each<readonly [x: number, text: string, latex: string]>([
  [0, '0', '0'],
  [-0, '−0', '-0'],
  [1.5, '1.5', '1.5'],
  [-2, '−2', '-2'],
  [1e-8, '1e-8', '10^{-8}'],
  [-2.5e-7, '−2.5e-7', '-2.5 \\cdot 10^{-7}'],
  [1e21, '1e+21', '10^{21}'],
  [Number.NaN, 'NaN', '\\mathrm{NaN}'],
  [Number.POSITIVE_INFINITY, '∞', '\\infty'],
  [Number.NEGATIVE_INFINITY, '−∞', '-\\infty'],
])('the number %s', (x, text, latex) => {
  expect(written((A, u) => A.add(u, A.lit(x)))).toEqual([`u + ${text}`, `u + ${latex}`])
})

test('a negative number is held like a negation: below an exponent in parentheses, in a product not', () => {
  const square = <A, B>(A: Arithmetic<A, B>, x: number) => A.pow(A.lit(x), A.lit(2))
  expect([-2, -0, 2].map((x) => written((A) => square(A, x)))).toEqual([
    ['(−2)^2', '\\left(-2\\right)^{2}'],
    ['(−0)^2', '\\left(-0\\right)^{2}'],
    ['2^2', '2^{2}'],
  ])
  expect(written((A, u) => A.mul(A.lit(-2), u))).toEqual(['−2·u', '-2 \\cdot u'])
})

describe('names', () => {
  const symbols = [
    'alpha',
    'beta',
    'gamma',
    'delta',
    'eta',
    'theta',
    'lambda',
    'mu',
    'nu',
    'rho',
    'sigma',
    'tau',
    'phi',
    'psi',
    'omega',
  ]
  test('Greek letters are symbols, digits at the end an index, long names upright', () => {
    for (const name of symbols) expect(latexNotation.name(name)).toBe(`\\${name}`)
    expect(['eps', 'beta2', 'b1', 'x', 'mean', 'in_use', '10', 'a1b23', ''].map(latexNotation.name)).toEqual([
      '\\varepsilon',
      '\\beta_{2}',
      'b_{1}',
      'x',
      '\\mathrm{mean}',
      '\\mathrm{in\\_use}',
      '_{10}',
      '\\mathrm{a1b}_{23}',
      '',
    ])
    expect(latexNotation.next('mu')).toBe("\\mu'")
    expect([textNotation.name('mu'), textNotation.next('mu')]).toEqual(['mu', "mu'"])
  })

  test('the line after all parts', () => {
    expect(printedStep('text')).toEqual({ left: "param'", right: 'param + u' })
    expect(printedStep('latex')).toEqual({ left: "\\mathrm{param}'", right: '\\mathrm{param} + u' })
  })
})

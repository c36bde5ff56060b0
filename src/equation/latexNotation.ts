/** @internal */
import { type Fragment, held, infix, type Notation, rank, whole } from './Notation.js'
import { elementwise } from './operations.js'

/** Equations for LaTeX, in mathematics mode; needs amsmath. */
export const latexNotation: Notation = {
  arithmetic: {
    // An upright name, unless it is written in another way below.
    ...elementwise(upright, upright),
    lit: (x) => ({ text: number(x), rank: x < 0 || Object.is(x, -0) ? rank.sign : rank.whole }),
    add: infix(' + ', rank.sum),
    sub: infix(' - ', rank.sum),
    mul: (a, b) =>
      a.text === b.text ? { text: `${base(a)}^{2}`, rank: rank.power } : infix(' \\cdot ', rank.product)(a, b),
    div: (a, b) => whole(`\\frac{${a.text}}{${b.text}}`),
    pow: (a, b) => ({ text: `${base(a)}^{${b.text}}`, rank: rank.power }),
    neg: (a) => ({ text: `-${held(a, rank.power)}`, rank: rank.sign }),
    sqrt: (a) => whole(`\\sqrt{${a.text}}`),
    abs: (a) => whole(`\\left|${a.text}\\right|`),
    exp: called('\\exp'),
    log: called('\\log'),
    tanh: called('\\tanh'),
    sin: called('\\sin'),
    cos: called('\\cos'),
    max: called('\\max'),
    min: called('\\min'),
    less: compared('<'),
    lessEqual: compared('\\le'),
    equal: compared('='),
    and: infix(' \\land ', rank.and),
    or: infix(' \\lor ', rank.or),
    not: (a) => whole(`\\lnot\\left(${a.text}\\right)`),
    where: (c, a, b) =>
      whole(`\\begin{cases} ${a.text} & \\text{if } ${c.text} \\\\ ${b.text} & \\text{else} \\end{cases}`),
    leafSize: () => whole('n_{\\mathrm{leaf}}'),
    leafSum: called('\\sum_{\\mathrm{leaf}}'),
    leafMax: called('\\max_{\\mathrm{leaf}}'),
    leafNorm: normed('leaf'),
    treeSum: called('\\sum_{\\mathrm{tree}}'),
    treeNorm: normed('tree'),
  },
  name: (name) => symbol(name),
  next: (name) => `${symbol(name)}'`,
}

function called(name: string) {
  return (...args: readonly Fragment[]): Fragment =>
    whole(`${name}\\left(${args.map(({ text }) => text).join(', ')}\\right)`)
}

function upright(name: string) {
  return called(`\\operatorname{${name}}`)
}

function compared(sign: string) {
  return (a: Fragment, b: Fragment): Fragment => ({
    text: `${held(a, rank.sum)} ${sign} ${held(b, rank.sum)}`,
    rank: rank.comparison,
  })
}

function normed(over: string) {
  return (a: Fragment): Fragment => whole(`\\left\\|${a.text}\\right\\|_{\\mathrm{${over}}}`)
}

/** What stands below an exponent: an exponent of its own, or a prime, would be a second one. */
const base = (a: Fragment): string =>
  a.text.includes("'") ? `\\left(${a.text}\\right)` : held(a, rank.whole, '\\left(', '\\right)')

const greek: ReadonlySet<string> = new Set([
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
])

/** A name as a symbol: Greek where it is spelt so, digits at its end as an index, long names upright. */
const symbol = (name: string): string => {
  const [, word = name, digits = ''] = /^(.*?)(\d*)$/.exec(name) ?? [] // every name without line breaks fits
  const stem =
    word === 'eps'
      ? '\\varepsilon'
      : greek.has(word)
        ? `\\${word}`
        : word.length > 1
          ? `\\mathrm{${latexWords(word)}}`
          : latexWords(word)
  return digits === '' ? stem : `${stem}_{${digits}}`
}

/** Words as they are: what LaTeX takes for commands is escaped. */
export const latexWords = (words: string): string =>
  words.replaceAll(/[\\{}$&#_%~^]/g, (sign) => commands[sign] ?? `\\${sign}`)

const commands: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
}

const number = (x: number): string => {
  if (Number.isNaN(x)) return '\\mathrm{NaN}'
  const sign = x < 0 || Object.is(x, -0) ? '-' : ''
  const size = Math.abs(x)
  if (size === Number.POSITIVE_INFINITY) return `${sign}\\infty`
  const [mantissa = '', exponent] = String(size).split('e')
  return `${sign}${exponent === undefined ? mantissa : `${mantissa === '1' ? '' : `${mantissa} \\cdot `}10^{${Number(exponent)}}`}`
}

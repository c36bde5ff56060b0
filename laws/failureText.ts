import { tapeError } from '../src/training/tapeError.js'
import type { Failure } from './Failure.js'
import { differences } from './difference.js'
import { shown } from './shown.js'
import { nth } from './nth.js'

/** A failure in words. The first three lines tell what breaks which law, what was seen, and its rule; then follow the
 *  reason, the smallest case that was found, both sides, and how to see them again.
 *
 *  @example report.left.map(failureText).join('\n\n') */
export const failureText = (failure: Failure): string => {
  const { suite, law, about, counterexample, outcome, follows } = failure
  const head = `${about === undefined ? suite : cut(about.name, 110)}: "${law.name}" does not hold: ${law.equation}`
  if (follows !== undefined)
    return `${head}\n  follows     from "${follows}", which does not hold either: mend that first`
  return [
    head,
    `  seen        ${seen(law.name, outcome)}`,
    ...(about?.rule === undefined ? [] : [`  its rule    ${rule(about.rule)}`]),
    `  because     ${law.reason}`,
    ...(law.bug === undefined ? [] : [`  a known bug ${law.bug}`]),
    `  compared    ${law.agreement.name}${about === undefined ? '' : `, of the laws of ${suite}`}`,
    ...counterexample.map((value, i) => `  ${i === 0 ? 'for        ' : 'and        '} ${shown(value)}`),
    ...('thrown' in outcome
      ? [`  it threw    ${thrownText(outcome.thrown)}`]
      : [`  left side   ${shown(outcome.left)}`, `  right side  ${shown(outcome.right)}`]),
    ...(counterexample.length > 0
      ? ['  notation    [shape]: values is a tensor; [] is the shape of a number; null is a leaf without one']
      : []),
    ...again(failure),
  ].join('\n')
}

const seen = (law: string, outcome: Failure['outcome']): string => {
  if ('thrown' in outcome) {
    const thrown = tapeError(law, outcome.thrown) // says what to import
    if (thrown instanceof Error && thrown.name === 'TensorsLeft')
      return `a leak: ${/^\d+ tensors/.exec(thrown.message)?.[0] ?? 'tensors'} more after than before`
    return thrown instanceof Error ? `${thrown.name}: ${cut(nth(thrown.message.split('\n'), 0), 200)}` : String(thrown)
  }
  const [worst, ...others] = differences(outcome.left, outcome.right)
  if (worst === undefined) return 'both sides have one text, and yet differ'
  const where = worst.path === '' ? '' : ` at ${worst.path}`
  const more = others.length === 0 ? '' : `, and ${others.length} more`
  const [left, right] = [cut(shown(worst.left), 60), cut(shown(worst.right), 60)]
  if (worst.right === undefined) return `${left}, where nothing should be${where}${more} (the right side has none)`
  if (worst.left === undefined) return `nothing, where ${right} should be${where}${more} (the left side has none)`
  return `${left} on the left is ${right} on the right${where}${more}`
}

/** The first lines of a printed rule, on one. */
const rule = (text: string): string => {
  const lines = text.split('\n').map((line) => line.trim())
  return cut(lines.join(';  '), 200)
}

const thrownText = (thrown: unknown): string =>
  thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)

/** Two lines of a program that show the same again. */
const again = ({ law, seed, path, cases, shrinks }: Failure): readonly string[] => [
  `  found in case ${cases}, made smaller in ${shrinks} steps; the same again, for this suite:`,
  `    const report = await checkLaws(suite, { only: ${JSON.stringify(law.name)}, seed: ${seed}${path === undefined ? '' : `, path: '${path}'`} })()`,
  "    console.log(report._tag === 'Left' ? report.left.map(failureText).join('\\n') : 'it holds')",
]

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most)}…`)

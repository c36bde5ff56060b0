import process from 'node:process'
import { styleText } from 'node:util'

/** How wide the terminal is; text in a pipe is as wide as `COLUMNS` says. */
const columns = process.stdout.columns ?? Number(process.env['COLUMNS'] ?? 80)
const width = Math.min(120, Math.max(40, Number.isFinite(columns) ? columns : 80))

const coloured = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === ''

/** A line of its own. */
export const say = (line = ''): void => console.log(line)

/** A line above a progress bar that is being drawn, which goes on below it. */
export const sayAbove = (line: string): void => say(process.stdout.isTTY ? `\r\x1B[K${line}` : line)

/** Words that stand out, where there is a terminal that can show it. */
export const bold = (text: string): string => (coloured ? styleText('bold', text) : text)
export const dim = (text: string): string => (coloured ? styleText('dim', text) : text)
export const good = (text: string): string => (coloured ? styleText('green', text) : text)
export const bad = (text: string): string => (coloured ? styleText('red', text) : text)

/** Text behind a label, broken between words. */
export const sayUnder = (label: string, text: string): void => {
  const [first = '', ...rest] = broken(text, width - indent)
  say(`  ${bold(label.padEnd(indent - 2))}${first}`)
  for (const line of rest) say(' '.repeat(indent) + line)
}

const indent = 13

/** Text in lines of at most so many characters, broken at spaces; a word that is longer has a line of its own. */
export const broken = (text: string, most: number): readonly string[] =>
  text.split(' ').reduce<readonly string[]>((lines, word) => {
    const last = lines.at(-1)
    return last === undefined || last.length + 1 + word.length > most
      ? [...lines, word]
      : [...lines.slice(0, -1), `${last} ${word}`]
  }, [])

/** Text that was written elsewhere, in lines of its own and none too wide, behind a bar. */
export const sayQuoted = (text: string): void => {
  for (const line of text.split('\n'))
    for (const part of broken(line, width - 4)) sayAbove(`  ${dim('|')} ${part}`.trimEnd())
}

/** Numbers as a row of small bars, the largest one highest. */
export const sparkline = (numbers: readonly number[]): string => {
  const finite = numbers.filter(Number.isFinite)
  const least = finite.reduce((a, b) => Math.min(a, b), Infinity)
  const span = finite.reduce((a, b) => Math.max(a, b), -Infinity) - least
  return numbers
    .map((x) =>
      Number.isFinite(x) ? (bars[span === 0 ? 0 : Math.round(((x - least) / span) * (bars.length - 1))] ?? '?') : '?',
    )
    .join('')
}

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

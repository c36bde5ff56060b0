/** What a table's columns need, in CSS: as wide as their words at least, as their cells at most, and between the two by their
 *  share. All of it is known before the first row is shown, so that no row that comes in later moves those before it.
 *  The table stands in a container, whose width is `100cqw`. */
export const columns = (
  rows: readonly (readonly string[])[],
): { readonly table: string; readonly each: readonly string[] } => {
  const wanted = (rows[0] ?? []).map((_, i) => needs(rows.map((row) => row[i] ?? '')))
  const least = sum(wanted.map(({ word }) => word))
  const most = sum(wanted.map(({ whole }) => whole))
  // A column of long texts takes all the room there is.
  const width = wanted.some(({ whole }) => whole === longest)
    ? `max(${least}px, 100cqw)`
    : `clamp(${least}px, 100cqw, ${most}px)`
  const share = ({ word, whole }: Needs): number =>
    most === least ? 1 / wanted.length : (whole - word) / (most - least)
  return {
    table: `width: ${width}`,
    each: wanted.map(
      (column) => `width: calc(${column.word}px + (${width} - ${least}px) * ${share(column).toFixed(4)})`,
    ),
  }
}

/** Of a column, in pixels: what its longest word takes, and what its longest cell would take on one line. */
interface Needs {
  readonly word: number
  readonly whole: number
}

const needs = (cells: readonly string[]): Needs => {
  const whole = Math.min(longest, Math.max(...cells.map((cell) => wide(cell.length))))
  const word = Math.max(...cells.flatMap((cell) => cell.split(/\s+/).map(({ length }) => wide(length))))
  return { whole, word: Math.min(whole, Math.max(narrowest, Math.min(word, longestWord))) }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
/** A generous guess at letters of 14 px, and the room at both sides. */
const wide = (letters: number): number => Math.ceil(7.6 * letters + 26)
const longest = 480
const longestWord = 220
const narrowest = 120

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

/** Of a column, in pixels, by a generous guess at letters of 14 px and the room beside them: what its longest word takes, and what its longest cell would take on one line. */
interface Needs {
  readonly word: number
  readonly whole: number
}

const needs = (cells: readonly string[]): Needs => {
  // letters of the first row are bold
  const most = (of: (cell: string) => number): number =>
    Math.max(...cells.map((cell, i) => Math.ceil(7.6 * of(cell) * (i === 0 ? 1.25 : 1) + 26)))
  const whole = Math.min(
    longest,
    most(({ length }) => length),
  )
  return { whole, word: Math.min(whole, Math.max(narrowest, most(longestWord))) }
}

/** Words longer than any should be are broken; a row of bars is a picture, and is not. */
const longestWord = (cell: string): number =>
  Math.max(...cell.split(/\s+/).map((word) => (/\p{L}/u.test(word) ? Math.min(word.length, 26) : word.length)))

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
const longest = 480
const narrowest = 120

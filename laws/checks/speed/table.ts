import type { Group } from './bench.js'

/** The timings of a group as a table for a terminal. */
export const table = ({ set, job, timings }: Group): string => {
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(54) : cell.padStart(i === 2 ? 22 : 12))).join('')
  const [yardstick] = timings
  return [
    line([`${set}: ${job}`, 'ms', '× copy (quartiles)', 'tf.adam ÷', 'rounds']),
    ...timings.map(({ name, backend, milliseconds, ratio, quartiles, rounds }) => {
      const adam = timings.find((other) => other.backend === backend && other.name === 'tf.train.adam alone')
      return line([
        `  ${backend === '' ? '' : `${backend}: `}${name}`,
        digits(milliseconds),
        `${digits(ratio)} (${quartiles.map(digits).join('–')})`,
        adam === undefined ? '' : digits(adam.ratio / ratio),
        String(rounds),
      ])
    }),
    `noise: half of the copies took ${yardstick?.spread.map((x) => digits(x / (yardstick.milliseconds || 1))).join(' to ')} × their median`,
  ].join('\n')
}

const digits = (x: number): string =>
  x < 1 ? x.toFixed(3) : x < 10 ? x.toFixed(2) : x < 100 ? x.toFixed(1) : x.toFixed(0)

import type { Timing } from './interleaved.js'

/** A contestant's time as a line for a terminal. */
export const timingLine = ({ name, milliseconds, ratio, quartiles }: Timing): string =>
  `  ${name.padEnd(42)} ${milliseconds.toFixed(2).padStart(9)} ms   ${ratio.toFixed(2)} × (${quartiles.map((q) => q.toFixed(2)).join('–')})`

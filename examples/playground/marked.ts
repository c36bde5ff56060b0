/** Marks of changes over steps; a slider on its way is one change. */
export const marked = (marks: readonly number[], step: number): readonly number[] =>
  step - (marks.at(-1) ?? -Infinity) < 16 ? marks : [...marks, step]

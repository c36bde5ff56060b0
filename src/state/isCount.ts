/** @internal */

/** Whether a number of a state's host counts something, and is therefore a whole number ≥ 0 for ever: it starts at 0, and
 *  has a name that counts. Hyperparameters, factors and averages start elsewhere, or are called otherwise. */
export const isCount = (name: string, start: number | undefined): boolean => start === 0 && names.has(name)

const names: ReadonlySet<string> = new Set([
  'count',
  'step',
  'miniStep',
  'gradientStep',
  'skipped',
  'stepsSinceSync',
  'notFiniteCount',
  'totalNotFinite',
  'taken',
  'plateauCount',
  'cooldownCount',
])

import type { AnyTransformation } from '../../src/transformation/Transformation.js'
import type { Training } from '../arbitraries/training.js'
import { numbersIn, type TreeSpec } from '../Numbers.js'
import { trajectory, updatesOf } from '../trajectory.js'

/** The parameters at every moment of a training. */
export const pathOf = (tx: AnyTransformation, training: Training): readonly TreeSpec[] =>
  trajectory(tx, training).map(({ params }) => params)

/** The updates of a training whose parameters stay where they are. */
export const updatesIn = (tx: AnyTransformation, training: Training): readonly TreeSpec[] =>
  updatesOf(tx, training).map(({ updates }) => updates)

/** Whether there is a number to be spoiled. */
export const hasNumbers = (spec: TreeSpec): boolean => numbersIn(spec).some(({ values }) => values.length > 0)

/** @internal */
import type { StatePath } from '../equation/Stage.js'
import { separator } from '../tree/Skeleton.js'

/** The name of a parameter in a file: its path; a lone tensor is called `params`. */
export const leafName = (path: string): string => (path === '' ? 'params' : path)

/** The name of a slot's tensor for a leaf: `dense/kernel/ExponentialMovingAverage` for an average,
 *  `dense/kernel/inner.0.mu` else. */
export const slotTensorName = (path: string, at: StatePath, slot: string, average?: string): string =>
  `${leafName(path)}${separator}${average ?? slotName(at, slot)}`

/** The name of a slot: an average's own name, else its path in the state. */
export const slotName = (at: StatePath, slot: string): string => [...at, slot].join('.')

/** The name of a tensor that belongs to no leaf; no parameter's path begins with the separator. */
export const treeTensorName = (at: StatePath, slot: string): string => `${separator}${slotName(at, slot)}`

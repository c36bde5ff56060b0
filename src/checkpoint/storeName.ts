import { either as E } from 'fp-ts'
import { shown } from '../scalars/shown.js'
import { type CheckpointError, checkpointProblem } from './CheckpointError.js'

/**
 * A name that every store takes, unchanged, or why not.
 *
 * One rule for all stores, so that what is saved in one can be moved to any: it names a file on every system, it cannot
 * leave its folder, and it is none of the names that stores keep for writes in flight.
 *
 *  @example storeName('step-100.safetensors') // is right, `storeName('../step')` is left
 */
export const storeName = (name: string): E.Either<CheckpointError, string> =>
  isStoreName(name)
    ? E.right(name)
    : E.left([
        checkpointProblem('Store', {
          path: name,
          expected: `a name of 1 to ${longest} letters, digits and . _ + = @ -, without . at either end`,
          found: shown(name),
          fix: 'rename the checkpoint; the folder belongs into the options of the store',
        }),
      ])

/** Whether `storeName` takes it. */
export const isStoreName = (name: string): boolean =>
  typeof name === 'string' &&
  name.length <= longest &&
  allowed.test(name) &&
  !windowsDevice.test(name) &&
  !/\.(crswap|tmp)$/i.test(name)

const longest = 120
const allowed = /^[A-Za-z0-9_+=@-](?:[A-Za-z0-9_.+=@-]*[A-Za-z0-9_+=@-])?$/
const windowsDevice = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

import type { Change } from './Change.js'
import { chainChanges } from './chainChanges.js'
import { averageChanges } from './averageChanges.js'
import { leafChanges } from './leafChanges.js'
import { wrapperChanges } from './wrapperChanges.js'

/** The changes of the table, in its order. */
export const changes: readonly Change[] = [...chainChanges, ...averageChanges, ...wrapperChanges, ...leafChanges]

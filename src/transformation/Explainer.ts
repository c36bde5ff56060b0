/** @internal */
import type { StepPlan } from '../engine/plan/planOf.js'
import type { WorkList } from '../engine/plan/WorkList.js'

/** The passes of a plan in words, line by line. `nameOf` says how a list is called. */
export type Explainer = (plan: StepPlan, nameOf: (list: WorkList) => string) => readonly string[]

/** A number of things. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

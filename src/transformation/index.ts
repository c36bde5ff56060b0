export { applyUpdates } from './applyUpdates.js'
export { describe, described } from './describe.js'
export { type Description } from './Description.js'
export { checkedEquation as equation } from './checkedEquation.js'
export { counting, type Equational, type EquationalOver, type EquationLambda, type EquationState } from './equation.js'
export { type EquationParts } from './equationOf.js'
export { equations, type EquationsOptions } from './equations.js'
export { explained } from './explained.js'
export { type Grower, grown } from './grown.js'
export { identity } from './identity.js'
export { plain, type PlainParts } from './plain.js'
export { type Reference, reference, type ReferenceNow } from './reference.js'
export { type Now, step, type Stepper } from './step.js'
export { type StepOptions } from './stepOptions.js'
export {
  type AnyTransformation,
  type Extras,
  type Opaque,
  type StateLambda,
  type StateOf,
  type Transformation,
  type Updated,
} from './Transformation.js'
export {
  type Chained,
  type Counting,
  type CountState,
  type EmptyState,
  type ExtraOf,
  type ExtrasOf,
  type LambdaOf,
  type LambdasOf,
  type Stateless,
  type StatesOf,
} from './types.js'
export { getSlot, slotNames, type Variable, variables } from './slots.js'

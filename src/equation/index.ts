export { type Arithmetic } from './Arithmetic.js'
export { type Host, type Rule } from './Equation.js'
export { type ArrayLeaf, arrayLeaf } from './reference.js'
export { copied, filled, perLeaf, perTree, type Slot, zeros } from './Slot.js'

export { gumbelNoise } from './gumbelNoise.js'
export { makePerturbedFun, type PerturbedFunOptions } from './makePerturbedFun.js'
export { normalNoise } from './normalNoise.js'
export { type Perturbation } from './Perturbation.js'

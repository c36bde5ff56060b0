export { type Choice, chooseExecutor } from './chooseExecutor.js'
export { OutOfMemoryError } from './OutOfMemoryError.js'
export { ContextLost } from './webgl/ContextLost.js'

export { type WrittenState } from './stateCodec.js'

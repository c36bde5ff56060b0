/** @internal */
import { binary, type Operation, unary } from '../../equation/operations.js'

/** The operations that WebAssembly has no instruction for: modules import those that they need from the host. Their
 *  results are rounded to float32 on the way back. */
export const hostFunctions = {
  exp: unary.exp,
  log: unary.log,
  tanh: unary.tanh,
  sin: unary.sin,
  cos: unary.cos,
  pow: binary.pow,
} satisfies Partial<Readonly<Record<Operation, (...args: never) => number>>>

export type HostFunction = keyof typeof hostFunctions

export const isHostFunction = (op: string): op is HostFunction => Object.hasOwn(hostFunctions, op)

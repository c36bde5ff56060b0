/** @internal */
import type { Binary, Comparison, Test, Unary } from './Arithmetic.js'

/** The operations on numbers, as `Arithmetic` fixes them; interpreters on arrays use the same table. */
export const unary: Readonly<Record<Unary, (x: number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
}

export const binary: Readonly<Record<Binary, (x: number, y: number) => number>> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  max: (x, y) => (x < y || Number.isNaN(y) ? y : x),
  min: (x, y) => (y < x || Number.isNaN(y) ? y : x),
  pow: (x, y) => x ** y,
}

export const comparison: Readonly<Record<Comparison, (x: number, y: number) => boolean>> = {
  less: (x, y) => x < y,
  lessEqual: (x, y) => x <= y,
  equal: (x, y) => x === y,
}

export const tests: Readonly<Record<Test, (x: number) => boolean>> = { isFinite: Number.isFinite, isNaN: Number.isNaN }

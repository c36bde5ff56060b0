/** @internal */
import { library } from './library.js'

/** What a program declares: how many of each. */
export interface Declared {
  readonly targets: number
  readonly samplers: number
  /** Which tables. */
  readonly tables: readonly number[]
  /** Vectors of whole numbers. */
  readonly ints: number
  /** Literals and scalars. */
  readonly uniforms: number
}

/** The text of a program: declarations, the functions that it calls, and its own. */
export const wholeShader = ({ targets, samplers, tables, ints, uniforms }: Declared, body: string): string =>
  [
    '#version 300 es',
    'precision highp float;',
    'precision highp int;',
    'precision highp sampler2D;',
    ...Array.from({ length: targets }, (_, i) => `layout(location = ${i}) out vec4 o${i};`),
    ...Array.from({ length: samplers }, (_, i) => `uniform sampler2D T${i};`),
    ...tables.map((table) => `uniform sampler2D C${table};`),
    `uniform ivec4 I[${Math.max(1, ints)}];`,
    `uniform vec4 U[${Math.max(1, Math.ceil(uniforms / 4))}];`,
    'uniform uint ZERO;',
    library(body),
    body,
  ].join('\n')

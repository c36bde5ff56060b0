/** @internal */
import { type Code, get, i32Const, set, simd, tee, unsigned } from '../engine/wasm/code.js'
import { moduleBytes } from '../engine/wasm/moduleBytes.js'
import * as code from '../engine/wasm/opcodes.js'
import * as vector from '../engine/wasm/vectorOpcodes.js'

/** A WebAssembly module that turns a band of a matrix, of at least four rows and four columns.
 *
 *  ```text
 *  f(from, to, height, columns, rows):  to[j · rows + i] = from[i · columns + j]    i < height, j < columns
 *  ```
 *
 *  It goes by squares of 4 × 4, down and then to the right. Where a length is no multiple of four the last square begins
 *  four from the end: what it shares with the one before is written twice. */
export const turningModule = (shared: boolean): Uint8Array<ArrayBuffer> =>
  moduleBytes({
    types: [{ from: [from, to, height, columns, rows].map(() => code.i32), to: [] }],
    host: [],
    shared,
    body: [
      2,
      unsigned(4),
      code.i32,
      unsigned(square.length + pairs.length),
      code.v128,
      eachFourth(j, columns, eachFourth(i, height, turnedSquare)),
      code.end,
    ],
  })

// Parameters and locals, by their places.
const [from, to, height, columns, rows, i, j, source, target] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const
const square = [9, 10, 11, 12] as const
const pairs = [13, 14, 15, 16] as const

const eachFourth = (index: number, length: number, inside: Code): Code => [
  i32Const(0),
  set(index),
  code.loop,
  inside,
  get(index),
  i32Const(4),
  code.i32Add,
  tee(index),
  get(length),
  code.i32LtU,
  code.brIf,
  0,
  code.end,
]

/** Where the square at an index begins: four from the end at most. */
const begin = (index: number, length: number): Code => [
  get(length),
  i32Const(4),
  code.i32Sub,
  get(index),
  get(index),
  get(length),
  i32Const(4),
  code.i32Sub,
  code.i32GeU,
  code.select,
]

/** The address of a number: `(across · width + along) · 4` from where its matrix begins. */
const address = (matrix: number, across: Code, width: number, along: Code): Code => [
  across,
  get(width),
  code.i32Mul,
  along,
  code.i32Add,
  i32Const(2),
  code.i32Shl,
  get(matrix),
  code.i32Add,
]

const oneRow = (pointer: number, width: number): Code => [
  get(pointer),
  get(width),
  i32Const(2),
  code.i32Shl,
  code.i32Add,
  set(pointer),
]

/** Four numbers of two vectors, by their places among the eight. */
const picked = (a: number, b: number, lanes: readonly number[]): Code => [
  get(a),
  get(b),
  simd(vector.shuffle, ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte))),
]

const aligned = [0x02, 0x00]
const [r0, r1, r2, r3] = square
const [low01, high01, low23, high23] = pairs

const turnedSquare: Code = [
  address(from, begin(i, height), columns, begin(j, columns)),
  set(source),
  address(to, begin(j, columns), rows, begin(i, height)),
  set(target),
  square.map((row) => [get(source), simd(vector.load, ...aligned), set(row), oneRow(source, columns)]),
  picked(r0, r1, [0, 4, 1, 5]),
  set(low01),
  picked(r0, r1, [2, 6, 3, 7]),
  set(high01),
  picked(r2, r3, [0, 4, 1, 5]),
  set(low23),
  picked(r2, r3, [2, 6, 3, 7]),
  set(high23),
  [
    picked(low01, low23, [0, 1, 4, 5]),
    picked(low01, low23, [2, 3, 6, 7]),
    picked(high01, high23, [0, 1, 4, 5]),
    picked(high01, high23, [2, 3, 6, 7]),
  ].map((column) => [get(target), column, simd(vector.store, ...aligned), oneRow(target, rows)]),
]

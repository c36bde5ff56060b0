/** @internal */

import * as tf from '@tensorflow/tfjs-core'
import { interpret } from '../equation/interpret.js'
import type { LeafOperations } from '../equation/lifted.js'
import type { Executor } from '../equation/Work.js'
import { must } from '../scalars/must.js'
import { leafSum } from '../tensors/leafSum.js'
import { loose } from '../tensors/loose.js'
import { rootOfSquares } from '../tensors/rootOfSquares.js'
import { selectAlike } from '../tensors/selectAlike.js'
import { tidied } from '../tensors/tidied.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import { slotsWritten } from './slotsWritten.js'

/** Runs the equations as tfjs operations, on any backend: what is correct on a device is defined by this. Also
 *  differentiable. Memory is not reused, but what was given away and is replaced is disposed. */
export const eager: Executor<tf.Tensor> = (work) => {
  const { stages, updates, params, slots, mode, donate } = work
  const done = tidied(() => interpret(operationsFor(tensorsOf([updates, params, slots])))(work))
  if (donate) {
    const written = slotsWritten(stages).map((names, s) => names.map((name) => must(done.slots[s], 'slots')[name]))
    disposeExcept([mode === 'step' ? params : null, slots], [done.leaves, written])
  }
  return done
}

const operationsFor = (inputs: readonly tf.Tensor[]): LeafOperations<tf.Tensor> => {
  // A result must never be one of the inputs, nor another result: each can be disposed without the others.
  const taken = new Set(inputs)
  return {
    round: Math.fround,
    operations,
    where: select,
    sum,
    norm: (all) =>
      rootOfSquares((square) =>
        all.map(({ leaf, size }) => sum(square(tensor(leaf)), size)).reduce((total, part) => tf.add(total, part)),
      ),
    largest,
    spread: (a, shape) => {
      // `tf.broadcastTo` makes one element of none.
      const full = shape.includes(0)
        ? tf.zeros([...shape])
        : typeof a === 'number'
          ? tf.fill([...shape], a, 'float32')
          : sameShape(a.shape, shape)
            ? a
            : tf.broadcastTo(a, [...shape])
      const own = taken.has(full) ? tf.clone(full) : full
      taken.add(own)
      return own
    },
  }
}

type Operand = tf.Tensor | number

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i])

/** Selects elements; unlike `tf.where` it takes numbers, and an operand without elements wins the shape. */
const select = (condition: tf.Tensor, a: Operand, b: Operand): tf.Tensor => selectAlike(condition, tensor(a), tensor(b))

const tensor = (a: Operand): tf.Tensor => (typeof a === 'number' ? tf.scalar(a, 'float32') : a)

// `sign`, `max` and `min` of the backends differ for NaN, −0 and denormals: they are written with comparisons.
const operations: LeafOperations<tf.Tensor>['operations'] = {
  neg: tf.neg,
  abs: tf.abs,
  sign: (a) => select(loose(tf.less(a, 0)), -1, select(loose(tf.greater(a, 0)), 1, a)),
  sqrt: tf.sqrt,
  exp: tf.exp,
  log: tf.log,
  tanh: tf.tanh,
  sin: tf.sin,
  cos: tf.cos,
  floor: tf.floor,
  ceil: tf.ceil,
  // tfjs' cpu backend loses the sign of what becomes 0
  round: (a) => select(loose(tf.lessEqual(tf.abs(a), 0.5)), tf.mul(a, 0), tf.round(a)),
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  max: (a, b) => select(loose(tf.logicalOr(tf.less(a, b), tf.isNaN(tensor(b)))), b, a),
  min: (a, b) => select(loose(tf.logicalOr(tf.less(b, a), tf.isNaN(tensor(b)))), b, a),
  pow: tf.pow,
  less: (a, b) => loose(tf.less(a, b)),
  lessEqual: (a, b) => loose(tf.lessEqual(a, b)),
  equal: (a, b) => loose(tf.equal(a, b)),
  isFinite: (a) => loose(tf.isFinite(a)),
  isNaN: (a) => loose(tf.isNaN(a)),
  and: tf.logicalAnd,
  or: tf.logicalOr,
  not: tf.logicalNot,
}

const sum = (a: tf.Tensor, size: number): tf.Tensor => (a.size === size ? leafSum(a) : tf.mul(a, size))

/** The largest element, NaN if there is one; backends disagree about NaN in `tf.max`. */
const largest = (a: tf.Tensor): tf.Tensor =>
  select(loose(tf.any(tf.isNaN(tf.reshape(a, [a.size])))), Number.NaN, tf.max(tf.reshape(a, [a.size])))

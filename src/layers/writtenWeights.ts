/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import type { StateShape } from '../state/StateShape.js'
import { visitState } from '../state/visitState.js'
import type { Cell } from './Cell.js'
import { tensorOf } from './heldOf.js'
import { type Header, names, type Writing } from './Writing.js'

/** An optimizer's state as tfjs saves it: the number of its steps, what it says of itself, the bytes of its numbers (as
 *  float32 they would lose counts above 2²⁴, and every decimal), and its tensors, which are borrowed. */
export const writtenWeights = (
  shape: StateShape,
  { held, iterations, statistics }: Pick<Cell, 'held' | 'iterations' | 'statistics'>,
): Writing => {
  const count = { name: names.iterations, tensor: tf.scalar(iterations, 'int32') }
  if (held === null) return { weights: [count], made: [count] }
  const { numbers, tensors } = visitState<tf.Tensor>(shape, held.skeleton, held.state)
  const header: Header = {
    format: 1,
    variables: held.members.map((member) => ({
      path: member.path,
      shape: tensorOf(member).shape,
      dtype: tensorOf(member).dtype,
    })),
    statistics: statistics.map(({ path }) => path),
    numbers: [...numbers.keys()],
  }
  const made = [
    count,
    {
      name: names.header,
      tensor: tf.tensor1d(Int32Array.from(new TextEncoder().encode(JSON.stringify(header))), 'int32'),
    },
    ...(numbers.size === 0
      ? []
      : [
          {
            name: names.numbers,
            tensor: tf.tensor1d(new Int32Array(Float64Array.from(numbers.values()).buffer), 'int32'),
          },
        ]),
  ]
  const slots = [...tensors].map(([name, tensor]) => ({ name: `${names.slot}${name}`, tensor }))
  const averages = statistics.flatMap(({ path, standIn }) =>
    standIn === null ? [] : [{ name: `${names.statistic}${path}`, tensor: standIn }],
  )
  return { weights: [...made, ...slots, ...averages], made }
}

/** @internal */
import * as tf from '@tensorflow/tfjs-core'

/** tf.where, which on WebGL knows no more than four axes: neighbours that are whole or of length 1 alike are one. */
export const select = (condition: tf.Tensor, a: tf.Tensor, b: tf.Tensor): tf.Tensor => {
  const all = [condition, a, b]
  const rank = Math.max(...all.map((one) => one.rank))
  if (rank <= 4) return tf.where(condition, a, b)
  const shapes = all.map(({ shape }) => [...Array<number>(rank - shape.length).fill(1), ...shape])
  const whole = Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes.map((shape) => shape[axis] ?? 1)
    return lengths.includes(0) ? 0 : Math.max(...lengths)
  })
  const kindOf = (axis: number): string => shapes.map((shape) => (shape[axis] === whole[axis] ? 'whole' : 'one')).join()
  // axes of length 1 go with any others
  const axes = whole.flatMap((n, axis) => (n === 1 ? [] : [axis]))
  const groups: number[][] = []
  for (const axis of axes) {
    const last = groups.at(-1)
    if (last?.[0] !== undefined && kindOf(last[0]) === kindOf(axis)) last.push(axis)
    else groups.push([axis])
  }
  const [c, x, y] = all.map((one, i) =>
    tf.reshape(
      one,
      groups.map((group) => group.reduce((n, axis) => n * (shapes[i]?.[axis] ?? 1), 1)),
    ),
  ) as [tf.Tensor, tf.Tensor, tf.Tensor] // three
  return tf.reshape(tf.where(c, x, y), whole)
}

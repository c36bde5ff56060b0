/** @internal */
import * as tf from '@tensorflow/tfjs-core'

/** A value, and how its derivative is taken. */
export interface Derived<S> {
  readonly value: tf.Tensor
  /** What the derivative needs of the way here: nothing else outlives the forward pass. */
  readonly saved: S
  /** The gradient with respect to each input, from that with respect to the value. */
  readonly gradients: (dy: tf.Tensor, saved: S) => readonly tf.Tensor[]
}

/** A function with a derivative of its own: what runs inside is on no tape. */
export const differentiable = <S extends Readonly<Record<string, tf.Tensor>>>(
  inputs: readonly tf.Tensor[],
  f: () => Derived<S>,
): tf.Tensor =>
  tf.customGrad((...given) => {
    const { value, saved, gradients } = f()
    const save = given.at(-1) as tf.GradSaveFunc // tfjs hands it in behind the inputs
    save(Object.values(saved))
    const names = Object.keys(saved)
    return {
      value,
      gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => [
        // kept in the order in which they were saved
        ...gradients(dy, Object.fromEntries(names.map((name, i) => [name, kept[i]])) as unknown as S),
      ],
    }
  })(...inputs)

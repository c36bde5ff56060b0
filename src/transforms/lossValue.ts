/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import { either as E } from 'fp-ts'
import { numberIn } from '../engine/oneNumber.js'
import { decoder, refined, refused } from '../scalars/decoder.js'
import type { Kind } from '../scalars/Kind.js'
import { isLeaf } from '../tree/Tree.js'

/** A tensor of one number that can still be read. */
const isOneNumber = (u: unknown): u is Tensor =>
  isLeaf(u) &&
  u.dtype === 'float32' &&
  u.shape.every((n) => n === 1) &&
  (u as { readonly isDisposed?: unknown }).isDisposed !== true // a tensor's; arrays of the references have none

const read = (u: unknown): unknown => (isOneNumber(u) ? numberIn(u) : u)

/** An extra that is the loss: a finite number, or a tensor of one, which is read back from the device. */
export const lossValue: Kind<number> = {
  codec: decoder<number>('loss value', (u, context) => {
    const value = read(u)
    return typeof value === 'number' && Number.isFinite(value) ? E.right(value) : refused(u, context)
  }),
  range: 'the loss at the present parameters, a finite number or a float32 tensor of one',
  example: 'value',
  sorts: ['number'],
}

/** What a loss function returns. */
export const lossTensor: Kind<Tensor> = {
  codec: refined('loss', isOneNumber),
  range: 'a float32 tensor of one number',
  example: 'tf.mean(errors)',
  sorts: [],
}

/** @internal */
import { axisLength } from '../tensors/axisLength.js'
import * as tf from '@tensorflow/tfjs-core'
import { count } from '../scalars/Count.js'
import { finite } from '../scalars/numbers.js'
import { type Checked, optionsFor, withDefault } from '../scalars/options.js'
import { checkShape, floatsAt, tensorAt, weightsAt } from '../tensors/checkedTensors.js'
import { backwardSlopes, endSlopes } from './ctcBackward.js'
import { type CtcFrames, type CtcRow, ended, forwardRows } from './ctcForward.js'
import { differentiable } from '../tensors/differentiable.js'
import { logSoftmaxOfRows } from './logSoftmaxOfRows.js'

const spec = { blankId: withDefault(count, 0), logEpsilon: withDefault(finite, -1e5) }

export const parseCtc = (where: string) => optionsFor<CtcOptions>()(where, spec)

/** Options of `ctcLoss`. */
export interface CtcOptions {
  /** The class of the blank.
   *
   *  @defaultValue 0 */
  readonly blankId?: number
  /** What stands for log 0.
   *
   *  @defaultValue -1e5 */
  readonly logEpsilon?: number
}

/** A batch as the recursion wants it. */
export interface CtcBatch {
  readonly logits: tf.Tensor
  readonly padded: tf.Tensor
  readonly labels: tf.Tensor
  readonly labelPadded: tf.Tensor
}

/** The arguments, checked. */
export const batchOf = (
  where: string,
  logits: tf.Tensor,
  logitPaddings: tf.Tensor,
  labels: tf.Tensor,
  labelPaddings: tf.Tensor,
): CtcBatch => {
  const z = floatsAt({ where, name: 'logits' }, logits)
  const y = tensorAt({ where, name: 'labels' }, labels)
  const [batch, time, classes] = z.shape
  if (z.rank !== 3 || batch === undefined || time === undefined || classes === undefined)
    throw new RangeError(
      `${where}: logits must have the shape [batch, time, classes], found [${z.shape.join(', ')}]. Reshape them.`,
    )
  if (y.rank !== 2 || y.shape[0] !== batch)
    throw new RangeError(
      `${where}: labels must have the shape [batch, labels] with a batch of ${batch}, found [${y.shape.join(', ')}]. Pad the shorter ones, and say so in labelPaddings.`,
    )
  if (y.dtype !== 'int32')
    throw new TypeError(
      `${where}: labels must be an int32 tensor of class numbers, found dtype ${y.dtype}. Cast it: tf.cast(labels, 'int32').`,
    )
  const frames = tensorAt({ where, name: 'logitPaddings' }, logitPaddings)
  checkShape({ where, name: 'logitPaddings' }, frames, [batch, time], 'one number for each frame, shape ')
  const padded = tf.cast(frames, 'float32')
  const labelPadded = weightsAt({ where, name: 'labelPaddings' }, labelPaddings, y, 'labels')
  // Without room for a label there is none: one that is padding is the same.
  if (y.shape[1] !== 0) return { logits: z, padded, labels: y, labelPadded }
  return { logits: z, padded, labels: tf.zeros([batch, 1], 'int32'), labelPadded: tf.ones([batch, 1]) }
}

/** The classes of the labels, `[batch, labels, classes]`. */
const hotOf = (labels: tf.Tensor, classes: number): tf.Tensor =>
  tf.cast(tf.equal(tf.expandDims(labels, 2), tf.reshape(tf.range(0, classes, 1, 'int32'), [1, 1, classes])), 'float32')

const blankOf = (where: string, blankId: number, classes: number): tf.Tensor => {
  if (blankId < classes) return tf.reshape(tf.oneHot(tf.tensor1d([blankId], 'int32'), classes), [1, 1, classes])
  throw new RangeError(
    `${where}: blankId must be a class, an integer in [0, ${classes}), found ${blankId}. Pass e.g. { blankId: 0 }.`,
  )
}

/** The frames of a batch, in logarithms that are finite. */
const framesOf = (where: string, batch: CtcBatch, { blankId, logEpsilon }: Checked<typeof spec>) => {
  const [size = 0, time = 0, classes = 0] = batch.logits.shape
  const { logs, shares } = logSoftmaxOfRows(tf.reshape(batch.logits, [size * time, classes]))
  const logProbs = tf.reshape(tf.maximum(logs, -1e30), [size, time, classes])
  const hot = hotOf(batch.labels, classes)
  // A class that is not there has probability 0.
  const lost = tf.mul(-1e30, tf.sub(1, tf.expandDims(tf.sum(hot, 2), 1)))
  const emit = tf.add(tf.matMul(logProbs, tf.transpose(hot, [0, 2, 1])), lost)
  const blankHot = tf.cast(blankOf(where, blankId, classes), 'float32')
  const blank = tf.sum(tf.mul(logProbs, blankHot), 2, true)
  const inTime = (x: tf.Tensor): tf.Tensor => tf.transpose(x, [1, 0, 2])
  const next = tf.cast(
    tf.equal(batch.labels, tf.concat([rest(batch.labels), tf.fill([size, 1], -1, 'int32')], 1)),
    'float32',
  )
  const frames: CtcFrames = {
    emit: inTime(emit),
    blank: inTime(blank),
    padded: tf.expandDims(tf.transpose(batch.padded), 2),
    repeated: next,
    logEpsilon,
  }
  return { frames, hot, blankHot, shares: tf.reshape(shares, [size, time, classes]) }
}

const rest = (labels: tf.Tensor): tf.Tensor =>
  tf.slice(labels, [0, 1], [axisLength(labels, 0), axisLength(labels, 1) - 1])

/** Where each sequence ends: after as many labels as are no padding, `[batch, labels + 1]`. */
const endOf = ({ labelPadded }: CtcBatch): tf.Tensor => {
  const [, labels = 0] = labelPadded.shape
  const lengths = tf.sub(labels, tf.sum(labelPadded, 1, true))
  const places = tf.reshape(tf.range(0, labels + 1, 1, 'float32'), [1, labels + 1])
  return tf.cast(tf.less(tf.abs(tf.sub(lengths, places)), 0.5), 'float32')
}

/** The loss of each sequence, `[batch]`; `seen` is shown the rows on the way. */
export const ctcOfBatch = (
  where: string,
  batch: CtcBatch,
  checked: Checked<typeof spec>,
  seen: (rows: readonly CtcRow[]) => void = () => undefined,
): tf.Tensor => (batch.logits.shape[0] === 0 ? ofNone(batch.logits) : ofSome(where, batch, checked, seen))

/** The kernels of wasm divide by the size of a batch. */
const ofNone = (logits: tf.Tensor): tf.Tensor =>
  differentiable([logits], () => ({
    value: tf.zeros([0]),
    saved: {},
    gradients: () => [tf.zeros(logits.shape)],
  }))

const ofSome = (
  where: string,
  batch: CtcBatch,
  checked: Checked<typeof spec>,
  seen: (rows: readonly CtcRow[]) => void,
): tf.Tensor =>
  differentiable([batch.logits], () => {
    const { frames, hot, blankHot, shares } = framesOf(where, batch, checked)
    const rows = forwardRows(frames)
    seen(rows)
    const last = lastOf(rows)
    const end = endOf(batch)
    const tables = {
      alphaBlank: tf.stack(rows.map(({ blank }) => blank)),
      alphaEmit: tf.stack(rows.map(({ emit }) => emit)),
    }
    return {
      value: tf.neg(tf.sum(tf.mul(ended(last), end), 1)),
      saved: {
        ...tables,
        end,
        hot,
        blankHot,
        shares,
        emit: frames.emit,
        blank: frames.blank,
        padded: frames.padded,
        repeated: frames.repeated,
      },
      gradients: (dy, s) => {
        if (s.padded.size === 0) return [tf.zeros(batch.logits.shape)]
        const emits = tf.unstack(s.alphaEmit)
        const again = tf.unstack(s.alphaBlank).map((blank, i): CtcRow => ({ blank, emit: at(emits, i) }))
        const slopes = backwardSlopes(
          { ...frames, emit: s.emit, blank: s.blank, padded: s.padded, repeated: s.repeated },
          again,
          endSlopes(lastOf(again), tf.mul(tf.neg(tf.expandDims(dy, 1)), s.end)),
        )
        const byLogs = tf.add(
          tf.matMul(tf.transpose(slopes.emit, [1, 0, 2]), s.hot),
          tf.mul(tf.transpose(slopes.blank, [1, 0, 2]), s.blankHot),
        )
        return [tf.sub(byLogs, tf.mul(s.shares, tf.sum(byLogs, 2, true)))]
      },
    }
  })

const lastOf = (rows: readonly CtcRow[]): CtcRow => {
  const last = rows.at(-1)
  if (last === undefined) throw new Error('ctcOfBatch: there is always the row before the first frame')
  return last
}

const at = (tensors: readonly tf.Tensor[], i: number): tf.Tensor => {
  const tensor = tensors[i]
  if (tensor === undefined) throw new Error(`ctcOfBatch: tensor ${i} is missing`)
  return tensor
}

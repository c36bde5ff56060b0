/** @internal */
import { axisLength } from '../tensors/axisLength.js'
import * as tf from '@tensorflow/tfjs-core'
import { logAddExp } from './limits.js'

/** What the recursion sees: logarithms of probabilities, frame by frame, and which frames and labels are real. */
export interface CtcFrames {
  /** log P(label n at t), `[time, batch, labels]`. */
  readonly emit: tf.Tensor
  /** log P(blank at t), `[time, batch, 1]`. */
  readonly blank: tf.Tensor
  /** 1 where a frame is padding, `[time, batch, 1]`. */
  readonly padded: tf.Tensor
  /** 1 where a label is that after it, `[batch, labels]`. */
  readonly repeated: tf.Tensor
  /** log of what stands for 0. */
  readonly logEpsilon: number
}

/** log α after n labels: with a blank last, `[batch, labels + 1]`, and with label n last, `[batch, labels]`. */
export type CtcRow = { readonly blank: tf.Tensor; readonly emit: tf.Tensor }

/** What is added to nothing on the left: a path that is not there. */
const never = -1e30

/** A row of labels one place to the right: label n leads to the state after n + 1 labels. */
export const shifted = (row: tf.Tensor): tf.Tensor =>
  tf.pad(
    row,
    [
      [0, 0],
      [1, 0],
    ],
    never,
  )

/** Before the first frame: no label, for sure. */
const startOf = ({ repeated, logEpsilon }: CtcFrames): CtcRow => {
  const [batch = 0, labels = 0] = repeated.shape
  const emit = tf.fill([batch, labels], logEpsilon)
  return { blank: tf.concat([tf.zeros([batch, 1]), emit], 1), emit }
}

/** Where a label may be followed by the next one without a blank, and where only with one: log 1 there, log ε else. */
export const bridges = ({ repeated, logEpsilon }: CtcFrames) => ({
  direct: tf.mul(logEpsilon, repeated),
  byBlank: tf.mul(logEpsilon, tf.sub(1, repeated)),
})

/** One frame. */
const nextRow = (
  row: CtcRow,
  frames: Pick<CtcFrames, 'emit' | 'blank' | 'padded'>,
  { direct, byBlank }: ReturnType<typeof bridges>,
): CtcRow =>
  tf.tidy(() => {
    const entered = logAddExp(row.blank, shifted(tf.add(row.emit, direct)))
    const emit = tf.add(frames.emit, logAddExp(withoutLast(entered), row.emit))
    const blank = tf.add(frames.blank, logAddExp(entered, shifted(tf.add(row.emit, byBlank))))
    const still = tf.greater(frames.padded, 0.5)
    return { blank: tf.where(still, row.blank, blank), emit: tf.where(still, row.emit, emit) }
  })

export const withoutLast = (row: tf.Tensor): tf.Tensor =>
  tf.slice(row, [0, 0], [axisLength(row, 0), axisLength(row, 1) - 1])

/** One frame of a stack of them. */
export const frameAt = ({ emit, blank, padded }: CtcFrames, t: number) => {
  const at = (x: tf.Tensor): tf.Tensor =>
    tf.reshape(tf.slice(x, [t, 0, 0], [1, axisLength(x, 1), axisLength(x, 2)]), x.shape.slice(1))
  return { emit: at(emit), blank: at(blank), padded: at(padded) }
}

/** All rows, the one before the first frame ahead: time linear in the number of frames. */
export const forwardRows = (frames: CtcFrames): readonly CtcRow[] => {
  const [time = 0] = frames.emit.shape
  const bridge = bridges(frames)
  const rows: CtcRow[] = [startOf(frames)]
  for (let t = 0; t < time; t++) {
    const last = rows[t]
    if (last === undefined) throw new Error(`ctcForward: row ${t} is missing`)
    rows.push(nextRow(last, frameAt(frames, t), bridge))
  }
  return rows
}

/** Whether or not the last label is followed by a blank. */
export const ended = (row: CtcRow): tf.Tensor => logAddExp(row.blank, shifted(row.emit))

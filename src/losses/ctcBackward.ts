/** @internal */
import { axisLength } from '../tensors/axisLength.js'
import * as tf from '@tensorflow/tfjs-core'
import { bridges, type CtcFrames, type CtcRow, frameAt, shifted, withoutLast } from './ctcForward.js'
import { logAddExp } from './limits.js'

/** The gradient of the rows: by log α. */
type Slopes = CtcRow

/** The part of a in log(eᵃ + eᵇ): its slope by a. */
const partOf = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
  tf.where(tf.equal(a, b), tf.fill(a.shape, 0.5), tf.sigmoid(tf.sub(a, b)))

const withoutFirst = (row: tf.Tensor): tf.Tensor => tf.slice(row, [0, 1], [axisLength(row, 0), axisLength(row, 1) - 1])

const wider = (row: tf.Tensor): tf.Tensor =>
  tf.pad(row, [
    [0, 0],
    [0, 1],
  ])

/** Pulls slopes back through a frame: those before it, and those by its log-probabilities. */
const before = (
  row: CtcRow,
  slopes: Slopes,
  frame: Pick<CtcFrames, 'emit' | 'blank' | 'padded'>,
  { direct, byBlank }: ReturnType<typeof bridges>,
) =>
  tf.tidy(() => {
    const live = tf.sub(1, frame.padded)
    const [byEmit, byBlanked] = [tf.mul(live, slopes.emit), tf.mul(live, slopes.blank)]
    const [arrival, detour] = [shifted(tf.add(row.emit, direct)), shifted(tf.add(row.emit, byBlank))]
    const entered = logAddExp(row.blank, arrival)
    const stayed = tf.mul(byEmit, partOf(row.emit, withoutLast(entered)))
    const kept = tf.mul(byBlanked, partOf(entered, detour))
    const byEntered = tf.add(kept, wider(tf.sub(byEmit, stayed)))
    const fromBlank = tf.mul(byEntered, partOf(row.blank, arrival))
    const fromEmit = tf.add(withoutFirst(tf.add(tf.sub(byBlanked, kept), tf.sub(byEntered, fromBlank))), stayed)
    return {
      blank: tf.add(fromBlank, tf.mul(frame.padded, slopes.blank)),
      emit: tf.add(fromEmit, tf.mul(frame.padded, slopes.emit)),
      byEmit,
      byBlank: tf.sum(byBlanked, 1, true),
    }
  })

/** The gradient by the log-probabilities of labels, `[time, batch, labels]`, and of the blank, `[time, batch, 1]`, from
 *  that by the last row: the recursion backwards, in time linear in the number of frames. */
export const backwardSlopes = (
  frames: CtcFrames,
  rows: readonly CtcRow[],
  last: Slopes,
): { readonly emit: tf.Tensor; readonly blank: tf.Tensor } => {
  const [time = 0] = frames.emit.shape
  const bridge = bridges(frames)
  const emit: tf.Tensor[] = []
  const blank: tf.Tensor[] = []
  let slopes = last
  for (let t = time - 1; t >= 0; t--) {
    const row = rows[t]
    if (row === undefined) throw new Error(`ctcBackward: row ${t} is missing`)
    const pulled = before(row, slopes, frameAt(frames, t), bridge)
    emit.unshift(pulled.byEmit)
    blank.unshift(pulled.byBlank)
    slopes = pulled
  }
  return { emit: tf.stack(emit), blank: tf.stack(blank) }
}

/** The slope of `ended` by the last row. */
export const endSlopes = (row: CtcRow, dy: tf.Tensor): Slopes => {
  const blank = tf.mul(dy, partOf(row.blank, shifted(row.emit)))
  return { blank, emit: withoutFirst(tf.sub(dy, blank)) }
}

import * as tf from '@tensorflow/tfjs-core'
import { batchOf, type CtcOptions, ctcOfBatch, parseCtc } from './ctcOfBatch.js'
import { ended } from './ctcForward.js'

/** A loss of sequences, and how likely each beginning is. */
export interface CtcWithForwardProbs {
  /** The loss of each sequence, `[batch]`: as `ctcLoss` has it, with its gradient. */
  readonly loss: tf.Tensor
  /** log P(n labels by then, a blank last), `[time, batch, labels + 1]`; in the last frame, whatever is last. */
  readonly logAlphaBlank: tf.Tensor
  /** log P(n labels by then, label n last), `[time, batch, labels]`. */
  readonly logAlphaEmit: tf.Tensor
}

/** `ctcLoss` with the tables of the forward recursion.
 *
 *  ```text
 *  α(t, n) = P(the first n labels, in the first t frames)
 *  ```
 *
 *  @shapes those of `ctcLoss`; the tables are `[time, batch, labels + 1]` and `[time, batch, labels]`.
 *  @units nats.
 *  @throws what `ctcLoss` throws.
 *  @departs a record instead of three values; only the loss has a gradient.
 *  @reference Graves et al. 2006; optax.losses.ctc_loss_with_forward_probs
 *  @example const { loss, logAlphaEmit } = ctcLossWithForwardProbs(logits, logitPaddings, labels, labelPaddings) */
export const ctcLossWithForwardProbs = (
  logits: tf.Tensor,
  logitPaddings: tf.Tensor,
  labels: tf.Tensor,
  labelPaddings: tf.Tensor,
  given?: CtcOptions,
): CtcWithForwardProbs => {
  const checked = parse(given)
  const where = 'ctcLossWithForwardProbs'
  const [loss, logAlphaBlank, logAlphaEmit] = tf.tidy((): tf.Tensor[] => {
    const batch = batchOf(where, logits, logitPaddings, labels, labelPaddings)
    let tables: readonly tf.Tensor[] = []
    const value = ctcOfBatch(where, batch, checked, (rows) => {
      const [, ...frames] = rows
      const last = rows.at(-1)
      if (last === undefined || frames.length === 0) return
      // what the loss makes on its way is disposed behind it: these are kept until they are cloned below
      tables = [
        tf.keep(tf.stack([...frames.slice(0, -1).map(({ blank }) => blank), ended(last)])),
        tf.keep(tf.stack(frames.map(({ emit }) => emit))),
      ]
    })
    const [size = 0, n = 0] = labels.shape
    const [, time = 0] = logits.shape
    const own = tables.map((table, i) => {
      const width = n + 1 - i
      return table.shape[2] === width || table.size === 0
        ? tf.clone(table)
        : tf.slice(table, [0, 0, 0], [-1, -1, width])
    })
    for (const table of tables) table.dispose()
    const [blank, emit] = own
    return [value, blank ?? tf.zeros([time, size, n + 1]), emit ?? tf.zeros([time, size, n])]
  })
  if (loss === undefined || logAlphaBlank === undefined || logAlphaEmit === undefined)
    throw new Error(`${where}: three tensors were made`)
  return { loss, logAlphaBlank, logAlphaEmit }
}

const parse = parseCtc('ctcLossWithForwardProbs')

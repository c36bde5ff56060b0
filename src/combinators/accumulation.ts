import { gathered } from '../engine/gathered.js'
import type { Equation } from '../equation/Equation.js'
import { zeros } from '../equation/Slot.js'
import { equationOf } from '../transformation/equationOf.js'
import { gears, type Gears } from './gears.js'

/** What one micro-step does.
 *
 *  ```text
 *  begin   the first of several: the accumulator becomes the gradient, whatever it held
 *  add     another one
 *  emit    the last of several: emits what has gathered and empties the accumulator
 *  pass    the first and last: emits the gradient itself
 *  flush   emits what has gathered so far, of an incomplete round, and empties the accumulator
 *  skip    takes no notice of it
 *  ```
 *
 *  @internal */
export type MicroStep = 'begin' | 'add' | 'emit' | 'pass' | 'flush' | 'skip'

/** The micro-steps of an accumulation.
 *
 *  ```text
 *  mean: A ← A + (g − A)/n        sum: A ← A + g        n = the number of micro-steps with this one
 *  ```
 *
 *  @internal */
export const accumulation = (useGradMean: boolean): Gears<MicroStep> => {
  const parts = { name: 'multiSteps', slots: { acc: zeros }, scalars: ({ miniStep }: Counts) => ({ n: miniStep + 1 }) }
  const gathering = {
    ...parts,
    host: { init: start, next: (counts: Counts) => ({ ...counts, miniStep: counts.miniStep + 1 }) },
  }
  const emitting = {
    ...parts,
    host: {
      init: start,
      next: (counts: Counts) => ({ ...counts, miniStep: 0, gradientStep: counts.gradientStep + 1 }),
    },
  }
  const skipping = {
    ...parts,
    host: { init: start, next: (counts: Counts) => ({ ...counts, skipped: counts.skipped + 1 }) },
  }
  return gears({
    begin: gatherer(
      equationOf(gathering)((A) => ({ update }) => ({ update: A.lit(0), acc: update })),
      { begins: true },
    ),
    add: gatherer(
      useGradMean
        ? equationOf(gathering)((A) => ({ update, acc }, { n }) => ({
            update: A.lit(0),
            acc: A.add(acc, A.div(A.sub(update, acc), n)),
          }))
        : equationOf(gathering)((A) => ({ update, acc }) => ({ update: A.lit(0), acc: A.add(acc, update) })),
      {},
    ),
    emit: gatherer(
      useGradMean
        ? equationOf(emitting)((A) => ({ update, acc }, { n }) => ({
            update: A.add(acc, A.div(A.sub(update, acc), n)),
            acc: A.lit(0),
          }))
        : equationOf(emitting)((A) => ({ update, acc }) => ({ update: A.add(acc, update), acc: A.lit(0) })),
      { emits: true },
    ),
    pass: equationOf(emitting)(() => ({ update, acc }) => ({ update, acc })),
    flush: gatherer(
      equationOf(emitting)((A) => ({ acc }) => ({ update: acc, acc: A.lit(0) })),
      { emits: true, closed: true },
    ),
    skip: equationOf(skipping)((A) => ({ acc }) => ({ update: A.lit(0), acc })),
  })
}

const gatherer = (equation: Equation, { begins = false, emits = false, closed = false }): Equation => ({
  ...equation,
  gathers: { begins: () => begins, emits: () => emits, closed, follow: gathered },
})

/** The numbers of an accumulation. A type, not an interface: equations take records by index.
 *
 *  @internal */
export type Counts = {
  readonly miniStep: number
  readonly gradientStep: number
  readonly skipped: number
}

const start: Counts = { miniStep: 0, gradientStep: 0, skipped: 0 }

import { knownOnly } from '../src/scalars/knownOnly.js'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { withMovingAverage } from '../src/averaging/withMovingAverage.js'
import { memoryStore } from '../src/checkpoint/memoryStore.js'
import { restore } from '../src/checkpoint/restore.js'
import { save } from '../src/checkpoint/save.js'
import type { Store } from '../src/checkpoint/Store.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { disposeExcept } from '../src/tree/disposeExcept.js'
import { tensorsOf } from '../src/tree/tensorsOf.js'
import type { Tree } from '../src/tree/Tree.js'
import { exactly } from './Agreement.js'
import { anyFloat32 } from './arbitraries/numbers.js'
import { type Training, trainings } from './arbitraries/training.js'
import { transformations } from './arbitraries/transformations.js'
import { everyShape } from './arbitraries/trees.js'
import { law } from './Law.js'
import { numbersFrom, tensorsFrom } from './Numbers.js'
import type { Suite } from './Suite.js'
import { type Standing, started, walked } from './walked.js'

/** How a training is written to a store under a name, and read again; by default `save` and `restore`. */
export interface CheckpointSubject {
  readonly write: (
    store: Store,
    name: string,
    optimizer: Transformation<Opaque>,
    now: Standing,
    record: Readonly<Record<string, number>>,
  ) => Promise<unknown>
  /** `like` has the form of what is read. What comes out is the caller's. */
  readonly read: (
    store: Store,
    name: string,
    optimizer: Transformation<Opaque>,
    like: Standing,
  ) => Promise<Standing & { readonly record: unknown }>
}

const anything = trainings({ values: anyFloat32, shapes: everyShape, maxSteps: 3 })

const records = fc.dictionary(
  fc.constantFrom('epoch', 'best', 'a b', '0'),
  fc.oneof(fc.integer(), fc.constantFrom(1e-300, 0.1, 2 ** 53, Number.POSITIVE_INFINITY, Number.NaN, -0)),
  { noNullPrototype: true },
)

/** The laws of checkpoints.
 *
 *  @example await checkLaws(checkpointLaws()) */
export const checkpointLaws = (given: Partial<CheckpointSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  write = (store, name, optimizer, now, record) => save({ store, name, optimizer, ...now, record }),
  read = (store, name, optimizer, like) => restore({ store, name, optimizer, like }),
}: Partial<CheckpointSubject>): Suite => ({
  name: 'checkpoint',
  laws: [
    law(exactly)(
      {
        name: 'round trip',
        equation: 'read(write(p, s, record)) = (p, s, record), bitwise: NaN, ±∞, −0 and subnormal numbers, every shape',
        reason: 'what is read is what was written, or a resumed training is another one',
        bug: 'numbers by way of JSON: Infinity and NaN came back as null, −0 as 0',
      },
      [transformations, anything, records],
      (tx, training, record) =>
        during(tx, training, async ({ start, now }) => {
          const store = memoryStore()
          await write(store, 'one', tx, now, record)
          const back = await read(store, 'one', tx, start)
          const sides = {
            left: [numbersFrom({ params: back.params, state: back.state }), back.record],
            right: [numbersFrom(now), record],
          }
          disposeExcept([back.params, back.state], [start, now])
          return sides
        }),
    ),
    law(exactly)(
      {
        name: 'by name, the last one',
        equation:
          'write(a, x), write(b, y), write(a, z) ⇒ read(a) = z, read(b) = y;  nothing that was given has changed',
        reason: 'the last checkpoint is the one to go on from',
        bug: 'a file that was appended to; bytes shared with what was saved, so that training on changed the checkpoint',
        presumes: ['round trip'],
      },
      [transformations, anything],
      (tx, training) =>
        during(tx, training, async ({ start, now }) => {
          const store = memoryStore()
          const before = numbersFrom([start, now])
          await write(store, 'a', tx, start, {})
          await write(store, 'b', tx, start, {})
          await write(store, 'a', tx, now, {})
          const [a, b] = [await read(store, 'a', tx, start), await read(store, 'b', tx, start)]
          const seen = [a, b].map(({ params, state }) => numbersFrom({ params, state }))
          const sides = {
            left: [...seen, numbersFrom([start, now])],
            right: [numbersFrom(now), numbersFrom(start), before],
          }
          for (const { params, state } of [a, b]) disposeExcept([params, state], [start, now])
          return sides
        }),
    ),
    law(exactly)(
      {
        name: 'types and owners',
        equation:
          'int32 leaves and doubles of the host come back as they were;  two reads are equal, and share no tensor with each other or with like',
        reason: 'a file is read as often as one likes, and what is read is one’s own',
        bug: 'every tensor read as float32: 16777217 became 16777216;  counts and products of decays rounded to float32',
        share: 0.3,
        presumes: ['round trip'],
      },
      [transformations, trainings({ maxSteps: 3 })],
      async (inner, { params: spec, grads }) => {
        const tx = hide(withMovingAverage({ decay: 0.9, debias: true })(inner))
        const params: Tree = { some: tensorsFrom(spec), whole: tf.tensor([1, 2 ** 24 + 1], [2], 'int32') }
        const start = { params, state: tx.init(params) }
        const steps = grads.map((g) => ({ some: g, whole: null }))
        const now = walked(tx, start, steps)
        const store = memoryStore()
        await write(store, 'one', tx, now, {})
        const [a, b] = [await read(store, 'one', tx, start), await read(store, 'one', tx, start)].map(
          ({ params: p, state }) => ({ params: p, state }),
        )
        const all = tensorsOf([a, b, start])
        const sides = {
          left: [numbersFrom([a, b]), typesOf(a), typesOf(b), new Set(all).size],
          right: [
            numbersFrom([now, now]),
            typesOf(now),
            typesOf(now),
            2 * tensorsOf(now).length + tensorsOf(start).length,
          ],
        }
        disposeExcept([start, now, a, b], [])
        return sides
      },
    ),
  ],
})

const typesOf = (value: unknown): readonly string[] => tensorsOf(value).map(({ dtype }) => dtype)

const during = async <A>(
  tx: Transformation<Opaque>,
  { params, grads }: Training,
  look: (scene: { readonly start: Standing; readonly now: Standing }) => Promise<A>,
): Promise<A> => {
  const start = started(tx, params)
  const now = walked(tx, start, grads)
  try {
    return await look({ start, now })
  } finally {
    disposeExcept([start, now], [])
  }
}

const known = knownOnly<Partial<CheckpointSubject>>('checkpointLaws', { write: true, read: true })

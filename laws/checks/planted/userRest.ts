import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { restore } from '../../../src/checkpoint/restore.js'
import { save } from '../../../src/checkpoint/save.js'
import { matching } from '../../../src/combinators/matching.js'
import { projectionL2Ball } from '../../../src/projections/projectionL2Ball.js'
import { projectionL2Sphere } from '../../../src/projections/projectionL2Sphere.js'
import { fitted } from '../../../src/training/fitted.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { checkpointLaws } from '../../checkpointLaws.js'
import { lossLaws } from '../../lossLaws.js'
import { tensorsFrom, numbersFrom, type TreeSpec } from '../../Numbers.js'
import { patternLaws } from '../../patternLaws.js'
import { projectionLaws } from '../../projectionLaws.js'
import { scheduleLaws } from '../../scheduleLaws.js'
import type { Suite } from '../../Suite.js'
import { squares, trainingLaws } from '../../trainingLaws.js'
import { treeLaws } from '../../treeLaws.js'
import { eachLeaf, listed } from './usersWay.js'

type Row = readonly [bug: string, caughtBy: string, suite: Suite]

const cosine = (n: number) => 0.5 * (1 + Math.cos((Math.PI * n) / 100))
const warmed = (n: number) => (n < 10 ? (n + 1) / 10 : 1)

/** Schedules, loops, files, losses, projections and patterns as users write them, each with a bug of its author's. */
export const userRest: readonly Row[] = [
  [
    'a cosine that goes up again after its last step (CosineAnnealingLR, stepped too often)',
    'never goes up',
    scheduleLaws(cosine, { bounds: [0, 1], monotone: { way: 'down' } }),
  ],
  ['a linear decay that goes on below 0', 'bounds', scheduleLaws((n) => 1 - n / 1000, { bounds: [0, 1] })],
  ['n^−½ at 0: ∞ at the first step (transformers#28835)', 'finite', scheduleLaws((n) => n ** -0.5)],
  [
    'a period by bit operations: another one beyond 2³¹',
    'bounds',
    scheduleLaws((n) => ((n * 8) | 0) / 2 ** 35, { bounds: [0, 1] }),
  ],
  ['a peak one step late', 'values at counts', scheduleLaws((n) => Math.min(1, n / 11), { at: { 0: 0, 10: 1 } })],
  ['a warm-up that does not begin at 0', 'values at counts', scheduleLaws(warmed, { at: { 0: 0, 10: 1 } })],
  [
    'pieces joined with the count of the whole',
    'smooth',
    scheduleLaws((n) => (n < 10 ? n / 10 : 0.5 ** (n / 10)), { smooth: 0.1 + 1e-9, bounds: [0, 1] }),
  ],
  [
    'the best loss so far kept in the schedule: asking is changing (ReduceLROnPlateau by hand)',
    'a function of the count',
    scheduleLaws(() => 1, {
      fresh: () => {
        let best = 0
        return (n) => 1 / (1 + (best = Math.max(best, n)))
      },
    }),
  ],
  ['a rate as text, from a form', 'finite', scheduleLaws((() => '0.1') as unknown as (n: number) => number)],
  [
    'a loop that leaves out the last batch (drop_last)',
    'a fold',
    trainingLaws({
      train: (optimizer, donate) => (now, xs) =>
        fitted(optimizer, squares, { donate })(now, xs.slice(0, Math.max(1, xs.length - 1))),
    }),
  ],
  [
    'a loop that takes the first batch to build the model, and loses it',
    'a fold',
    trainingLaws({
      train: (optimizer, donate) => (now, xs) => fitted(optimizer, squares, { donate })(now, xs.slice(1)),
    }),
  ],
  [
    'a loop that goes twice over each batch',
    'a fold',
    trainingLaws({
      train: (optimizer, donate) => (now, xs) =>
        fitted(optimizer, squares, { donate })(
          now,
          xs.flatMap((x) => [x, x]),
        ),
    }),
  ],
  [
    'a loop that shuffles, by a generator of its own',
    'a fold',
    trainingLaws({
      train: (optimizer, donate) => (now, xs) => fitted(optimizer, squares, { donate })(now, xs.toReversed()),
    }),
  ],
  [
    'the steps of all trainings counted in the module: every seventh batch is an evaluation, and trains nothing',
    'a fold',
    trainingLaws({
      train: (() => {
        let all = 0
        return (optimizer, donate) => (now, xs) =>
          fitted(optimizer, squares, { donate })(
            now,
            xs.filter(() => ++all % 3 !== 0),
          )
      })(),
    }),
  ],
  [
    'a loop that ends when the loss is small, for the rest of its life',
    'a fold',
    trainingLaws({
      train: (() => {
        let done = 0
        return (optimizer, donate) => (now, xs) => {
          const left = xs.filter(() => done < 2)
          done += xs.length > 0 ? 1 : 0
          return fitted(optimizer, squares, { donate })(now, left)
        }
      })(),
    }),
  ],
  [
    'a loop that donates what it was given, asked or not',
    'what was given stays',
    trainingLaws({
      train: (optimizer) => async (now, xs) => {
        const end = await fitted(optimizer, squares, { donate: false })(now, xs)
        if (xs.length > 0) disposeExcept([now.params.idle], [])
        return { ...end, params: { ...end.params, idle: tf.scalar(9) } }
      },
    }),
  ],
  [
    'the model of a loop in a variable of the module: an await in the one trains the other',
    'two at once',
    trainingLaws({
      train: (() => {
        let current: unknown
        return (optimizer, donate) => async (now, xs) => {
          current = now
          await Promise.resolve()
          const mine = current === now ? xs : xs.slice(0, 0)
          return fitted(optimizer, squares, { donate })(now, mine)
        }
      })(),
    }),
  ],
  [
    'a record by way of JSON: Infinity comes back as null',
    'round trip',
    checkpointLaws({
      write: (store, name, optimizer, now, record) =>
        save({
          store,
          name,
          optimizer,
          ...now,
          record: JSON.parse(JSON.stringify(record)) as Readonly<Record<string, number>>,
        }),
    }),
  ],
  [
    'the state is not in the file: parameters alone are saved (save_pretrained)',
    'round trip',
    checkpointLaws({
      read: async (store, name, optimizer, like) => {
        const back = await restore({ store, name, optimizer, like })
        disposeExcept([back.state], [])
        return { ...back, state: optimizer.init(back.params as never) }
      },
    }),
  ],
  [
    'one file for all: the name is not looked at',
    'by name, the last one',
    checkpointLaws({
      write: (store, _name, optimizer, now, record) => save({ store, name: 'checkpoint', optimizer, ...now, record }),
      read: (store, _name, optimizer, like) => restore({ store, name: 'checkpoint', optimizer, like }),
    }),
  ],
  [
    'the first checkpoint is kept, later ones are not written (a file that exists)',
    'by name, the last one',
    checkpointLaws({
      write: async (store, name, optimizer, now, record) =>
        (await store.list()).some((one) => one.name === name)
          ? undefined
          : save({ store, name, optimizer, ...now, record }),
    }),
  ],
  [
    'numbers written with seven digits',
    'round trip',
    checkpointLaws({
      write: async (store, name, optimizer, now, record) => {
        const params = short(now.params)
        const done = await save({ store, name, optimizer, ...now, params, record })
        disposeExcept([params], [now])
        return done
      },
    }),
  ],
  [
    'tensors put down in the store itself, and not their numbers: going on changes the checkpoint',
    'round trip',
    (() => {
      const held = new Map<string, unknown>()
      return checkpointLaws({
        write: async (_store, name, _optimizer, now) => void held.set(name, numbersFrom(now)),
        read: async (_store, name) => {
          const { params } = held.get(name) as { readonly params: TreeSpec } // as it was put there
          return { params: tensorsFrom(params), state: {}, record: {} }
        },
      })
    })(),
  ],
  [
    'log of a softmax: −∞ where a logit is far below',
    'finite, and not below 0',
    lossLaws((z, y) => tf.neg(tf.sum(tf.mul(y, tf.log(tf.softmax(z))), 1)), { targets: fc.constantFrom(1, 0.5) }),
  ],
  [
    'a softmax over the batch',
    'row by row',
    lossLaws((z, y) => tf.neg(tf.sum(tf.mul(y, tf.transpose(tf.logSoftmax(tf.transpose(z)))), 1)), {
      targets: fc.constantFrom(0, 1),
    }),
  ],
  ['a mean over the batch within each row', 'row by row', lossLaws((z, y) => tf.square(tf.sub(z, tf.mean(y))))],
  [
    'the square of the mean for the mean of squares',
    'zero at the truth',
    lossLaws((z, y) => tf.add(tf.square(tf.mean(tf.sub(z, y))), tf.mean(tf.square(z))), {
      zeroAtTruth: true,
      byRow: false,
    }),
  ],
  [
    'a custom gradient that forgets the one that comes in',
    'its gradient',
    lossLaws((z, y) =>
      tf.mul(
        3,
        custom(z, y, (_dy, error) => tf.mul(2, error)),
      ),
    ),
  ],
  [
    'a custom gradient with the error turned round',
    'its gradient',
    lossLaws((z, y) => custom(z, y, (dy, error) => tf.mul(dy, tf.mul(-2, error)))),
  ],
  [
    'a gradient of half a square where the loss is a whole one',
    'its gradient',
    lossLaws((z, y) => custom(z, y, (dy, error) => tf.mul(dy, error))),
  ],
  [
    'a square root of 0, whose slope is NaN',
    'its gradient',
    lossLaws((z, y) => tf.sqrt(tf.square(tf.sub(z, tf.add(y, 1 / 64)))), {}),
  ],
  [
    'elements clipped, where the ball of a norm was meant',
    'nearest',
    projectionLaws((x) => eachLeaf((leaf) => tf.clipByValue(leaf, -1, 1))(projectionL2Ball(x, { scale: 1.5 }))),
  ],
  ['the sphere for the ball', 'nearest', projectionLaws((x) => projectionL2Sphere(x, { scale: 2 }))],
  [
    'divided by the sum, for the simplex',
    'nearest',
    projectionLaws(
      (x) => {
        const all = listed(x).reduce(
          (sum, leaf) => sum + [...leaf.dataSync()].reduce((a, b) => a + Math.max(0, b), 0),
          1e-9,
        )
        return eachLeaf((leaf) => tf.div(tf.relu(leaf), all))(x)
      },
      { outside: (values) => Math.abs(values.reduce((a, b) => a + b, 0) - 1) },
    ),
  ],
  [
    'half of the way to the set',
    'once is enough',
    projectionLaws((x) => eachLeaf((leaf) => tf.mul(0.5, tf.add(leaf, tf.relu(leaf))))(x)),
  ],
  [
    'each leaf by itself where the tree was meant',
    'inside',
    projectionLaws(
      (x) =>
        eachLeaf((leaf) => {
          const norm = Math.hypot(...leaf.dataSync())
          return norm > 1 ? tf.div(leaf, norm) : tf.mul(leaf, 1)
        })(x),
      { outside: (values) => Math.max(0, Math.hypot(...values) - 1) },
    ),
  ],
  [
    'a pattern whose beginning and end may share a letter: aba for ab*ba',
    'stars within a key',
    patternLaws({
      matches:
        (...all) =>
        (path) =>
          all.some((one) => {
            const [first = '', last] = one.split('*')
            return last === undefined || one.split('*').length > 2
              ? matching(one)(path)
              : path.startsWith(first) && path.endsWith(last)
          }),
    }),
  ],
  [
    'a pattern read as a regular expression',
    'a pattern without stars',
    patternLaws({
      matches:
        (...all) =>
        (path) =>
          all.some((one) => new RegExp(`^${one.replaceAll('**', '.*').replaceAll(/(?<!\.)\*/g, '[^/]*')}$`).test(path)),
    }),
  ],
  [
    'a pattern read as the beginning of a path',
    'a pattern without stars',
    patternLaws({
      matches:
        (...all) =>
        (path) =>
          all.some((one) => path.startsWith(one.replaceAll('*', ''))),
    }),
  ],
  [
    'a star that crosses a slash',
    'stars',
    patternLaws({ matches: (...all) => matching(...all.map((one) => one.replaceAll(/\*+/g, '**'))) }),
  ],
  [
    'a regular expression with the flag g, true and false by turns',
    'a function of the path',
    patternLaws({
      matches: (...all) => {
        const asked = matching(...all)
        let turn = 0
        return (path) => (++turn > 1 && path.length % 2 === 0 ? !asked(path) : asked(path))
      },
    }),
  ],
  [
    'null for a leaf without elements',
    'identity',
    treeLaws({ map: (f) => eachLeaf((x) => (x.size === 0 ? null : f(x))) }),
  ],
]

const short = (tree: unknown): never =>
  eachLeaf((x) =>
    tf.tensor(
      [...x.dataSync()].map((y) => Math.fround(Number(y.toPrecision(7)))),
      x.shape,
      x.dtype,
    ),
  )(tree as never) as never // as it came

/** The square of the error, with a gradient of one's own. */
const custom = (z: tf.Tensor, y: tf.Tensor, gradient: (dy: tf.Tensor, error: tf.Tensor) => tf.Tensor): tf.Tensor =>
  tf.customGrad((...given) => {
    const [x, save] = given as unknown as readonly [tf.Tensor, (kept: readonly tf.Tensor[]) => void] // as tfjs calls it
    const error = tf.sub(x, y)
    save([error])
    return {
      value: tf.square(error),
      gradFunc: (dy: tf.Tensor, [kept = error]: tf.Tensor[]) => gradient(dy, kept),
    }
  })(z)

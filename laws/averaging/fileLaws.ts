import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { decodeSafetensors } from '../../src/checkpoint/decodeSafetensors.js'
import { memoryStore } from '../../src/checkpoint/memoryStore.js'
import { restore, restoreSwapped } from '../../src/checkpoint/restore.js'
import { save, saveSwapped } from '../../src/checkpoint/save.js'
import { saveSwappedTask } from '../../src/checkpoint/saveTask.js'
import type { Store } from '../../src/checkpoint/Store.js'
import { type Averaged, swapped } from '../../src/averaging/swapped.js'
import { getSlot, slotNames, variables } from '../../src/transformation/slots.js'
import type { Opaque, Transformation } from '../../src/transformation/Transformation.js'
import { disposeExcept } from '../../src/tree/disposeExcept.js'
import { pathsOf } from '../../src/tree/pathsOf.js'
import { exactly } from '../Agreement.js'
import { movingAverageOptions } from '../arbitraries/movingAverageOptions.js'
import { ordinary } from '../arbitraries/numbers.js'
import { trainings, type Training } from '../arbitraries/training.js'
import { transformations } from '../arbitraries/transformations.js'
import { law } from '../Law.js'
import { numbersFrom } from '../Numbers.js'
import type { Suite } from '../Suite.js'
import { type Standing, started, walked } from '../walked.js'
import type { AveragingSubject } from './Subject.js'

const scenes = [transformations, movingAverageOptions(), trainings({ values: ordinary })] as const

/** Averages in files: names, both savers, resuming; and the slots that names come from. */
export const fileLaws = ({ lift }: AveragingSubject): Suite => ({
  name: 'a moving average in files',
  laws: [
    law(exactly)(
      {
        name: 'both savers',
        equation:
          'restore ∘ save = restoreSwapped ∘ saveSwapped = identity;  restore ∘ saveSwapped = swapped = restoreSwapped ∘ save',
        reason: 'a swapped file is a permutation of names, never another model',
        bug: 'a checkpoint written while the weights were swapped was resumed from the average',
      },
      [...scenes],
      (tx, options, training) =>
        during(lift(options)(tx) as Optimizer, training, async ({ optimizer, now, store }) => {
          const file = { store, optimizer, ...now }
          await save({ ...file, name: 'plain' })
          await saveSwapped({ ...file, name: 'swapped' })
          const like = { store, optimizer, like: now }
          const read = await Promise.all([
            restore({ ...like, name: 'plain' }),
            restoreSwapped({ ...like, name: 'swapped' }),
            restore({ ...like, name: 'swapped' }),
            restoreSwapped({ ...like, name: 'plain' }),
          ])
          const left = read.map(({ params, state }) => numbersFrom({ params, state }))
          disposeExcept(read, [])
          // the state of an average
          const [own, other] = [numbersFrom(now), numbersFrom(swapped(now as Averaged<unknown>))]
          return { left, right: [own, own, other, other] }
        }),
    ),
    law(exactly)(
      {
        name: 'names',
        equation: 'the names of a file are those of params and variables: unique, sorted, and the same for both savers',
        reason: 'other programs find the averages under the plain names',
        bug: 'restore maps that named averages which do not exist; names without dots that collided (a.bc and ab.c)',
      },
      [...scenes],
      (tx, options, training) =>
        during(lift(options)(tx) as Optimizer, training, async ({ optimizer, now, store }) => {
          await save({ store, optimizer, ...now, name: 'plain' })
          await saveSwapped({ store, optimizer, ...now, name: 'swapped' })
          const names = variables(optimizer)(now.params, now.state).map(({ name }) => name)
          const all = [...names, ...pathsOf(now.params).map((path) => (path === '' ? 'params' : path))].toSorted()
          return {
            left: [await namesIn(store, 'plain'), await namesIn(store, 'swapped'), [...new Set(names)].toSorted()],
            right: [all, all, names],
          }
        }),
    ),
    law(exactly)(
      {
        name: 'subsets',
        equation:
          'saveSwapped of a choice S that holds both of each pair: the names of S, each with the value of its partner; else a rejection that names the partner',
        reason: 'a part of a model can be saved swapped, and half a pair is a mistake',
        bug: 'a list of variables without the averages silently swapped nothing',
      },
      [...scenes, fc.infiniteStream(fc.boolean()), fc.boolean()],
      (tx, options, training, coins, half) =>
        during(lift(options)(tx) as Optimizer, training, async ({ optimizer, now, store }) => {
          const name = options.name ?? 'ExponentialMovingAverage'
          const tosses = coins[Symbol.iterator]()
          const paths = pathsOf(now.params).map((path) => (path === '' ? 'params' : path))
          const chosen = paths.filter(() => tosses.next().value === true)
          const broken = half && chosen.length > 0 ? chosen.slice(0, 1) : []
          const wanted = new Set([
            ...chosen,
            ...chosen.filter((path) => !broken.includes(path)).map((path) => `${path}/${name}`),
          ])
          const saved = await saveSwappedTask({
            store,
            optimizer,
            ...now,
            name: 'part',
            only: (one) => wanted.has(one),
          })()
          await save({ store, optimizer, ...now, name: 'plain' })
          if (E.isLeft(saved))
            return {
              left: saved.left.map(({ _tag, path }) => [_tag, path]),
              right: broken.map((path) => ['Missing', `${path}/${name}`]),
            }
          const [part, whole] = [await valuesIn(store, 'part'), await valuesIn(store, 'plain')]
          const partner = (one: string) =>
            one.endsWith(`/${name}`) ? one.slice(0, -name.length - 1) : `${one}/${name}`
          return {
            left: Object.fromEntries(part),
            right: Object.fromEntries([...wanted].map((one) => [one, whole.get(partner(one))])),
          }
        }),
    ),
    law(exactly)(
      {
        name: 'resuming',
        equation: 'run(n + m) = run(m) ∘ load ∘ save ∘ run(n), bit for bit, through both savers',
        reason: 'a resumed training is the unbroken one: average, counts and moments are all in the file',
        bug: 'the counter, the shadow, or both were rebuilt on resume (yolov5, lightly-train, FastVideo)',
      },
      [...scenes, trainings(), fc.boolean()],
      (tx, options, training, _, swap) => {
        const cut = Math.floor(training.grads.length / 2)
        const optimizer = lift(options)(tx) as Optimizer // its state is only passed on
        return during(
          optimizer,
          { ...training, grads: training.grads.slice(0, cut) },
          async ({ now, start, store }) => {
            await (swap ? saveSwapped : save)({ store, optimizer, ...now, name: 'cut' })
            const { params, state } = await (swap ? restoreSwapped : restore)({
              store,
              optimizer,
              like: start,
              name: 'cut',
            })
            const rest = training.grads.slice(cut)
            const [resumed, unbroken] = [walked(optimizer, { params, state }, rest), walked(optimizer, now, rest)]
            const sides = { left: numbersFrom(resumed), right: numbersFrom(unbroken) }
            disposeExcept([params, state, resumed, unbroken], now)
            return sides
          },
        )
      },
    ),
    law(exactly)(
      {
        name: 'slots',
        equation:
          'slot names are sorted and unique, a listed slot of a parameter is some, another is none; the slots of tx are visible through the lift',
        reason: 'what an optimizer keeps can be looked at by name',
        bug: 'MovingAverageOptimizer never called its base constructor: get_slot, get_slot_names and variables raised',
      },
      [...scenes],
      (tx, options, training) =>
        during(lift(options)(tx) as Optimizer, training, async ({ optimizer, now }) => {
          const names = slotNames(optimizer)
          const average = options.name ?? 'ExponentialMovingAverage'
          const listed = new Set(variables(optimizer)(now.params, now.state).map(({ name }) => name))
          const paths = pathsOf(now.params).map((path) => (path === '' ? 'params' : path))
          const found = names.flatMap((name) =>
            paths.map((path) => getSlot(optimizer)(path, name)(now.params, now.state)._tag === 'Some'),
          )
          return {
            left: [
              names,
              names.includes(average),
              slotNames(tx).every((name) => names.includes(`inner.${name}`)),
              found,
              paths.map((path) => getSlot(optimizer)(path, 'no such slot')(now.params, now.state)._tag),
            ],
            right: [
              [...new Set(names)].toSorted(),
              true,
              true,
              names.flatMap((name) => paths.map((path) => listed.has(`${path}/${name}`))),
              paths.map(() => 'None'),
            ],
          }
        }),
    ),
  ],
})

type Optimizer = Transformation<Opaque>

interface Scene {
  readonly optimizer: Optimizer
  readonly start: Standing
  readonly now: Standing
  readonly store: Store
}

/** Trains a little, looks, and disposes. */
const during = async <A>(
  optimizer: Optimizer,
  { params, grads }: Training,
  look: (scene: Scene) => Promise<A>,
): Promise<A> => {
  const start = started(optimizer, params)
  const now = walked(optimizer, start, grads)
  try {
    return await look({ optimizer, start, now, store: memoryStore() })
  } finally {
    disposeExcept([start, now], [])
  }
}

const right = <A>(either: E.Either<readonly { readonly message: string }[], A>): A => {
  if (E.isLeft(either)) throw new Error(either.left.map(({ message }) => message).join('\n'))
  return either.right
}

const valuesIn = async (store: Store, name: string): Promise<ReadonlyMap<string, readonly number[]>> =>
  new Map(right(decodeSafetensors(await store.read(name))).entries.map((entry) => [entry.name, [...entry.data]]))

const namesIn = async (store: Store, name: string): Promise<readonly string[]> =>
  [...(await valuesIn(store, name)).keys()].toSorted()

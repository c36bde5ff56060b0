import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { type AverageLens, averages, namesOfAverages } from '../src/averaging/averages.js'
import { averaged } from '../src/averaging/averaged.js'
import { type Averaged, swapped } from '../src/averaging/swapped.js'
import { type MovingAverageOptions, withMovingAverage } from '../src/averaging/withMovingAverage.js'
import { byPath } from '../src/combinators/byPath.js'
import { chain } from '../src/combinators/chain.js'
import { masked } from '../src/combinators/masked.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { adam } from '../src/optimizers/adam.js'
import { scale } from '../src/transforms/scale.js'
import { disposeExcept } from '../src/tree/disposeExcept.js'
import { tensorsOf } from '../src/tree/tensorsOf.js'
import { isLeaf } from '../src/tree/Tree.js'
import { exactly } from './Agreement.js'
import { movingAverageOptions } from './arbitraries/movingAverageOptions.js'
import { type Training, trainings } from './arbitraries/training.js'
import { transformations } from './arbitraries/transformations.js'
import { choosing } from './combining/choosing.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'
import { type Standing, started, walked } from './walked.js'

/** What exchanges parameters and averages; by default `swapped`. */
export interface SwapSubject {
  readonly swap: <N extends Averaged<unknown>>(now: N) => N
  /** The lenses on the averages of an optimizer; by default `averages`. */
  readonly lenses: typeof averages
  /** Their names; by default `namesOfAverages`. */
  readonly names: typeof namesOfAverages
}

const standings = [transformations, movingAverageOptions(), movingAverageOptions(), trainings()] as const

/** The laws of swapping parameters and averages, and of the lenses on averages: on the very tensors, so bit by bit. */
export const swapLaws = (given: Partial<SwapSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  swap = swapped,
  lenses: lensesOf = averages,
  names = namesOfAverages,
}: Partial<SwapSubject>): Suite => ({
  name: 'swap',
  laws: [
    law(exactly)(
      {
        name: 'involution',
        equation: 'swap ∘ swap = identity, on the same tensors',
        reason: 'evaluating with the averages must not change what is trained',
        bug: 'swapping by a + b, a − b, a − b fails to restore half of all float32 elements (tensorflow-addons, Keras)',
      },
      [...standings],
      (tx, first, second, training) =>
        during(lensesOf)(tx, first, second, training, ({ now }) => ({
          left: marks(swap(swap(now))),
          right: marks(now),
        })),
    ),
    law(exactly)(
      {
        name: 'exchange',
        equation: 'swap({ params: x, state: { average: A, … } }) = { params: A, state: { average: x, … } }',
        reason: 'the averages stand where the parameters stood, and nothing else has moved',
        bug: 'a swap that exchanged batch statistics too, although they were not averaged',
      },
      [...standings],
      (tx, first, second, training) =>
        during(lensesOf)(tx, first, second, training, ({ now }) => {
          const there = swap(now)
          const { average: _before, ...rest } = now.state
          const { average: _after, ...others } = there.state
          return {
            left: [marks(there.params), marks(there.state.average), marks(others)],
            right: [marks(averaged(now.state)), marks(now.params), marks(rest)],
          }
        }),
    ),
    law(exactly)(
      {
        name: 'get after set',
        equation: 'get(set(a)(s)) = a',
        reason: 'what is put in place of an average is what is read',
      },
      [...standings],
      (tx, first, second, training) =>
        during(lensesOf)(tx, first, second, training, ({ now, lenses }) => ({
          left: lenses.map(({ get, set }) => marks(get(set(now.params)(now.state)))),
          right: lenses.map(() => marks(now.params)),
        })),
    ),
    law(exactly)(
      {
        name: 'set after get',
        equation: 'set(get(s))(s) = s',
        reason: 'putting back what was read changes nothing',
      },
      [...standings],
      (tx, first, second, training) =>
        during(lensesOf)(tx, first, second, training, ({ now, lenses }) => ({
          left: lenses.map(({ get, set }) => marks(set(get(now.state))(now.state))),
          right: lenses.map(() => marks(now.state)),
        })),
    ),
    law(exactly)(
      {
        name: 'set after set',
        equation: 'set(b)(set(a)(s)) = set(b)(s)',
        reason: 'an average has no memory of what stood in its place',
      },
      [...standings],
      (tx, first, second, training) =>
        during(lensesOf)(tx, first, second, training, ({ now, lenses }) => ({
          left: lenses.map(({ get, set }) => marks(set(get(now.state))(set(now.params)(now.state)))),
          right: lenses.map(({ get, set }) => marks(set(get(now.state))(now.state))),
        })),
    ),
    law(exactly)(
      {
        name: 'a lens for each average',
        equation: 'get₁(set₂(a)(s)) = get₁(s); swap of the outer lens = swap',
        reason: 'of several averages each is read and swapped by itself',
        bug: 'reading an average by searching the state was ambiguous with two of them',
      },
      [...standings],
      (tx, first, second, training) =>
        during(lensesOf)(tx, first, second, training, ({ now, lenses }) => {
          const [inner, outer] = [lensOf(lenses, 'Inner'), lensOf(lenses, 'Outer')]
          return {
            left: [
              marks(inner.get(outer.set(now.params)(now.state))),
              marks(outer.get(inner.set(now.params)(now.state))),
              marks(outer.swap(now)),
              marks(inner.swap(inner.swap(now))),
            ],
            right: [marks(inner.get(now.state)), marks(outer.get(now.state)), marks(swap(now)), marks(now)],
          }
        }),
    ),
    law(exactly)(
      {
        name: 'named',
        equation: 'names and paths of all averages, inner ones first, and of nothing else',
        reason: 'what is shown to choose from are averages',
        bug: 'every record of a state taken for an average: a name that is undefined',
      },
      [transformations, movingAverageOptions(), movingAverageOptions()],
      (tx, first, second) => {
        const one = withMovingAverage({ ...first, name: 'Inner' })(tx)
        const both = hide(withMovingAverage({ ...second, name: 'Outer' })(hide(chain(adam({ learningRate: 1 }), one))))
        const told = [tx, hide(chain(tx, adam({ learningRate: 1 }))), both].map((optimizer) => [
          names(optimizer),
          lensesOf(optimizer).map(({ name, path }) => [name, path]),
        ])
        const found = [
          ['Inner', 'inner.1'],
          ['Outer', ''],
        ]
        return {
          left: told,
          right: [
            [[], []],
            [[], []],
            [found.map(([name]) => name), found],
          ],
        }
      },
    ),
    law(exactly)(
      {
        name: 'under a mask',
        equation:
          'masked(m)(M(f)): what m shows is exchanged, what it hides stays where it is; by the lens too, in a chain',
        reason: 'an average of a part of a model is swapped with that part, and evaluated with the rest',
        bug: 'leaves without an average that became null, or zero, in the swapped model',
      },
      [transformations, movingAverageOptions(), trainings(), fc.nat({ max: 2 })],
      (tx, options, training, salt) => {
        const seen = (path: string): boolean => (path.length + salt) % 3 !== 0
        const confined = masked({ mask: byPath(seen) })(withMovingAverage(options)(tx))
        const chosen = choosing(training.params, seen)
        const scenes = [hide(confined), hide(chain(scale({ stepSize: 1 }), confined))].map((optimizer, i) => {
          const start = started(optimizer, training.params)
          const now = walked(optimizer, start, training.grads) as Scene['now'] // at the top there is the state of an average
          const lens = lensOf(lensesOf(optimizer), options.name ?? 'ExponentialMovingAverage')
          const exchanged = i === 0 ? [swap(now), lens.swap(now)] : [lens.swap(now)]
          const [mine, average] = [marks(now.params), marks(lens.get(now.state))]
          const sides = {
            left: exchanged.map((there) => [
              marks(there.params),
              marks(lens.get(there.state)),
              marks(lens.swap(there)),
            ]),
            right: exchanged.map(() => [chosen(average, mine), chosen(mine, null), marks(now)]),
          }
          disposeExcept([start, now], [])
          return sides
        })
        return { left: scenes.map(({ left }) => left), right: scenes.map(({ right }) => right) }
      },
    ),
  ],
})

interface Scene {
  readonly now: Standing & { readonly state: { readonly average: Standing['params'] } }
  readonly lenses: readonly AverageLens<Opaque>[]
}

/** Runs a few steps with two averages, looks, and disposes. */
const during =
  (lensesOf: typeof averages) =>
  <A>(
    tx: Transformation<Opaque>,
    first: MovingAverageOptions,
    second: MovingAverageOptions,
    { params, grads }: Training,
    look: (scene: Scene) => A,
  ): A => {
    const optimizer = withMovingAverage({ ...second, name: 'Outer' })(
      withMovingAverage({ ...first, name: 'Inner' })(tx),
    )
    const start = started(optimizer, params)
    const now = walked(optimizer, start, grads)
    const seen = look({ now: now as Scene['now'], lenses: lensesOf(hide(optimizer)) }) // the state of an average
    disposeExcept([start, now], [])
    return seen
  }

const lensOf = (lenses: Scene['lenses'], name: string): AverageLens<Opaque> => {
  const found = lenses.find((lens) => lens.name === name)
  if (found === undefined)
    throw new Error(`there is no lens for the average ${name}, only for ${lenses.map((lens) => lens.name).join(', ')}`)
  return found
}

/** A value with a number for each tensor, the same number for the same tensor. */
const marks = (value: unknown): unknown =>
  isLeaf(value)
    ? `tensor ${tensorsOf(value)
        .map(({ id }) => id)
        .join()}`
    : Array.isArray(value)
      ? value.map(marks)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, child]) => [key, marks(child)]))
        : value

const known = knownOnly<Partial<SwapSubject>>('swapLaws', { swap: true, lenses: true, names: true })

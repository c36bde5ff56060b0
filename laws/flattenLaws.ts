import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { memoryStore } from '../src/checkpoint/memoryStore.js'
import { restore } from '../src/checkpoint/restore.js'
import { save } from '../src/checkpoint/save.js'
import { chain } from '../src/combinators/chain.js'
import { flatten } from '../src/combinators/flatten.js'
import { masked } from '../src/combinators/masked.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { clip } from '../src/transforms/clip.js'
import { clipByGlobalNorm } from '../src/transforms/clipByGlobalNorm.js'
import { scale } from '../src/transforms/scale.js'
import { trace } from '../src/transforms/trace.js'
import { disposeExcept } from '../src/tree/disposeExcept.js'
import { exactly, within } from './Agreement.js'
import { everyShape } from './arbitraries/trees.js'
import { trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { anewLaw } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { pathOf, updatesIn } from './combining/paths.js'
import { law } from './Law.js'
import { isNumbers, tensorsFrom, type TreeSpec, zipNumbers } from './Numbers.js'
import type { Suite } from './Suite.js'

/** How a transformation is made to see all parameters as one vector; by default `flatten`. */
export interface FlattenSubject {
  readonly flat: (tx: Transformation<Opaque>) => Transformation<Opaque>
}

const whole = trainings({ missing: false, shapes: everyShape, maxSteps: 5 })

/** The laws of flattening.
 *
 *  @example await checkLaws(flattenLaws()) */
export const flattenLaws = (given: Partial<FlattenSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({ flat = (tx) => hide(flatten(tx)) }: Partial<FlattenSubject>): Suite => ({
  name: 'flatten',
  laws: [
    law(exactly)(
      {
        name: 'element by element',
        equation: 'flatten(f) ≅ f for f that works element by element',
        reason: 'a vector of all parameters is another form, and nothing else',
        bug: 'leaves cut out of the vector in another order than they were put in',
      },
      [exactTransformations, whole],
      (f, training) => ({ left: pathOf(flat(f), training), right: pathOf(f, training) }),
    ),
    law(exactly)(
      {
        name: 'missing gradients',
        equation: 'flatten(f) where gradients are missing = f on zeros there, and no update',
        reason: 'the place of a leaf in the vector is its own, at every step',
        bug: 'a vector of those leaves only that had a gradient: after it every moment belonged to another element',
        presumes: ['element by element'],
      },
      [exactTransformations, trainings({ shapes: everyShape, maxSteps: 5 })],
      (f, { params, grads }) => {
        const zeros = grads.map((g) => filled(params, g))
        return {
          left: updatesIn(flat(f), { params, grads }),
          right: updatesIn(f, { params, grads: zeros }).map((u, t) => zipNumbers((_, x) => x)(grads[t] ?? null, u)),
        }
      },
    ),
    law(within(1e-5))(
      {
        name: 'the whole tree',
        equation: 'flatten(clipByGlobalNorm) ≅ clipByGlobalNorm',
        reason: 'the norm of the vector is that of the tree',
      },
      [whole],
      (training) => {
        const clip = hide(clipByGlobalNorm({ maxNorm: 1 }))
        return { left: pathOf(flat(clip), training), right: pathOf(clip, training) }
      },
    ),
    law(exactly)(
      {
        name: 'whose state it is',
        equation: 'a checkpoint of flatten(f) is read for flatten(g) ⇔ f and g are made of the same parts',
        reason: 'one vector says nothing of what it means: a name must',
        bug: 'momentum of all parameters read as their average: both are one vector',
      },
      [fc.constantFrom(...parts), fc.constantFrom(...parts), fc.boolean(), trainings({ nulls: false, maxSteps: 2 })],
      async ([first, f], [second, g], same, { params }) => {
        const [mine, other] = [flat(f), flat(same ? f : g)]
        const start = tensorsFrom(params)
        const [now, like] = [mine, other].map((tx) => ({ params: start, state: tx.init(start) }))
        if (now === undefined || like === undefined) throw new TypeError('two of them')
        const store = memoryStore()
        const made: unknown[] = [now, like]
        try {
          await save({ store, name: 'one', optimizer: mine, ...now })
          const read = await restore({ store, name: 'one', optimizer: other, like }).then(
            (back) => {
              made.push(back)
              return true
            },
            () => false,
          )
          return { left: read, right: same || first === second }
        } finally {
          disposeExcept(made, [])
        }
      },
    ),
    anewLaw((f) => flat(f), whole),
    handedInLaw((f) => flat(f), whole),
  ],
})

/** Gradients with zeros where there are none. */
const filled = (params: TreeSpec, grads: TreeSpec | undefined): TreeSpec => {
  if (params === null) return null
  if (isNumbers(params)) return grads ?? { shape: params.shape, values: params.values.map(() => 0) }
  // a whole branch may lack them
  const others: Readonly<Record<string, TreeSpec>> = Object.fromEntries(Object.entries(grads ?? {}))
  const children = Object.entries(params).map(([key, child]: [string, TreeSpec]): readonly [string, TreeSpec] => [
    key,
    filled(child, others[key]),
  ])
  return Array.isArray(params) ? children.map(([, child]) => child) : Object.fromEntries(children)
}

const known = knownOnly<Partial<FlattenSubject>>('flattenLaws', { flat: true })

/** What has the same tensors in its state, and other parts. */
const parts: readonly (readonly [name: string, tx: Transformation<Opaque>])[] = [
  ['a', hide(trace({ decay: 0.5 }))],
  ['b', hide(chain(trace({ decay: 0.5 })))],
  ['c', hide(chain(trace({ decay: 0.5 }), scale({ stepSize: 1 })))],
  ['e', hide(masked({ mask: true })(trace({ decay: 0.5 })))],
  ['f', hide(masked({ mask: true })(masked({ mask: true })(trace({ decay: 0.5 }))))],
  ['d', hide(chain(trace({ decay: 0.5 }), clip({ maxDelta: 1 })))],
]

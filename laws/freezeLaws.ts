import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { byPath } from '../src/combinators/byPath.js'
import { selectiveTransform } from '../src/combinators/selectiveTransform.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { clipByGlobalNorm } from '../src/transforms/clipByGlobalNorm.js'
import { exactly, within } from './Agreement.js'
import { trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { anewLaw } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { choosing } from './combining/choosing.js'
import { pathOf } from './combining/paths.js'
import { law } from './Law.js'
import { mapNumbers } from './Numbers.js'
import type { Suite } from './Suite.js'

/** How some leaves are frozen under a transformation; by default `selectiveTransform`. */
export interface FreezeSubject {
  readonly freeze: (frozen: (path: string) => boolean) => (tx: Transformation<Opaque>) => Transformation<Opaque>
}

/** The laws of frozen leaves.
 *
 *  @example await checkLaws(freezeLaws()) */
export const freezeLaws = (given: Partial<FreezeSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  freeze: frozen = (isFrozen) => (tx) => hide(selectiveTransform({ freezeMask: byPath((path) => isFrozen(path)) })(tx)),
}: Partial<FreezeSubject>): Suite => ({
  name: 'frozen leaves',
  laws: [
    law(exactly)(
      {
        name: 'frozen and free',
        equation: 'a frozen leaf keeps its first value, bitwise, for ever; a free one is trained as by f',
        reason: 'a frozen backbone is the one that was loaded',
        bug: 'weight decay and momentum that went on moving frozen layers: gradients were zero, updates were not',
      },
      [exactTransformations, fc.nat({ max: 4 }), trainings({ maxSteps: 6 })],
      (f, salt, training) => {
        const isFrozen = (path: string): boolean => (path.length + salt) % 3 !== 0
        const chosen = choosing(training.params, isFrozen)
        return {
          left: pathOf(frozen(isFrozen)(f), training),
          right: pathOf(f, training).map((moved) => chosen(training.params, moved)),
        }
      },
    ),
    law(exactly)(
      {
        name: 'all and none',
        equation: 'nothing frozen ≅ f;  all frozen ⇒ at rest',
        reason: 'the ends of the range',
      },
      [exactTransformations, trainings()],
      (f, training) => ({
        left: [pathOf(frozen(() => false)(f), training), pathOf(frozen(() => true)(f), training)],
        right: [pathOf(f, training), [training.params, ...training.grads.map(() => training.params)]],
      }),
    ),
    law(within(1e-5))(
      {
        name: 'a norm of what is free',
        equation: 'freeze(m)(clipByGlobalNorm) = clipByGlobalNorm of the free leaves',
        reason: 'a norm is that of what is trained',
        bug: 'gradients of a frozen backbone in the global norm: the head was hardly trained',
        share: 0.5,
      },
      [fc.nat({ max: 2 }), trainings({ maxSteps: 2 })],
      (salt, training) => {
        const isFrozen = (path: string): boolean => (path.length + salt) % 3 === 0
        const none = mapNumbers(() => null)
        const chosen = choosing(training.params, isFrozen)
        const clip = hide(clipByGlobalNorm({ maxNorm: 1 }))
        return {
          left: pathOf(frozen(isFrozen)(clip), training),
          right: pathOf(clip, { ...training, grads: training.grads.map((g) => chosen(none(g), g)) }),
        }
      },
    ),
    anewLaw((f, salt) => frozen((path) => (path.length + salt) % 2 === 0)(f)),
    handedInLaw((f, salt) => frozen((path) => (path.length + salt) % 2 === 0)(f)),
  ],
})

const known = knownOnly<Partial<FreezeSubject>>('freezeLaws', { freeze: true })

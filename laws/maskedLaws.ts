import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { byPath } from '../src/combinators/byPath.js'
import { chain } from '../src/combinators/chain.js'
import { masked } from '../src/combinators/masked.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { setToZero } from '../src/transforms/setToZero.js'
import { identity } from '../src/transformation/identity.js'
import { clipByGlobalNorm } from '../src/transforms/clipByGlobalNorm.js'
import { exactly, within } from './Agreement.js'
import { trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { anewLaw } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { choosing } from './combining/choosing.js'
import { pathOf, updatesIn } from './combining/paths.js'
import { law } from './Law.js'
import { mapNumbers } from './Numbers.js'
import type { Suite } from './Suite.js'

/** How a transformation is kept to the leaves that a mask shows; by default `masked`. */
export interface MaskedSubject {
  readonly mask: (
    shows: (path: string) => boolean,
    otherwise: 'pass' | 'zero',
  ) => (tx: Transformation<Opaque>) => Transformation<Opaque>
}

const some = (path: string): boolean => path.length % 2 === 0
const others = (path: string): boolean => !some(path)

/** The laws of masks. Example  `await checkLaws(maskedLaws())` */
export const maskedLaws = (given: Partial<MaskedSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  mask = (shows, otherwise) => (tx) => hide(masked({ mask: byPath((path) => shows(path)), otherwise })(tx)),
}: Partial<MaskedSubject>): Suite => ({
  name: 'masked',
  laws: [
    law(exactly)(
      {
        name: 'all',
        equation: 'masked(all)(f) ≅ f',
        reason: 'a mask that hides nothing changes nothing',
      },
      [exactTransformations, trainings()],
      (f, training) => ({ left: pathOf(mask(() => true, 'pass')(f), training), right: pathOf(f, training) }),
    ),
    law(exactly)(
      {
        name: 'none',
        equation: 'masked(none)(f) = identity, or nothing moves where the rest is to be zero',
        reason: 'what is hidden is not seen at all',
        bug: 'masked weight decay that also froze what it hid: “otherwise” taken for the other',
      },
      [exactTransformations, trainings()],
      (f, training) => ({
        left: [updatesIn(mask(() => false, 'pass')(f), training), pathOf(mask(() => false, 'zero')(f), training)],
        right: [training.grads, [training.params, ...training.grads.map(() => training.params)]],
      }),
    ),
    law(exactly)(
      {
        name: 'disjoint masks',
        equation: 'masked(m)(f) · masked(¬m)(g) ≅ masked(¬m)(g) · masked(m)(f)',
        reason: 'groups of parameters do not hear of each other',
        bug: 'two masked stages that shared one count',
      },
      [exactTransformations, exactTransformations, trainings()],
      (f, g, training) => {
        const [here, there] = [mask(some, 'pass')(f), mask(others, 'pass')(g)]
        return { left: pathOf(hide(chain(here, there)), training), right: pathOf(hide(chain(there, here)), training) }
      },
    ),
    law(exactly)(
      {
        name: 'each leaf its own way',
        equation: 'masked(m)(f) is f where m shows a leaf, and identity (or rest) where it hides one, at every step',
        reason: 'a mask is looked at for each leaf and each step',
        bug: 'one mask for the whole of a branch: the bias of a decayed layer was decayed too',
        presumes: ['all', 'none'],
      },
      [exactTransformations, fc.nat({ max: 4 }), trainings({ maxSteps: 5 })],
      (f, salt, training) => {
        const seen = (path: string): boolean => (path.length + salt) % (2 + (salt % 2)) === 0
        const chosen = choosing(training.params, seen)
        const [on, pass, zero] = [f, hide(identity()), hide(setToZero())].map((tx) => pathOf(tx, training))
        return {
          left: [pathOf(mask(seen, 'pass')(f), training), pathOf(mask(seen, 'zero')(f), training)],
          right: [pass, zero].map((off = []) => off.map((there, t) => chosen(on?.[t] ?? null, there))),
        }
      },
    ),
    law(exactly)(
      {
        name: 'a mask in a mask',
        equation: 'masked(m)(masked(n)(f)) ≅ masked(m and n)(f)',
        reason: 'a part of a model can be confined again',
        share: 0.5,
        presumes: ['all', 'none', 'each leaf its own way'],
      },
      [exactTransformations, trainings()],
      (f, training) => {
        const inner = (path: string): boolean => path.length % 3 !== 0
        return {
          left: pathOf(mask(some, 'pass')(mask(inner, 'pass')(f)), training),
          right: pathOf(mask((path) => some(path) && inner(path), 'pass')(f), training),
        }
      },
    ),
    law(within(1e-5))(
      {
        name: 'a norm of what is shown',
        equation: 'masked(m)(clipByGlobalNorm): g·min(1, 1/‖g‖) with the norm of the leaves that m shows',
        reason: 'a norm is that of what is trained',
        bug: 'a global norm with the gradients of hidden leaves in it: adapters were clipped by the backbone',
        share: 0.5,
      },
      [fc.nat({ max: 2 }), trainings({ maxSteps: 2 })],
      (salt, training) => {
        const seen = (path: string): boolean => (path.length + salt) % 3 !== 0
        const hidden = mapNumbers(() => null)
        const shown = choosing(training.params, seen)
        const clip = hide(clipByGlobalNorm({ maxNorm: 1 }))
        const alone = updatesIn(clip, { ...training, grads: training.grads.map((g) => shown(g, hidden(g))) })
        return {
          left: updatesIn(mask(seen, 'pass')(clip), training),
          right: alone.map((u, t) => shown(u, training.grads[t] ?? null)),
        }
      },
    ),
    law(exactly)(
      {
        name: 'twice',
        equation: 'masked(m)(f) · masked(m)(f): each has a state of its own',
        reason: 'two equal parts are two parts',
        bug: 'states kept by the name of the part: the second momentum was the first',
        share: 0.5,
        presumes: ['all', 'none'],
      },
      [exactTransformations, trainings()],
      (f, { params, grads }) => {
        const part = mask(some, 'pass')(f)
        return {
          left: updatesIn(hide(chain(part, part)), { params, grads }),
          right: updatesIn(part, { params, grads: updatesIn(part, { params, grads }) }),
        }
      },
    ),
    anewLaw((f, salt) => mask((path) => (path.length + salt) % 2 === 0, salt % 2 === 0 ? 'pass' : 'zero')(f)),
    handedInLaw((f, salt) => mask((path) => (path.length + salt) % 2 === 0, salt % 2 === 0 ? 'pass' : 'zero')(f)),
  ],
})

const known = knownOnly<Partial<MaskedSubject>>('maskedLaws', { mask: true })

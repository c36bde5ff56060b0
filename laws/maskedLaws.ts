import { byPath } from '../src/combinators/byPath.js'
import { chain } from '../src/combinators/chain.js'
import { masked } from '../src/combinators/masked.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { exactly } from './Agreement.js'
import { trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { pathOf, updatesIn } from './combining/paths.js'
import { law } from './Law.js'
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

/** The laws of masks. Example  `checkLaws(maskedLaws())` */
export const maskedLaws = ({
  mask = (shows, otherwise) => (tx) => hide(masked({ mask: byPath((path) => shows(path)), otherwise })(tx)),
}: Partial<MaskedSubject> = {}): Suite => ({
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
  ],
})

import { heard } from '../heard.js'
import type { AnyTransformation, Opaque, Transformation } from '../../src/transformation/Transformation.js'
import { exactly } from '../Agreement.js'
import { exactTransformations } from '../arbitraries/transformations.js'
import { law, type Law } from '../Law.js'

/** Parts with names are keys of a state, and parts of paths. */
export const namesLaw = (make: (name: string, tx: Transformation<Opaque>) => AnyTransformation): Law =>
  law(exactly)(
    {
      name: 'names that cannot be',
      equation: 'an integer, nothing, __proto__, or a name with / or . ⇒ it throws, and shows the name',
      reason: 'names are keys of the state, which keep their order, and parts of the names of files',
      bug: 'parts called 1 and 0 ran in the order of integers;  a/b and a with b in it had one name in a checkpoint',
      share: 0.25,
    },
    [exactTransformations],
    (f) => {
      const shown = wrong.map((name) => {
        const text = heard(() => make(name, f))
        if (text === undefined) return `"${name}" was taken`
        return [`"${name}"`, `'${name}'`].some((one) => text.includes(one)) ? 'shown' : text
      })
      return { left: shown, right: wrong.map(() => 'shown') }
    },
  )

const wrong = ['0', '12', '', '__proto__', 'a/b', 'a.b']

import { plainOptions } from '../schedules/described.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import { assemble } from '../transformation/assemble.js'

/** A transformation under a name of its own, with the options that made it: recipes are chains, and print as what they
 *  are called.
 *
 *  @internal */
export const recipe = <F extends StateLambda, E>(
  name: string,
  options: object,
  { anatomy }: Transformation<F, E>,
): Transformation<F, E> =>
  assemble<F, E>({
    ...anatomy,
    description: { name, options: plainOptions(options), parts: anatomy.description.parts },
  })

/** @internal */
import type { Uniform } from '../../equation/Node.js'
import type { Work } from '../../equation/Work.js'
import { must } from '../../scalars/must.js'
import type { Leaf } from '../../tree/Tree.js'

/** The value of a scalar in a step, in double.
 *
 *  @throws `TypeError` where a rule asks for one that its equation does not give. */
export const scalarIn = (
  { scalars, stages }: Pick<Work<Leaf>, 'scalars' | 'stages'>,
  { stage, name }: Extract<Uniform, { kind: 'scalar' }>,
): number => {
  const value = must(scalars[stage], 'scalars')[name]
  if (value === undefined) {
    const { equation } = must(stages[stage], 'stage')
    throw new TypeError(`${equation.name}: there is no scalar "${name}". Return it from scalars.`)
  }
  return value
}

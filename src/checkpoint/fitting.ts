/** @internal */

import { either as E } from 'fp-ts'
import { must } from '../scalars/must.js'
import { checkedState } from '../state/checkedState.js'
import { expectedOf } from '../state/stateCodec.js'
import { leafName } from '../state/tensorNames.js'
import { visitState } from '../state/visitState.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import { alike, spell, type Skeleton, dtypeAt, shapeAt } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from './CheckpointError.js'
import { dtypeOf } from './dtypeOf.js'
import type { ReadMetadata } from './readMetadata.js'
import type { SafetensorsHeader } from './safetensorsHeader.js'
import type { SwapNames } from './swapNames.js'

/** Everything in a file that does not fit the parameters and the state that are asked for; the numbers of the state, where
 *  there is nothing. */
export const fitting = (
  { anatomy }: AnyTransformation,
  skeleton: Skeleton,
  like: unknown,
  { spans }: SafetensorsHeader,
  { numbers }: ReadMetadata,
  rename: SwapNames,
): E.Either<CheckpointError, ReadonlyMap<string, number>> => {
  const own = new Set(skeleton.paths.map(leafName))
  const params = new Map<string, Leaf>()
  const slots = new Map<string, Leaf>()
  for (const { name, shape, dtype } of spans) {
    const here = rename(name)
    const tensors = own.has(here) ? params : slots
    tensors.set(here, { shape, dtype: dtypeOf(dtype) })
  }
  const problems: CheckpointProblem[] = []
  skeleton.paths.forEach((path, i) => {
    const found = params.get(leafName(path))
    if (found === undefined || !alike(found, shapeAt(skeleton, i), dtypeAt(skeleton, i)))
      problems.push(
        checkpointProblem(found === undefined ? 'Missing' : 'Mismatch', {
          path: leafName(path),
          expected: `a parameter of shape [${skeleton.shapes[i]?.join(', ')}] and dtype ${skeleton.dtypes[i]}`,
          found: spell(found),
          fix: 'pass a `like` of the model that was saved',
        }),
      )
  })
  const checked = checkedState(visitState<Leaf>(anatomy.shape, skeleton, like), numbers, slots)
  if (E.isLeft(checked))
    for (const error of checked.left) {
      const { path, message, value } = error
      problems.push(
        checkpointProblem(
          value === undefined ? 'Missing' : message.startsWith('expected no') ? 'Unexpected' : 'Mismatch',
          {
            path,
            expected: expectedOf(error),
            found: spell(value),
            fix: 'restore with the optimizer that saved it, or see planRestore for what could be accepted',
          },
        ),
      )
    }
  const [first, ...others] = problems
  if (first !== undefined) return E.left([first, ...others])
  return E.right(must(E.isRight(checked) ? checked.right.numbers : undefined, 'numbers of a state that fits'))
}

/** @internal */

import { either as E } from 'fp-ts'
import { expectedOf, stateCodec, type WrittenState } from '../state/stateCodec.js'
import { leafName } from '../state/tensorNames.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import { alike, spell, type Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from './CheckpointError.js'
import { dtypeOf } from './dtypeOf.js'
import type { ReadMetadata } from './readMetadata.js'
import type { SafetensorsHeader } from './safetensorsHeader.js'
import type { SwapNames } from './swapNames.js'

/** Everything in a file that does not fit the parameters and the state that are asked for. */
export const fitting = (
  { anatomy }: AnyTransformation,
  skeleton: Skeleton,
  like: unknown,
  { spans }: SafetensorsHeader,
  { numbers }: ReadMetadata,
  rename: SwapNames,
): E.Either<CheckpointError, void> => {
  const leaves = new Map(
    spans.map(({ name, shape, dtype }) => [rename(name), { shape, dtype: dtypeOf(dtype) }] as const),
  )
  const problems: CheckpointProblem[] = []
  skeleton.paths.forEach((path, i) => {
    const found = leaves.get(leafName(path))
    if (found === undefined || !alike(found, skeleton.shapes[i] ?? [], skeleton.dtypes[i] ?? ''))
      problems.push(
        checkpointProblem(found === undefined ? 'Missing' : 'Mismatch', {
          path: leafName(path),
          expected: `a parameter of shape [${skeleton.shapes[i]?.join(', ')}] and dtype ${skeleton.dtypes[i]}`,
          found: spell(found),
          fix: 'pass a `like` of the model that was saved',
        }),
      )
  })
  const own = new Set(skeleton.paths.map(leafName))
  const written: WrittenState<Leaf> = {
    numbers,
    tensors: Object.fromEntries([...leaves].filter(([name]) => !own.has(name))),
  }
  const checked = stateCodec<Leaf>(anatomy.shape, skeleton, like).decode(written)
  if (E.isLeft(checked))
    for (const error of checked.left) {
      const { context, message, value } = error
      problems.push(
        checkpointProblem(
          value === undefined ? 'Missing' : message?.startsWith('expected no') === true ? 'Unexpected' : 'Mismatch',
          {
            path: context.at(-1)?.key ?? '',
            expected: expectedOf(error),
            found: spell(value),
            fix: 'restore with the optimizer that saved it, or see planRestore for what could be accepted',
          },
        ),
      )
    }
  const [first, ...others] = problems
  return first === undefined ? E.right(undefined) : E.left([first, ...others])
}

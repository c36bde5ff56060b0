import * as tf from '@tensorflow/tfjs-core'
import { type either as E, function as F, taskEither as TE } from 'fp-ts'
import { anything, listOf, text } from '../scalars/kinds.js'
import { optional, options, required } from '../scalars/options.js'
import { dtypeAt, type Skeleton, skeletonOf, shapeAt } from '../tree/Skeleton.js'
import { buildTree } from '../tree/leaves.js'
import type { TreeOf } from '../tree/Tree.js'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from '../checkpoint/CheckpointError.js'
import { problemList } from '../checkpoint/problemList.js'
import { promised } from '../checkpoint/promised.js'
import { decodeForeign, type Decoded, type Met } from './decodeForeign.js'
import { fileBytes, foreignNames, renames } from './foreignKinds.js'
import type { ForeignFiles } from './ForeignFiles.js'
import type { ForeignOptions } from './ForeignOptions.js'
import type { ForeignRead } from './ForeignRead.js'
import { type GatheredForeign, gatherForeign } from './gatherForeign.js'
import { placeForeign } from './placeForeign.js'
import { permuted } from './turned.js'

/** Which files are read, and what they become. */
export interface ImportParamsRequest<P> extends ForeignFiles, ForeignOptions {
  /** Parameters of the shapes and dtypes that are wanted, such as a model's own. They are only looked at. */
  readonly like: P & TreeOf<P>
}

/** Parameters from the safetensors files of other libraries: PyTorch, Hugging Face, flax, timm.
 *
 *  F32, F16, BF16 and the F8 kinds become float32, exactly; F64 is rounded, with a warning that has the largest relative
 *  error. I32 … U8 become int32, and so do I64, U64 and U32 where every value fits. BOOL becomes bool.
 *
 *  @shapes those of `like`; the tensors are new, and the caller's
 *  @throws `CheckpointFailed` with every problem by name: dtypes that cannot be read, values that do not fit, tensors
 *           that are missing or surplus, with the nearest names and the `ignore` that would let the file pass. Nothing is
 *           ever left out unless `only` or `ignore` says so.
 *  @laws what `exportParams` wrote of float32 and int32 comes back bit for bit; `transpose` on both sides is none.
 *  @departs kernels of transposed convolutions, `[in, out, h, w]`, and of depthwise ones are not turned rightly by
 *           `transpose`: use `tf.transpose` on the result.
 *  @reference https://github.com/huggingface/safetensors#format
 *  @example
 *  ```ts
 *  const like = { dense: { kernel: tf.zeros([2, 3]), bias: tf.zeros([3]) } }
 *  const file = await exportParams({ params: like, transpose: ['dense.kernel'], rename: [['dense.kernel', 'dense.weight']] })
 *  const { params } = await importParams({
 *    files: [file],
 *    like,
 *    rename: [['*.weight', '*.kernel']],
 *    transpose: ['*.weight'],
 *  })
 *  ``` */
export const importParams = async <P>(request: ImportParamsRequest<P>): Promise<ForeignRead<P>> => {
  parse(request)
  const skeleton = skeletonOf(request.like, 'like')
  return promised(
    F.pipe(
      TE.fromEither(gatherForeign(request)),
      TE.chainEitherK((found) => imported(found, skeleton, request)),
      // built on the skeleton of `like`
      TE.map((read) => read as ForeignRead<P>),
    ),
  )
}

const parse = options('importParams', {
  files: required(listOf(fileBytes)),
  names: optional(listOf(text)),
  index: optional(fileBytes),
  like: required(anything('a tree of tensors', 'like')),
  only: optional(foreignNames),
  ignore: optional(foreignNames),
  rename: optional(renames),
  transpose: optional(foreignNames),
})

const imported = (
  { tensors, metadata }: GatheredForeign,
  skeleton: Skeleton,
  options: ForeignOptions,
): E.Either<CheckpointError, ForeignRead<unknown>> => {
  const problems = problemList()
  const warnings: CheckpointProblem[] = []
  const met: Met = { problem: problems.add, warning: (warning) => warnings.push(warning) }
  const { leaves, ignored } = placeForeign([...tensors.values()], skeleton, options, met)
  const decoded = leaves.map((placed, i) => {
    if (placed === null) return null
    const { tensor, axes } = placed
    const found = decodeForeign(tensor, met)
    if (found === null) return null
    if (found.dtype !== dtypeAt(skeleton, i)) met.problem(otherDtype(tensor.name, found.dtype, dtypeAt(skeleton, i)))
    return axes === null ? found : { ...found, data: permuted(found.data, tensor.shape, axes) }
  })
  return problems.orElse(() => ({ params: buildTree(skeleton, made(skeleton, decoded)), metadata, ignored, warnings }))
}

const otherDtype = (path: string, found: string, expected: string): CheckpointProblem =>
  checkpointProblem('Mismatch', {
    path,
    expected: `what becomes ${expected}, as in \`like\``,
    found: `what becomes ${found}`,
    fix: `pass a \`like\` of ${found}, and tf.cast what comes of it`,
  })

/** The tensors of all leaves; where one cannot be made, those before it are given back. */
const made = (skeleton: Skeleton, decoded: readonly (Decoded | null)[]): readonly (tf.Tensor | null)[] => {
  const all: tf.Tensor[] = []
  try {
    return decoded.map((leaf, i) => {
      if (leaf === null) return null
      const tensor = tf.tensor(leaf.data, [...shapeAt(skeleton, i)], leaf.dtype)
      all.push(tensor)
      return tensor
    })
  } catch (error) {
    for (const tensor of all) tensor.dispose()
    throw error
  }
}

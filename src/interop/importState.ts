import * as tf from '@tensorflow/tfjs-core'
import { either as E } from 'fp-ts'
import { count } from '../scalars/Count.js'
import { anything, oneOf } from '../scalars/kinds.js'
import { optional, options, required, withDefault } from '../scalars/options.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import type { Anatomy, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { type Skeleton, skeletonOf } from '../tree/Skeleton.js'
import type { Leaf, TreeOf } from '../tree/Tree.js'
import type { CheckpointError } from '../checkpoint/CheckpointError.js'
import { CheckpointFailed } from '../checkpoint/CheckpointFailed.js'
import { problemList } from '../checkpoint/problemList.js'
import type { Met } from './decodeForeign.js'
import { fillState, type MakeLeaf } from './fillState.js'
import { flatFound } from './flatFound.js'
import type { FlatState } from './FlatState.js'
import { foreignNames, renames } from './foreignKinds.js'
import type { ForeignNames, ForeignOptions } from './ForeignOptions.js'
import { kerasState } from './kerasState.js'
import { kerasTables } from './kerasTables.js'
import { optaxState } from './optaxState.js'
import { placedRecords } from './placedRecords.js'
import { readForeign } from './readForeign.js'
import type { PeerTable } from './PeerTable.js'
import { torchTables } from './torchTables.js'
import type { FoundState, StateSource } from './StateSource.js'
import { tfjsState } from './tfjsState.js'
import { tfjsTables } from './tfjsTables.js'
import { torchState } from './torchState.js'

/** A tensor with its name, as `tf.Optimizer` gives its weights. */
export interface NamedWeight {
  readonly name: string
  readonly tensor: tf.Tensor
}

/** What is taken over, and by whom. */
export interface ImportStateRequest<F extends StateLambda, P, E = {}> extends ForeignOptions {
  /** Whose state it is. */
  readonly from: 'torch' | 'optax' | 'keras' | 'tfjs'
  /** The bytes of the safetensors file that the guide's function writes; of tfjs what `getWeights` gives. */
  readonly source: Uint8Array | readonly NamedWeight[]
  /** The optimizer that goes on. */
  readonly optimizer: Transformation<F, E>
  /** Its parameters, imported already. They are only looked at. */
  readonly params: P & TreeOf<P>
  /** Slots that begin as they would in a new run, such as an average that was not there: by their names here. Default:
   *  none, so that one that is not in the file is an error. */
  readonly fresh?: ForeignNames
  /** The steps taken so far, where the file does not say. Default: as the file says. */
  readonly count?: number
  /** Whether hyperparameters must be those of the run, as far as the file tells them, learning rates aside.
   *
   *  @defaultValue 'checked' */
  readonly hyperparams?: 'checked' | 'ignored'
}

/** The state of another library's optimizer, taken over: this one goes on where that one stopped.
 *
 *  `rename` and `transpose` speak of parameters by their names there (`dense.weight`), as in `importParams`; `only` and
 *  `ignore` of slots (`dense.weight.exp_avg`, `*.exp_avg`).
 *
 *  @shapes those of `optimizer.init(params)`; the tensors are new, and the caller's
 *  @throws `CheckpointFailed` with every problem by name: a slot that has no place here, or a place that nothing fills,
 *           with how that rule is built here; hyperparameters that differ; leaves that have taken different numbers of
 *           steps, where the optimizer counts them together.
 *  @laws the next steps are those that the original would take, to 6e-6 of scale; nothing of the caller's is disposed.
 *  @departs moments in float64 are rounded to float32.
 *  @reference torch.optim.Optimizer.state_dict; flax.serialization.to_state_dict
 *  @example
 *  ```ts
 *  const goOn = async (source: Uint8Array, params: Tree) => {
 *    const optimizer = adamw({ learningRate: 1e-3, weightDecay: 0.01 })
 *    return { params, state: await importState({ from: 'torch', source, optimizer, params }) }
 *  }
 *  ``` */
export const importState = async <F extends StateLambda, P, E>(
  request: ImportStateRequest<F, P, E>,
): Promise<StateOf<F, P>> => {
  parse(request)
  const { optimizer, params } = request
  if (request.source instanceof Uint8Array === (request.from === 'tfjs'))
    throw new TypeError(
      `importState: the source of ${request.from} must be ${request.from === 'tfjs' ? 'what getWeights gives' : 'the bytes of a file'}.`,
    )
  const source =
    request.source instanceof Uint8Array ? request.source : await Promise.all(request.source.map(readWeight))
  const anatomy = anatomyOf('importState: the optimizer', optimizer)
  const skeleton = skeletonOf(params, 'params')
  const like: unknown = optimizer.init(params)
  const made: tf.Tensor[] = []
  const make: MakeLeaf<tf.Tensor> = (values, shape, dtype) => {
    const data = dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values)
    const tensor = tf.tensor(data, [...shape], dtype === 'int32' ? 'int32' : 'float32')
    made.push(tensor)
    return tensor
  }
  try {
    const state = importedState({ ...request, source }, anatomy, skeleton, like, make)
    if (E.isLeft(state)) throw new CheckpointFailed(state.left)
    disposeExcept(like, state.right)
    return state.right // rebuilt on the shape of `optimizer.init(params)`
  } catch (error) {
    disposeExcept([like, made], null)
    throw error
  }
}

const parse = options('importState', {
  from: required(oneOf('torch', 'optax', 'keras', 'tfjs')),
  source: required(anything('the bytes of a file, or what getWeights of tfjs gives', 'source')),
  optimizer: required(anything('an optimizer', 'optimizer')),
  params: required(anything('a tree of tensors', 'params')),
  fresh: optional(foreignNames),
  count: optional(count),
  hyperparams: withDefault(oneOf('checked', 'ignored'), 'checked'),
  only: optional(foreignNames),
  ignore: optional(foreignNames),
  rename: optional(renames),
  transpose: optional(foreignNames),
})

/** What is asked for, its types aside. */
export interface UntypedRequest extends Pick<
  ImportStateRequest<StateLambda, unknown>,
  'from' | 'fresh' | 'count' | 'hyperparams' | keyof ForeignOptions
> {
  readonly source: Uint8Array | readonly StateSource[]
}

/** The state as leaves of any kind, like a first state.
 *
 *  @internal */
export const importedState = <L extends Leaf>(
  request: UntypedRequest,
  anatomy: Anatomy,
  skeleton: Skeleton,
  like: unknown,
  make: MakeLeaf<L>,
): E.Either<CheckpointError, unknown> => {
  const problems = problemList()
  const met: Met = { problem: problems.add, warning: () => undefined }
  const found = foundState(request, anatomy, skeleton, like, met)
  if (found === null) return problems.orElse(() => null)
  const steps = request.count ?? found.steps
  return fillState(anatomy, skeleton, like, { ...found, steps }, request.fresh, make, problems)
}

/** What a source has, by its peer; null, and a problem, where it has nothing. */
const foundState = (
  request: UntypedRequest,
  anatomy: Anatomy,
  skeleton: Skeleton,
  like: unknown,
  met: Met,
): FoundState | null => {
  const { from, source, hyperparams = 'checked' } = request
  const records = placedRecords(anatomy.shape, anatomy.description)
  const flat = (state: FlatState | null, tables: Readonly<Record<string, PeerTable>>): FoundState | null =>
    flatFound(state, tables, records, skeleton, hyperparams, met)
  if (!(source instanceof Uint8Array)) return flat(tfjsState(source, skeleton, request, met), tfjsTables)
  const contents = readForeign(source, 'the state')
  if (E.isLeft(contents)) {
    contents.left.forEach(met.problem)
    return null
  }
  return from === 'optax'
    ? optaxState(contents.right, anatomy, skeleton, like, request, met)
    : from === 'keras'
      ? flat(kerasState(contents.right, skeleton, request, met), kerasTables)
      : flat(torchState(contents.right, skeleton, request, met), torchTables)
}

/** A weight of tfjs, read. */
const readWeight = async ({ name, tensor }: NamedWeight): Promise<StateSource> => {
  const values = await tensor.data()
  return { name, shape: tensor.shape, values: () => values }
}

import type { Tensor } from '@tensorflow/tfjs-core'
import { givenBeside } from '../checkpoint/SaveRequest.js'
import { knownOnly } from '../scalars/knownOnly.js'
import { oneOf, text } from '../scalars/kinds.js'
import { optional, optionsFor, required, withDefault } from '../scalars/options.js'
import { leafName, slotTensorName, treeTensorName } from '../state/tensorNames.js'
import { visitState } from '../state/visitState.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import type { StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import { type Skeleton, skeletonOf } from '../tree/Skeleton.js'
import { leavesOf } from '../tree/leaves.js'
import type { TreeOf } from '../tree/Tree.js'
import { encodeForeign, type WrittenTensor } from './encodeForeign.js'
import { foreignNames, renames } from './foreignKinds.js'
import type { ForeignNames } from './ForeignOptions.js'
import { chosen, refuseIdle, renamer } from './nameRules.js'
import { optaxPlaces } from './optaxPlaces.js'
import { placedRecords } from './placedRecords.js'
import { permuted, turnedBackAxes } from './turned.js'
import { torchTables } from './torchTables.js'
import { must } from '../scalars/must.js'

/** What is written, and for whom. */
export interface ExportStateRequest<F extends StateLambda, P, E = {}> {
  /** Who goes on. */
  readonly to: 'torch' | 'optax'
  /** The optimizer whose state it is. */
  readonly optimizer: Transformation<F, E>
  /** Its parameters; they go into the file too. */
  readonly params: P & TreeOf<P>
  /** Its state; it is only read. */
  readonly state: NoInfer<StateOf<F, P>>
  /** The class there, for `torch`: `AdamW`. */
  readonly class?: string
  /** New names of parameters, from those here (`dense.kernel` for torch, `dense/kernel` for optax): without them the same.
   *
   *  @defaultValue [] */
  readonly rename?: readonly (readonly [from: string, to: string])[]
  /** Kernels that are turned to PyTorch's order, by their names here. Default: none. */
  readonly transpose?: ForeignNames
}

/** Parameters and state as a safetensors file from which PyTorch or optax goes on, by the guide's functions of Python.
 *
 *  @shapes names as `importState` reads them: `model.dense.weight`, `optimizer.state.0.exp_avg`; `params/dense/kernel`,
 *    `opt_state/0/mu/dense/kernel`
 *  @throws `TypeError` where a slot has no place there, with its name: an average of the parameters, a rule that is another
 *    one there.
 *  @laws `importState` of it is the state, bit for bit, but for the product of NAdam, which is float32 there; nothing is
 *    disposed.
 *  @reference torch.optim.Optimizer.load_state_dict; flax.serialization.from_state_dict
 *  @example
 *  ```ts
 *  const optimizer = adamw({ learningRate: 1e-3 })
 *  const params = { w: tf.ones([2]) }
 *  const state = optimizer.init(params)
 *  const file = await exportState({ to: 'torch', class: 'AdamW', optimizer, params, state })
 *  ``` */
export const exportState = async <F extends StateLambda, P, E>(
  request: ExportStateRequest<F, P, E>,
): Promise<Uint8Array<ArrayBuffer>> => {
  const { params, state, optimizer, ...more } = known(request)
  // an option left out is undefined, which its type may not say
  const words = { to: more.to, class: more.class, rename: more.rename, transpose: more.transpose } as Words
  const { to, rename, transpose } = parse(words)
  const anatomy = anatomyOf('exportState: the optimizer', optimizer)
  const skeleton = skeletonOf(params, 'params')
  const separator = to === 'torch' ? '.' : '/'
  const paths = skeleton.paths.map((path) => leafName(path).replaceAll('/', separator))
  const renaming = renamer(rename)
  const names = paths.map(renaming.rename)
  const { names: turned, idle } = chosen(paths, transpose)
  refuseIdle('exportState', { transpose: idle, rename: renaming.idle(paths) }, paths)
  const { tensors, numbers } = visitState<Tensor>(anatomy.shape, skeleton, state)
  const places = (to === 'torch' ? torchPlaces : optaxNames)(request, { anatomy, skeleton, names, numbers, tensors })
  const left = [...tensors.keys()].filter((name) => !places.tensors.has(name))
  if (left.length > 0)
    throw new TypeError(
      `exportState: ${left.slice(0, 3).join(', ')} ${left.length > 3 ? 'and others have' : 'has'} no place in ${to}. ` +
        'Export the state of the optimizer within, or build it of parts that are the same there.',
    )
  const leaves = leavesOf<Tensor>(skeleton, params, { where: 'params', nullable: false, alike: true })
  const prefix = to === 'torch' ? 'model.' : 'params/'
  const model = leaves.flatMap((leaf, i) =>
    leaf === null
      ? []
      : [{ name: `${prefix}${names[i]}`, tensor: leaf, turns: turned.has(must(paths[i], 'path of a leaf')) }],
  )
  const slots = [...places.tensors].flatMap(([own, { name, leaf }]) => {
    const tensor = tensors.get(own)
    return tensor === undefined
      ? []
      : [{ name, tensor, turns: leaf !== null && turned.has(must(paths[leaf], 'path of a leaf')) }]
  })
  const written = await Promise.all([...model, ...slots].map(writtenTensor))
  return encodeForeign('exportState', [...written, ...places.numbers], places.metadata)
}

const known = knownOnly<ExportStateRequest<StateLambda, unknown>>(
  'exportState',
  {
    to: 'required',
    optimizer: 'required',
    params: 'required',
    state: 'required',
    class: true,
    rename: true,
    transpose: true,
  },
  givenBeside,
)

type Words = Pick<ExportStateRequest<StateLambda, unknown>, 'to' | 'class' | 'rename' | 'transpose'>
const parse = optionsFor<Words>()('exportState', {
  to: required(oneOf('torch', 'optax')),
  class: optional(text),
  rename: withDefault(renames, []),
  transpose: optional(foreignNames),
})

interface Context {
  readonly anatomy: Transformation<StateLambda>['anatomy']
  readonly skeleton: Skeleton
  /** Of the leaves, as they are called there. */
  readonly names: readonly string[]
  readonly numbers: ReadonlyMap<string, number>
  readonly tensors: ReadonlyMap<string, Tensor>
}

interface Places {
  /** For each tensor of the state its name there, and the leaf that it belongs to. */
  readonly tensors: ReadonlyMap<string, { readonly name: string; readonly leaf: number | null }>
  readonly numbers: readonly WrittenTensor[]
  readonly metadata: Readonly<Record<string, string>>
}

const torchPlaces = (
  { class: name }: { readonly class?: string },
  { anatomy, skeleton, names, numbers }: Context,
): Places => {
  const table = name === undefined || !Object.hasOwn(torchTables, name) ? undefined : torchTables[name]
  if (name === undefined || table === undefined)
    throw new TypeError(`exportState: class must be one of ${Object.keys(torchTables).join(', ')}, found ${name}.`)
  const records = placedRecords(anatomy.shape, anatomy.description)
  const tensors = new Map<string, { readonly name: string; readonly leaf: number | null }>()
  const steps: WrittenTensor[] = []
  for (const record of records)
    for (const slot of Object.keys(record.slots)) {
      // none for a slot that the table lacks
      const [key] = Object.entries(table.slots).find(([, takers]) => takers.includes(`${record.name}.${slot}`)) ?? []
      const seen = record.scope?.includes(skeleton)
      if (key !== undefined)
        skeleton.paths.forEach((path, leaf) => {
          if (seen?.[leaf] !== false)
            tensors.set(slotTensorName(path, record.at, slot), { name: `optimizer.state.${leaf}.${key}`, leaf })
        })
    }
  const count = Math.max(0, ...[...numbers].flatMap(([path, value]) => (path.endsWith('count') ? [value] : [])))
  const product = [...numbers].find(([path]) => path.endsWith('product'))?.[1]
  if (name !== 'SGD')
    names.forEach((_, leaf) => {
      steps.push(numberTensor(`optimizer.state.${leaf}.step`, count, 'F32'))
      if (product !== undefined && name === 'NAdam')
        steps.push(numberTensor(`optimizer.state.${leaf}.mu_product`, product, 'F32'))
    })
  return {
    tensors,
    numbers: steps,
    metadata: { optimizer: JSON.stringify({ class: name, parameters: names, groups: [] }) },
  }
}

const optaxNames = (
  { state }: { readonly state: unknown },
  { anatomy, skeleton, names, numbers, tensors: own }: Context,
): Places => {
  const tensors = new Map<string, { readonly name: string; readonly leaf: number | null }>()
  const written: WrittenTensor[] = []
  for (const place of optaxPlaces(anatomy, state)) {
    if (place.kind === 'number') {
      const value = numbers.get(place.path)
      if (value !== undefined)
        written.push(numberTensor(place.name, value + place.more, Number.isInteger(value) ? 'I32' : 'F32'))
    } else if (place.kind === 'slot' && place.per === 'tree')
      tensors.set(treeTensorName(place.at, place.slot), { name: place.prefix, leaf: null })
    else if (place.kind === 'slot')
      skeleton.paths.forEach((path, leaf) => {
        const name = path === '' ? place.prefix : `${place.prefix}/${names[leaf]}`
        const here = slotTensorName(path, place.at, place.slot)
        tensors.set(here, { name, leaf })
        // what a leaf has none of here is one zero there
        if (place.padded && !own.has(here)) written.push({ ...numberTensor(name, 0, 'F32'), shape: [1] })
      })
  }
  return { tensors, numbers: written, metadata: {} }
}

const numberTensor = (name: string, value: number, dtype: 'F32' | 'I32'): WrittenTensor => {
  const data = dtype === 'F32' ? Float32Array.of(value) : Int32Array.of(value)
  if (dtype === 'I32' && data[0] !== value)
    throw new RangeError(`exportState: ${name} is ${value}, which int32 does not hold.`)
  return { name, dtype, shape: [], bytes: new Uint8Array(data.buffer), itemBytes: 4 }
}

const writtenTensor = async ({
  name,
  tensor,
  turns,
}: {
  readonly name: string
  readonly tensor: Tensor
  readonly turns: boolean
}): Promise<WrittenTensor> => {
  const { shape, dtype } = tensor
  const data = await tensor.data()
  const axes = turns && shape.length > 1 ? turnedBackAxes(shape.length) : null
  const values = axes === null ? data : permuted<Float32Array | Int32Array | Uint8Array>(data, shape, axes)
  const typed = dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values)
  return {
    name,
    dtype: dtype === 'int32' ? 'I32' : 'F32',
    shape: axes === null ? shape : axes.map((axis) => shape[axis] ?? 1),
    bytes: new Uint8Array(typed.buffer),
    itemBytes: 4,
  }
}

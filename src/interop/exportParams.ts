import { must } from '../scalars/must.js'
import type { Tensor } from '@tensorflow/tfjs-core'
import { anything, membersOf, oneOf } from '../scalars/kinds.js'
import { optional, options, required, withDefault } from '../scalars/options.js'
import { leafName } from '../state/tensorNames.js'
import { leavesOf } from '../tree/leaves.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { TreeOf } from '../tree/Tree.js'
import { encodeForeign, type WrittenTensor } from './encodeForeign.js'
import { foreignNames, renames as renamesKind } from './foreignKinds.js'
import type { ForeignNames } from './ForeignOptions.js'
import { chosen, refuseIdle, renamer } from './nameRules.js'
import { narrowed } from './smallFloats.js'
import { permuted, turnedBackAxes } from './turned.js'

/** What is written, and how. All names are those here, with dots: `dense.kernel`. */
export interface ExportParamsRequest<P> {
  /** The parameters; they are only read. */
  readonly params: P & TreeOf<P>
  /** What float32 becomes: half precision is rounded to nearest, ties to even.
   *
   *  @defaultValue 'F32' */
  readonly floats?: 'F32' | 'F16' | 'BF16'
  /** What int32 becomes: PyTorch's own counters are I64.
   *
   *  @defaultValue 'I32' */
  readonly integers?: 'I32' | 'I64'
  /** New names, as in `importParams`. Default: paths with dots. */
  readonly rename?: readonly (readonly [from: string, to: string])[]
  /** Kernels that are turned to PyTorch's order: `[in, out]` becomes `[out, in]`, `[h, w, in, out]` becomes
   *  `[out, in, h, w]`. Default: none. */
  readonly transpose?: ForeignNames
  /** Strings for the file's metadata; some readers of Hugging Face ask for `{ format: 'pt' }`. Default: none. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** Parameters as the bytes of a safetensors file that other libraries read, in the dtypes of one's choice.
 *
 *  @shapes any; a leaf at `dense/kernel` is called `dense.kernel` unless `rename` says otherwise
 *  @throws `RangeError` where a finite number would become infinite in half precision, with its path; `TypeError` where
 *           two leaves get one name, a pattern fits none, or a leaf is no float32, int32 or bool.
 *  @laws `importParams` gives back what was written, F16 and BF16 to the nearest; nothing is disposed.
 *  @reference https://github.com/huggingface/safetensors#format
 *  @example `const bytes = await exportParams({ params, floats: 'BF16', metadata: { format: 'pt' } })` */
export const exportParams = async <P>(request: ExportParamsRequest<P>): Promise<Uint8Array<ArrayBuffer>> => {
  const { floats, integers, rename, transpose, metadata } = parse(request)
  const { params } = request
  const skeleton = skeletonOf(params, 'params')
  const leaves = leavesOf<Tensor>(skeleton, params, { where: 'params', nullable: false, alike: true })
  const dotted = skeleton.paths.map((path) => leafName(path).replaceAll('/', '.'))
  const turned = chosen(dotted, transpose)
  const renames = renamer(rename)
  refuseIdle('exportParams', { transpose: turned.idle, rename: renames.idle(dotted) }, dotted)
  const names = dotted.map(renames.rename)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined || names.includes('__metadata__'))
    throw new TypeError(`exportParams: two leaves, or the metadata, would be named ${twice ?? '__metadata__'}. Rename.`)
  // All reads begin before the first is waited for: what becomes of the parameters afterwards is nobody's concern.
  const reads = leaves.map((tensor) => tensor?.data())
  const written = await Promise.all(
    leaves.flatMap((tensor, i) => {
      const name = names[i]
      return tensor === null || name === undefined
        ? []
        : [writtenLeaf(name, tensor, reads[i], turned.names.has(must(dotted[i], 'dotted name')), floats, integers)]
    }),
  )
  return encodeForeign('exportParams', written, metadata)
}

const parse = options('exportParams', {
  params: required(anything('a tree of tensors', 'params')),
  floats: withDefault(oneOf('F32', 'F16', 'BF16'), 'F32'),
  integers: withDefault(oneOf('I32', 'I64'), 'I32'),
  rename: withDefault(renamesKind, []),
  transpose: optional(foreignNames),
  metadata: withDefault(membersOf<Readonly<Record<string, string>>>('a record of strings', "{ format: 'pt' }"), {}),
})

type Elements = Float32Array | Int32Array | Uint8Array

const writtenLeaf = async (
  name: string,
  { shape, dtype }: Tensor,
  read: Promise<Elements> | undefined,
  turns: boolean,
  floats: 'F32' | 'F16' | 'BF16',
  integers: 'I32' | 'I64',
): Promise<WrittenTensor> => {
  const data = (await read) ?? new Float32Array()
  const axes = turns ? turnedBackAxes(shape.length) : null
  const elements = axes === null ? data : permuted<Elements>(data, shape, axes)
  const shaped = axes === null ? shape : axes.map((axis) => shape[axis] ?? 1)
  if (dtype === 'float32') {
    const { bytes, itemBytes } = floatBytes(name, Float32Array.from(elements), floats)
    return { name, dtype: floats, shape: shaped, bytes, itemBytes }
  }
  if (dtype === 'int32') {
    const itemBytes = integers === 'I32' ? 4 : 8
    const view = new DataView(new ArrayBuffer(elements.length * itemBytes))
    elements.forEach((x, i) =>
      integers === 'I32' ? view.setInt32(4 * i, x, true) : view.setBigInt64(8 * i, BigInt(x), true),
    )
    return { name, dtype: integers, shape: shaped, bytes: new Uint8Array(view.buffer), itemBytes }
  }
  if (dtype === 'bool') return { name, dtype: 'BOOL', shape: shaped, bytes: Uint8Array.from(elements), itemBytes: 1 }
  throw new TypeError(`exportParams: ${name} has dtype ${dtype}; only float32, int32 and bool can be written. Cast it.`)
}

const floatBytes = (name: string, values: Float32Array<ArrayBuffer>, dtype: 'F32' | 'F16' | 'BF16') => {
  const bits = new Uint32Array(values.buffer)
  const itemBytes = dtype === 'F32' ? 4 : 2
  const view = new DataView(new ArrayBuffer(values.length * itemBytes))
  bits.forEach((x, i) => {
    if (dtype === 'F32') return view.setUint32(4 * i, x, true)
    const half = narrowed[dtype](x)
    if ((half & infinities[dtype]) === infinities[dtype] && Number.isFinite(values[i]))
      throw new RangeError(
        `exportParams: ${name} has the value ${values[i]}, which is infinite in ${dtype}. Write it as F32 or BF16.`,
      )
    view.setUint16(2 * i, half, true)
  })
  return { bytes: new Uint8Array(view.buffer), itemBytes }
}

/** The exponents of ones. */
const infinities = { F16: 0x7c00, BF16: 0x7f80 } as const

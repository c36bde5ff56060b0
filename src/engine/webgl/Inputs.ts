/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Graph } from '../../equation/Graph.js'
import type { Work } from '../../equation/Work.js'
import { accessOf, accessToOne, type Access } from './Access.js'
import type { Context } from './Context.js'
import { header } from './expressions.js'
import type { Geometry } from './Geometry.js'
import type { Pass, Source } from './Pass.js'

/** The textures of the drafts of one leaf, by node. */
export type Drafts = ReadonlyMap<number, WebGLTexture>

/** How the sources of a pass are read for one leaf. */
export const accessesOf = (
  { backend }: Context,
  work: Work<Tensor>,
  { sources }: Pass,
  leaf: number,
  geometry: Geometry,
  drafts: Drafts,
): readonly Access[] =>
  sources.map((source) => {
    if (source.kind === 'draft') {
      const texture = drafts.get(source.node)
      if (texture === undefined) throw new Error('a fused step reads a draft before it is drawn: please report this')
      return { texture, mode: 'same', numbers: [0, 0, 0, 0] }
    }
    const tensor = tensorOf(work, source, leaf)
    return source.kind === 'slot' && source.per !== 'element'
      ? accessToOne(backend, tensor.dataId, tensor.shape)
      : accessOf(backend, tensor.dataId, tensor.shape, geometry)
  })

const tensorOf = (work: Work<Tensor>, source: Exclude<Source, { kind: 'draft' }>, leaf: number): Tensor => {
  const tensor =
    source.kind === 'slot'
      ? work.slots[source.stage]?.[source.name]?.[source.per === 'tree' ? 0 : leaf]
      : source.kind === 'param'
        ? work.params[leaf]
        : work.updates[leaf]
  const where = (): string => {
    const path = work.skeleton.paths[leaf] ?? ''
    if (source.kind !== 'slot') return `${source.kind}s/${path}`
    return `state.${[...(work.stages[source.stage]?.at ?? []), source.name].join('.')}${source.per === 'tree' ? '' : `/${path}`}`
  }
  if (tensor === undefined || tensor === null)
    throw new TypeError(
      `${where()}: there is no tensor. Pass the state that this optimizer's init or last step returned.`,
    )
  return tensor
}

/** The whole numbers of one leaf of a draw, as `header` describes them. */
export const putLeaf = (
  ints: Int32Array,
  place: number,
  geometry: Geometry,
  leaf: number,
  accesses: readonly Access[],
  firstRow = 0,
  stride = 1,
): void => {
  const { width, texelsPerRow, texelRows, texels, rows, cols, batch, size } = geometry
  let i = 4 * place
  ints[i++] = width
  ints[i++] = texelsPerRow
  ints[i++] = texelRows
  ints[i++] = Math.ceil(texels / width)
  ints[i++] = rows
  ints[i++] = cols
  ints[i++] = batch
  ints[i++] = firstRow
  ints[i++] = leaf + 1
  ints[i++] = bitsOf(size)
  ints[i++] = stride
  ints[i++] = 0
  for (const { numbers } of accesses) {
    ints.set(numbers, i)
    i += 4
  }
}

/** The vectors that a leaf of a pass takes. */
export const intsOf = ({ sources }: Pass): number => header + sources.length

const cell = new Float32Array(1)
const bits = new Int32Array(cell.buffer)

const bitsOf = (x: number): number => {
  cell[0] = x
  return bits[0] ?? 0
}

/** The literals and scalars of a graph, rounded once to float32. */
export const uniformsOf = ({ uniforms }: Graph, scalars: Work<Tensor>['scalars']): Float32Array => {
  const values = new Float32Array(4 * Math.max(1, Math.ceil(uniforms.length / 4)))
  uniforms.forEach((u, i) => {
    values[i] = u.kind === 'literal' ? u.value : (scalars[u.stage]?.[u.name] ?? Number.NaN)
  })
  return values
}

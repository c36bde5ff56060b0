/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Graph } from '../../equation/Graph.js'
import { isInput, type Node } from '../../equation/Node.js'
import type { Work } from '../../equation/Work.js'
import { must } from '../../scalars/must.js'
import { scalarIn } from '../plan/scalarIn.js'
import { leafIn } from '../plan/WorkList.js'
import { accessOf, accessToOne, type Access } from './Access.js'
import type { Context } from './Context.js'
import { header } from './expressions.js'
import type { Geometry } from './Geometry.js'
import { type DrawPass, isElement } from './DrawPass.js'

/** The textures of the drafts of one leaf, by node. */
export type Drafts = ReadonlyMap<Node, WebGLTexture>

/** How the sources of a pass are read for one leaf. */
export const accessesOf = (
  { backend }: Context,
  work: Work<Tensor>,
  { sources }: DrawPass,
  leaf: number,
  geometry: Geometry,
  drafts: Drafts,
): readonly Access[] =>
  sources.map((source) => {
    if (!isInput(source))
      return {
        texture: must(drafts.get(source), 'texture'),
        mode: 'same',
        numbers: [0, 0, 0, 0],
      }
    const { dataId, shape } = leafIn(work, source, leaf)
    return isElement(source) ? accessOf(backend, dataId, shape, geometry) : accessToOne(backend, dataId, shape)
  })

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
export const intsOf = ({ sources }: DrawPass): number => header + sources.length

const cell = new Float32Array(1)
const bits = new Int32Array(cell.buffer)

const bitsOf = (x: number): number => {
  cell[0] = x
  return must(bits[0], 'number')
}

/** The literals and scalars of a graph, rounded once to float32. */
export const uniformsOf = ({ uniforms }: Graph, work: Work<Tensor>): Float32Array => {
  const values = new Float32Array(4 * Math.max(1, Math.ceil(uniforms.length / 4)))
  uniforms.forEach((uniform, i) => {
    values[i] = uniform.kind === 'literal' ? uniform.value : scalarIn(work, uniform)
  })
  return values
}

/** @internal */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Graph } from '../../equation/Graph.js'
import { isInput, type Node } from '../../equation/Node.js'
import type { Work } from '../../equation/Work.js'
import { must } from '../../scalars/must.js'
import { scalarIn } from '../plan/scalarIn.js'
import { leafIn } from '../plan/WorkList.js'
import { accessOf, asItLies, type Access } from './Access.js'
import type { Backend } from './Backend.js'
import { type DrawPass, isElement } from './DrawPass.js'
import type { Padding } from './Geometry.js'
import type { Site } from './Site.js'

/** The textures of the drafts of one leaf, by node. */
export type Drafts = ReadonlyMap<Node, WebGLTexture>

/** One leaf of a draw: how the sources of a pass are read for it. */
export interface Inputs {
  readonly site: Site
  readonly padding: Padding
  readonly accesses: readonly Access[]
  /** Equal keys are read by equal shaders. */
  readonly key: string
  /** The first row of the result that is this leaf's. */
  readonly firstRow: number
}

/** The inputs of a pass for one leaf. */
export const inputsOf = (
  backend: Backend,
  work: Work<Tensor>,
  { sources }: DrawPass,
  site: Site,
  drafts: Drafts,
  over: 'padding' | 'written' | 'one',
): Inputs => {
  const { leaf, geometry } = site
  const padding = over === 'one' ? 'none' : geometry[over]
  const accesses = sources.map((source) =>
    isInput(source)
      ? accessOf(backend, leafIn(work, source, leaf), isElement(source) ? geometry : undefined)
      : asItLies(must(drafts.get(source), 'texture')),
  )
  return { site, padding, accesses, key: `${padding} ${accesses.map(({ mode }) => mode).join()}`, firstRow: 0 }
}

/** The vectors of whole numbers that describe one leaf of a draw; those of its sources follow.
 *
 *  ```text
 *  0  width, texels in a row, rows of texels, rows to walk
 *  1  rows, columns, batch, size (a float's)
 *  2  stride between rows, row in tables, first row of the result, -
 *  ```
 */
export const header = 3

/** How many vectors of whole numbers one leaf of a pass has. */
export const vectorsOf = ({ sources }: DrawPass): number => header + sources.length

/** The whole numbers of some leaves of a draw, as `header` describes them. */
export const intsOf = (pass: DrawPass, leaves: readonly Inputs[]): Int32Array => {
  const each = 4 * vectorsOf(pass)
  const ints = new Int32Array(each * leaves.length)
  leaves.forEach(({ site: { leaf, geometry }, accesses, firstRow }, i) => {
    ints.set(geometry.ints, i * each)
    ints.set([leaf + 1, firstRow], i * each + geometry.ints.length)
    accesses.forEach(({ numbers }, s) => ints.set(numbers, i * each + 4 * (header + s)))
  })
  return ints
}

/** The literals and scalars of a graph, rounded once to float32. */
export const uniformsOf = ({ uniforms }: Graph, work: Work<Tensor>): Float32Array => {
  const values = new Float32Array(4 * Math.max(1, Math.ceil(uniforms.length / 4)))
  uniforms.forEach((uniform, i) => {
    values[i] = uniform.kind === 'literal' ? uniform.value : scalarIn(work, uniform)
  })
  return values
}

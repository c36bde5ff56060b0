/** @internal */
import { shapeAt } from '../../tree/Skeleton.js'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import type { Node } from '../../equation/Node.js'
import type { Work } from '../../equation/Work.js'
import { must } from '../../scalars/must.js'
import type { StepPlan } from '../plan/planOf.js'
import type { Context } from './Context.js'
import { ContextLost } from './ContextLost.js'
import { draw } from './draw.js'
import type { Geometry } from './Geometry.js'
import { accessesOf, intsOf, putLeaf, type Drafts } from './Inputs.js'
import type { DrawPass } from './DrawPass.js'
import { writeShader } from './writeShader.js'

/** One step under way. */
export interface Drawing {
  readonly context: Context
  readonly plan: StepPlan
  readonly work: Work<Tensor>
  /** The uniforms of each class. */
  readonly uniforms: readonly Float32Array[]
  /** The tables of totals that are known by now. */
  readonly tables: WebGLTexture[]
  /** What is given back at the end of the step. */
  readonly scratch: TensorInfo[]
}

/** A new packed texture for a tensor, or for a table of so many texels. */
export const packed = (
  { backend }: Context,
  shape: readonly number[],
  texShape: readonly [number, number],
): TensorInfo => {
  const info = backend.makeTensorInfo([...shape], 'float32')
  const data = backend.texData.get(info.dataId)
  data.isPacked = true
  data.texShape = texShape
  backend.uploadToGPU(info.dataId)
  return info
}

/** A new texture of one number. */
export const single = ({ backend }: Context): TensorInfo => {
  const info = backend.makeTensorInfo([], 'float32')
  backend.uploadToGPU(info.dataId)
  return info
}

/** The texture of a tensor that was made here. */
export const textureOf = ({ backend }: Context, info: TensorInfo): WebGLTexture => {
  const texture = backend.texData.get(info.dataId).texture?.texture
  if (texture === undefined) throw new ContextLost()
  return texture
}

/** Gives back the scratch from a place on. Draws are done in order, so what is drawn next may have the textures. */
export const release = ({ context, scratch }: Drawing, from: number): void =>
  scratch.splice(from).forEach((info) => context.backend.disposeIntermediateTensorInfo(info))

/** The geometry of a leaf. */
export const geometryOfLeaf = (
  { context, work, plan }: Pick<Drawing, 'context' | 'work' | 'plan'>,
  leaf: number,
): Geometry => (plan.sizes[leaf] === 0 ? nowhere : context.geometry(shapeOfLeaf(work, leaf)))

/** The shape of a leaf. */
export const shapeOfLeaf = ({ skeleton }: Work<Tensor>, leaf: number): readonly number[] => shapeAt(skeleton, leaf)

const nowhere: Geometry = {
  batch: 0,
  rows: 0,
  cols: 0,
  texShape: [2, 2],
  width: 1,
  height: 1,
  texelsPerRow: 1,
  texelRows: 1,
  texels: 0,
  size: 0,
  padding: 'none',
}

/** One texel, for what is one number. */
const one: Pick<Geometry, 'width' | 'height'> = { width: 1, height: 1 }

/** Draws a pass over the elements of a leaf, or over one texel. */
export const drawPass = (
  drawing: Drawing,
  inClass: number,
  pass: DrawPass,
  leaf: number,
  targets: readonly TensorInfo[],
  drafts: Drafts,
  over: 'elements' | 'one',
): void => {
  const { context, work, uniforms } = drawing
  const geometry = geometryOfLeaf(drawing, leaf)
  const accesses = accessesOf(context, work, pass, leaf, geometry, drafts)
  const padding = over === 'one' ? 'none' : geometry.padding === 'any' && isFree(geometry) ? 'none' : geometry.padding
  const key = `${padding} ${accesses.map(({ mode }) => mode).join()}`
  const program = context.variant(pass, key, () =>
    writeShader(
      pass,
      accesses.map(({ mode }) => mode),
      padding,
    ),
  )
  const ints = new Int32Array(4 * intsOf(pass))
  putLeaf(ints, 0, geometry, leaf, accesses)
  const { width, height } = over === 'one' ? one : geometry
  draw(context, {
    program,
    width,
    height,
    ints,
    uniforms: must(uniforms[inClass], 'uniform'),
    targets: targets.map((info) => textureOf(context, info)),
    textures: [...accesses.map(({ texture }) => texture), ...pass.tables.map((table) => tableAt(drawing, table))],
  })
}

/** The texture of a table of an earlier phase. */
export const tableAt = ({ tables }: Drawing, index: number): WebGLTexture => must(tables[index], 'table')

/** Whether there are texels past the end, but no lanes within texels: nobody reads those. */
const isFree = ({ rows, cols }: Geometry): boolean => rows % 2 === 0 && cols % 2 === 0

/** Draws the drafts of a leaf. */
export const drawDrafts = (drawing: Drawing, inClass: number, passes: readonly DrawPass[], leaf: number): Drafts => {
  const drafts = new Map<Node, WebGLTexture>()
  const { context, work, scratch } = drawing
  for (const pass of passes) {
    const infos = pass.wanted.map(() =>
      packed(context, shapeOfLeaf(work, leaf), geometryOfLeaf(drawing, leaf).texShape),
    )
    scratch.push(...infos)
    drawPass(drawing, inClass, pass, leaf, infos, drafts, 'elements')
    pass.wanted.forEach((node, i) => drafts.set(node, textureOf(context, must(infos[i], 'texture'))))
  }
  return drafts
}

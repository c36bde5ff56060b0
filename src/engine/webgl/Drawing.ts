/** @internal */
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import type { Node } from '../../equation/Node.js'
import type { Work } from '../../equation/Work.js'
import { must } from '../../scalars/must.js'
import type { Context } from './Context.js'
import { draw, type Target } from './draw.js'
import type { DrawPass } from './DrawPass.js'
import type { Geometry } from './Geometry.js'
import { inputsOf, intsOf, type Drafts, type Inputs } from './Inputs.js'
import type { Site } from './Site.js'
import { textured, textureOf } from './texture.js'
import { writeShader } from './writeShader.js'

/** One step under way. */
export interface Drawing {
  readonly context: Context
  readonly work: Work<Tensor>
  /** The leaves of each class. */
  readonly sites: readonly (readonly Site[])[]
  /** The uniforms of each class. */
  readonly uniforms: readonly Float32Array[]
  /** The tables of totals that are known by now. */
  readonly tables: WebGLTexture[]
  /** What is given back at the end of the step. */
  readonly scratch: TensorInfo[]
}

/** Gives back the scratch from a place on. Draws are done in order, so what is drawn next may have the textures. */
export const release = ({ context, scratch }: Drawing, from: number): void =>
  scratch.splice(from).forEach((info) => context.backend.disposeIntermediateTensorInfo(info))

/** Draws a pass of a class over some of its leaves at once. */
export const drawLeaves = (
  { context, uniforms, tables }: Drawing,
  inClass: number,
  pass: DrawPass,
  leaves: readonly Inputs[],
  text: () => string,
  to: Target,
): void => {
  const textures = leaves.flatMap(({ accesses }) => accesses.map(({ texture }) => texture))
  for (const table of pass.tables) textures.push(must(tables[table], 'table'))
  const program = context.variant(pass, leaves.map(({ key }) => key).join('|'), text)
  draw(context, program, to, textures, intsOf(pass, leaves), must(uniforms[inClass], 'uniform'))
}

/** One texel, for what is one number. */
const single: Pick<Geometry, 'width' | 'height'> = { width: 1, height: 1 }

/** Draws a pass over the elements of a leaf, or over one texel. */
export const drawPass = (
  drawing: Drawing,
  inClass: number,
  pass: DrawPass,
  site: Site,
  infos: readonly TensorInfo[],
  drafts: Drafts,
  over: 'written' | 'one',
): void => {
  const { backend } = drawing.context
  const inputs = inputsOf(backend, drawing.work, pass, site, drafts, over)
  const { width, height } = over === 'one' ? single : site.geometry
  const targets = infos.map(({ dataId }) => textureOf(backend, dataId))
  drawLeaves(drawing, inClass, pass, [inputs], () => writeShader(pass, inputs), { targets, width, height })
}

/** Draws the drafts of a leaf. */
export const drawDrafts = (drawing: Drawing, inClass: number, passes: readonly DrawPass[], site: Site): Drafts => {
  const drafts = new Map<Node, WebGLTexture>()
  const { backend } = drawing.context
  for (const pass of passes) {
    const infos = pass.wanted.map(() => textured(backend, site.shape, site.geometry.texShape))
    drawing.scratch.push(...infos)
    drawPass(drawing, inClass, pass, site, infos, drafts, 'written')
    pass.wanted.forEach((node, i) => drafts.set(node, textureOf(backend, must(infos[i], 'texture').dataId)))
  }
  return drafts
}

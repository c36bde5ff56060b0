/** @internal */
import { env } from '@tensorflow/tfjs-core'
import { rememberedOne } from '../../equation/Program.js'
import { boundedMemory } from '../../tree/boundedMemory.js'
import type { Outline } from '../plan/Outline.js'
import type { StepPlan } from '../plan/planOf.js'
import type { Backend, Gpgpu } from './Backend.js'
import { ContextLost } from './ContextLost.js'
import { geometryOf, type Geometry } from './Geometry.js'
import type { Limits } from './passesOf.js'
import { type DrawPlan, drawPlanOf } from './DrawPlan.js'
import { shaderOf, type Shader } from './Shader.js'

/** What is remembered for one WebGL context, and lost with it. */
export interface Context {
  readonly backend: Backend
  readonly gl: WebGL2RenderingContext
  readonly limits: Limits
  /** The longest side of a texture. */
  readonly side: number
  /** The program of a text: equal texts are one program. The last are remembered; what falls out is deleted, so that a
   *  program is drawn with at once, or asked for again. */
  readonly program: (text: string) => Shader
  /** The program for one use of an object (a pass, a table), made when it is first asked for. */
  readonly variant: (of: object, key: string, text: () => string) => Shader
  /** A framebuffer of so many targets. */
  readonly framebuffer: (targets: number) => WebGLFramebuffer
  /** The geometry in which tensors of a shape are written. */
  readonly geometry: (shape: readonly number[]) => Geometry
  /** The draws of an outline, made once; `undefined` where an equation does not fit into shaders. */
  readonly draws: (outline: Outline) => { readonly plan: DrawPlan | undefined }
  /** Whether the tables of a plan are as high as a texture at most. */
  readonly fits: WeakMap<StepPlan, boolean>
}

/** The context of a backend. */
export const contextOf = (backend: Backend): Context => {
  const known = contexts.get(backend.gpgpu)
  if (known !== undefined) return known
  const made = newContext(backend)
  contexts.set(backend.gpgpu, made)
  return made
}

const contexts = new WeakMap<Gpgpu, Context>()

/** As many programs are kept compiled: a step needs some ten. */
const mostPrograms = 256

/** As many shapes of tensors. */
const mostGeometries = 4096

const newContext = (backend: Backend): Context => {
  const { gl } = backend.gpgpu
  const programs = boundedMemory<Shader>(mostPrograms, ({ end }) => end())
  const variants = rememberedOne((_of: object) => boundedMemory<{ readonly text: string }>(mostPrograms))
  const framebuffers = new Map<number, WebGLFramebuffer>()
  const geometries = boundedMemory<Geometry>(mostGeometries)
  const program = (text: string): Shader => programs(text, () => shaderOf(backend.gpgpu, text))
  const limits: Limits = {
    targets: Math.min(
      gl.getParameter(gl.MAX_DRAW_BUFFERS) as number,
      gl.getParameter(gl.MAX_COLOR_ATTACHMENTS) as number,
    ), // whole numbers
    textures: env().getNumber('WEBGL_MAX_TEXTURES_IN_SHADER'),
  }
  return {
    backend,
    gl,
    program,
    limits,
    side: env().getNumber('WEBGL_MAX_TEXTURE_SIZE'),
    variant: (of, key, text) => program(variants(of)(key, () => ({ text: text() })).text),
    framebuffer: (targets) => {
      const known = framebuffers.get(targets)
      if (known !== undefined) return known
      const made = gl.createFramebuffer()
      if (made === null) throw new ContextLost()
      gl.bindFramebuffer(gl.FRAMEBUFFER, made)
      gl.drawBuffers(Array.from({ length: targets }, (_, i) => gl.COLOR_ATTACHMENT0 + i))
      framebuffers.set(targets, made)
      return made
    },
    geometry: (shape) => geometries(shape.join(), () => geometryOf(shape, texShapeOf(backend, shape))),
    draws: rememberedOne((outline: Outline) => ({ plan: drawPlanOf(outline, limits) })),
    fits: new WeakMap(),
  }
}

/** Which texture tfjs chooses for a packed tensor: asked once, by having one made. */
const texShapeOf = (backend: Backend, shape: readonly number[]): readonly [number, number] => {
  const info = backend.makeTensorInfo([...shape], 'float32')
  const data = backend.texData.get(info.dataId)
  data.isPacked = true
  backend.uploadToGPU(info.dataId)
  const { texShape } = data
  backend.disposeIntermediateTensorInfo(info)
  if (texShape === undefined || texShape === null) throw new ContextLost()
  return texShape
}

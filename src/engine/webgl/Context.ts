/** @internal */
import { env } from '@tensorflow/tfjs-core'
import { rememberedOne } from '../../equation/Program.js'
import { must } from '../../scalars/must.js'
import { boundedMemory } from '../../tree/boundedMemory.js'
import { shapeAt, type Skeleton } from '../../tree/Skeleton.js'
import type { Outline } from '../plan/Outline.js'
import type { StepPlan } from '../plan/planOf.js'
import type { Backend } from './Backend.js'
import { ContextLost } from './ContextLost.js'
import { geometryOf, type Geometry } from './Geometry.js'
import type { Limits } from './passesOf.js'
import { type DrawPlan, drawPlanOf } from './DrawPlan.js'
import { shaderOf, type Shader } from './Shader.js'
import type { Site } from './Site.js'
import { textured } from './texture.js'

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
  /** The leaves of each class of a plan, looked up once. */
  readonly sites: (plan: StepPlan, skeleton: Skeleton) => readonly (readonly Site[])[]
}

/** As many programs are kept compiled: a step needs some ten. */
const mostPrograms = 256

/** As many shapes of tensors. */
const mostGeometries = 4096

/** The context of a backend. */
export const contextOf = rememberedOne((backend: Backend): Context => {
  const { gl } = backend.gpgpu
  const programs = boundedMemory<Shader>(mostPrograms, ({ end }) => end())
  const variants = rememberedOne((_of: object) => boundedMemory<{ readonly text: string }>(mostPrograms))
  const geometries = boundedMemory<Geometry>(mostGeometries)
  const program = (text: string): Shader => programs(text, () => shaderOf(backend.gpgpu, text))
  const limits: Limits = {
    targets: Math.min(
      gl.getParameter(gl.MAX_DRAW_BUFFERS) as number,
      gl.getParameter(gl.MAX_COLOR_ATTACHMENTS) as number,
    ), // whole numbers
    textures: env().getNumber('WEBGL_MAX_TEXTURES_IN_SHADER'),
  }
  const framebuffers = boundedMemory<WebGLFramebuffer>(limits.targets)
  const geometry = (shape: readonly number[]): Geometry =>
    geometries(shape.join(), () => geometryOf(shape, texShapeOf(backend, shape)))
  const sites = new WeakMap<StepPlan, readonly (readonly Site[])[]>()
  const siteOf = (skeleton: Skeleton, leaf: number): Site => {
    const shape = shapeAt(skeleton, leaf)
    return { leaf, shape, geometry: geometry(shape) }
  }
  return {
    backend,
    gl,
    program,
    limits,
    side: env().getNumber('WEBGL_MAX_TEXTURE_SIZE'),
    variant: (of, key, text) => program(variants(of)(key, () => ({ text: text() })).text),
    framebuffer: (targets) =>
      framebuffers(String(targets), () => {
        const made = gl.createFramebuffer()
        if (made === null) throw new ContextLost()
        gl.bindFramebuffer(gl.FRAMEBUFFER, made)
        gl.drawBuffers(Array.from({ length: targets }, (_, i) => gl.COLOR_ATTACHMENT0 + i))
        return made
      }),
    geometry,
    draws: rememberedOne((outline: Outline) => ({ plan: drawPlanOf(outline, limits) })),
    sites: (plan, skeleton) => {
      const found = sites.get(plan) ?? plan.leaves.map((leaves) => leaves.map((leaf) => siteOf(skeleton, leaf)))
      sites.set(plan, found)
      return found
    },
  }
})

/** Which texture tfjs chooses for a packed tensor: asked once, by having one made. One without elements gets none. */
const texShapeOf = (backend: Backend, shape: readonly number[]): readonly [number, number] => {
  if (shape.includes(0)) return [2, 2]
  const info = textured(backend, shape, 'chosen')
  const { texShape } = backend.texData.get(info.dataId)
  backend.disposeIntermediateTensorInfo(info)
  return must(texShape ?? undefined, 'texture')
}

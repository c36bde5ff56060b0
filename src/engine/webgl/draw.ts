/** @internal */
import type { Context } from './Context.js'
import type { Shader } from './Shader.js'

/** Where something is drawn to. */
export interface Target {
  readonly targets: readonly WebGLTexture[]
  readonly width: number
  readonly height: number
  /** The rows that are written; the others keep what they hold. */
  readonly rows?: readonly [first: number, count: number]
}

/** Draws. Nothing needs to be restored: each of tfjs' programs sets framebuffer, viewport, scissor, program and
 *  textures itself. */
export const draw = (
  { gl, framebuffer }: Context,
  program: Shader,
  { targets, width, height, rows }: Target,
  textures: readonly WebGLTexture[],
  ints: Int32Array,
  uniforms: Float32Array,
): void => {
  const frame = framebuffer(targets.length)
  gl.bindFramebuffer(gl.FRAMEBUFFER, frame)
  for (let i = 0; i < targets.length; i++)
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + i, gl.TEXTURE_2D, targets[i] ?? null, 0)
  gl.viewport(0, 0, width, height)
  gl.scissor(0, rows?.[0] ?? 0, width, rows?.[1] ?? height) // tfjs leaves the scissor test on
  program.use(textures, ints, uniforms)
  gl.drawElements(gl.TRIANGLES, 6, gl.UNSIGNED_SHORT, 0)
}

/** @internal */
import type { Gpgpu } from './Backend.js'
import { ContextLost } from './ContextLost.js'

/** A compiled program, and how to make it the current one. */
export interface Shader {
  /** Textures go to the units from 0 on: those of the leaves, then the tables. `uniforms` are set again only if they
   *  are another object. */
  readonly use: (textures: readonly WebGLTexture[], ints: Int32Array, uniforms: Float32Array) => void
  /** Deletes it. */
  readonly end: () => void
}

/** Compiles a fragment program; the vertex program is tfjs' own. */
export const shaderOf = (gpgpu: Gpgpu, text: string): Shader => {
  const { gl } = gpgpu
  const shader = gl.createShader(gl.FRAGMENT_SHADER)
  if (shader === null || gl.isContextLost()) throw new ContextLost()
  gl.shaderSource(shader, text)
  gl.compileShader(shader)
  if (gl.getShaderParameter(shader, gl.COMPILE_STATUS) !== true) {
    if (gl.isContextLost()) throw new ContextLost()
    // a context that was lost gives no log
    throw new Error(`A fused step did not compile; please report this. ${gl.getShaderInfoLog(shader) ?? ''}\n${text}`)
  }
  const program = gpgpu.createProgram(shader)
  gl.deleteShader(shader) // lives on in the program
  gpgpu.buildVao(program)
  const ints = gl.getUniformLocation(program, 'I')
  const numbers = gl.getUniformLocation(program, 'U')
  let unit = 0
  for (const [, name = ''] of text.matchAll(/sampler2D (\w+);/g))
    gl.uniform1i(gl.getUniformLocation(program, name), unit++)
  let last: Float32Array | undefined
  return {
    use: (textures, own, uniforms) => {
      gpgpu.setProgram(program)
      gpgpu.bindVertexArray(program.vao)
      for (let i = 0; i < textures.length; i++) {
        gl.activeTexture(gl.TEXTURE0 + i)
        gl.bindTexture(gl.TEXTURE_2D, textures[i] ?? null)
      }
      if (ints !== null) gl.uniform4iv(ints, own)
      if (numbers !== null && uniforms !== last) gl.uniform4fv(numbers, uniforms)
      last = uniforms
    },
    end: () => {
      if (!gl.isContextLost()) gpgpu.deleteProgram(program)
    },
  }
}

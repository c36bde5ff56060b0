import '@tensorflow/tfjs-backend-webgl'
import * as tf from '@tensorflow/tfjs-core'
import { rendererName } from '../rendererName.js'
import { backend, contestants, packed, unpacked, type WebglContestant } from './webglContestants.js'
import type { WebglPage, WebglRow } from './webglRow.js'

const conv = (from: number, to: number): readonly (readonly number[])[] => [[3, 3, from, to], [to], [to]]

const sets: Readonly<Record<string, readonly (readonly number[])[]>> = {
  '97k in 10': [[784, 100], [100], [100, 100], [100], [100, 64], [64], [64, 32], [32], [32, 10], [10]],
  '1.07M in 59': [
    ...conv(3, 32),
    ...Array.from({ length: 6 }, () => conv(32, 32)).flat(),
    ...conv(32, 64),
    ...Array.from({ length: 5 }, () => conv(64, 64)).flat(),
    ...conv(64, 128),
    ...Array.from({ length: 5 }, () => conv(128, 128)).flat(),
    [128, 10],
    [10],
  ],
  '4.2M in 1': [[2048, 2048]],
}

/** Waits until a tensor is drawn: reads one of its texels. */
const settled = (tensor: tf.Tensor): void => {
  const gl = backend().gpgpu.gl
  framebuffer ??= gl.createFramebuffer()
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, backend().getTexture(tensor.dataId), 0)
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.FLOAT, texel)
}

let framebuffer: WebGLFramebuffer | null = null
const texel = new Float32Array(4)

const live = (): number => {
  const textures = backend().getTextureManager()
  return textures.numBytesAllocated - textures.numBytesFree
}

/** What one run asks of the context; at its second and third time, when everything is compiled. */
const counted = (
  { run }: WebglContestant,
  size: number,
): Pick<WebglRow, 'draws' | 'uploads' | 'texturesMade' | 'peak'> => {
  const gl = backend().gpgpu.gl as WebGL2RenderingContext // tfjs made it with version 2
  run()
  run()
  const count = { draws: 0, uploads: 0, texturesMade: 0 }
  const before = live()
  let most = before
  const own = WebGL2RenderingContext.prototype
  gl.drawElements = (...args) => {
    count.draws++
    most = Math.max(most, live())
    own.drawElements.apply(gl, args)
  }
  gl.texSubImage2D = (...args: unknown[]) => {
    count.uploads++
    Reflect.apply(own.texSubImage2D, gl, args)
  }
  gl.createTexture = () => {
    count.texturesMade++
    return own.createTexture.call(gl)
  }
  run()
  for (const name of ['drawElements', 'texSubImage2D', 'createTexture']) Reflect.deleteProperty(gl, name)
  return { ...count, peak: (most - before) / size }
}

/** Times each contestant right after the copy, round after round, so that what the machine does meanwhile falls on
 *  both. One run before each that counts brings caches and clocks to where they are in a loop. What takes many times
 *  longer goes without it, and has its turn in one round of eight. */
const paired = async (contestants: readonly WebglContestant[], seconds: number) => {
  const [yardstick] = contestants
  if (yardstick === undefined) return []
  const time = ({ run }: WebglContestant, isWarm: boolean): number => {
    if (isWarm) settled(run())
    const start = performance.now()
    settled(run())
    return performance.now() - start
  }
  const first = contestants.map((contestant) => time(contestant, true)) // what others left to do is waited for
  const times = contestants.map((): number[] => [])
  const ratios = contestants.map((): number[] => [])
  const until = performance.now() + seconds * 1000
  const quickest = Math.min(...first)
  for (let round = 0; round <= 2 * seldom || (performance.now() < until && round < 400); round++)
    for (const [i, contestant] of contestants.entries()) {
      const isSlow = (first[i] ?? 0) > 6 * quickest
      if (isSlow && round % seldom !== 0) continue
      // Between two samples the page may do what pages must.
      await new Promise((resolve) => {
        setTimeout(resolve, 0)
      })
      const copied = time(yardstick, true)
      const own = time(contestant, !isSlow)
      times[i]?.push(own)
      ratios[i]?.push(own / copied)
    }
  return contestants.map(({ name }, i) => {
    const own = ratios[i] ?? []
    return {
      name,
      milliseconds: quantile(times[i] ?? [], 0.5),
      ratio: quantile(own, 0.5),
      quartiles: [quantile(own, 0.25), quantile(own, 0.75)] as const,
      rounds: own.length,
    }
  })
}

const measure = async (
  set: string,
  gradients: WebglRow['gradients'],
  seconds: number,
  only = '',
): Promise<readonly WebglRow[]> => {
  const shapes = sets[set] ?? []
  const grads = shapes.map(gradients === 'packed' ? packed : unpacked)
  const size = grads.reduce((sum, g) => sum + g.size, 0)
  const all = contestants(shapes, grads, (name, i) => i === 0 || new RegExp(only).test(name))
  const counts = all.map((contestant) => counted(contestant, size))
  const timings = await paired(all, seconds)
  all.forEach(({ end }) => end())
  grads.forEach((g) => g.dispose())
  return timings.flatMap((timing, i) => {
    const count = counts[i]
    return count === undefined ? [] : [{ set, gradients, ...timing, ...count }]
  })
}

/** In how many rounds a slow contestant has one turn. */
const seldom = 8

const quantile = (numbers: readonly number[], q: number): number =>
  [...numbers].sort((a, b) => a - b)[Math.round((numbers.length - 1) * q)] ?? Number.NaN

await tf.setBackend('webgl')
await tf.ready()

const page: WebglPage = {
  sets: Object.keys(sets),
  measure,
  renderer: rendererName,
}
Object.assign(globalThis, { polyakBench: page })

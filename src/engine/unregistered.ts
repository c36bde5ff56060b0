/** @internal */
import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../tree/sizeOf.js'
import type { Executor } from '../equation/Work.js'
import { backends } from './backends.js'
import { eager } from './eager.js'

/** The package's entries that register an executor each; a test holds them to package.json. */
export const entries: readonly string[] = ['cpu', 'wasm', 'webgl']

/** Steps of more parameters than this are told on the console that they could be faster. */
const many = 1e5

/** The choice where no row recognises the backend of this name, with what to do about it. The first step says it on the
 *  console, if that is a large one and an import would make it faster. */
export const unregistered = (backend: string) => {
  const known = backends().map(({ name }) => name)
  const missing = entries.filter((entry) => !known.includes(entry))
  const remedy = missing.includes(backend)
    ? `import 'polyak/${backend}'`
    : missing.length > 0
      ? `import one of ${missing.map((entry) => `'polyak/${entry}'`).join(', ')} if it is of that kind`
      : `it is of no kind that is known (${known.join(', ')})`
  const why = `no executor is registered for the backend "${backend}": ${remedy}`
  const executor: Executor<tf.Tensor> = (work) => {
    if (missing.length > 0 && !seen.has(backend)) {
      seen.add(backend)
      const size = work.skeleton.shapes.reduce((sum, shape) => sum + sizeOf(shape), 0)
      if (size > many) tf.backend_util.warn(`polyak: ${why}. Each step of ${size} parameters is tensor operations.`)
    }
    return eager(work)
  }
  return { name: 'eager', why, executor }
}

/** The backends that took a step without an executor. */
const seen = new Set<string>()

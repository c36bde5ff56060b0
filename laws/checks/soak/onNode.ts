import process from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import '../gradients/inNode.js'
import { chooseExecutor } from '../../../src/engine/chooseExecutor.js'
import { type SoakOptions, type SoakReport, soak } from './soak.js'

export { shownReport } from './soak.js'

/** Where steps run: the backend of tfjs, and whether WebAssembly modules may be made. */
const places = {
  wasm: { backend: 'wasm', modules: true, executor: 'wasm' },
  cpu: { backend: 'cpu', modules: true, executor: 'cpu' },
  // as under a Content-Security-Policy: loops in JavaScript, and tensor operations
  blocks: { backend: 'cpu', modules: false, executor: 'cpu' },
  eager: { backend: 'wasm', modules: false, executor: 'eager' },
} as const

/** A soak in this process. Without modules nothing else may have run in it: what is possible is found out once. */
export const onNode = async (options: Omit<SoakOptions, 'heap'>): Promise<SoakReport> => {
  const place = places[options.backend as keyof typeof places] as (typeof places)[keyof typeof places] | undefined // as typed
  if (place === undefined) throw new TypeError(`no backend "${options.backend}": ${Object.keys(places).join(', ')}`)
  await tf.setBackend(place.backend)
  await tf.ready()
  if (!place.modules)
    // whoever makes one is refused, as `new` of an arrow function is
    WebAssembly.Module = (() => undefined) as unknown as typeof WebAssembly.Module
  const { name, why } = chooseExecutor()
  if (name !== place.executor) throw new Error(`soak: expected the executor ${place.executor}, found ${name}: ${why}`)
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void // what the flag exposes
  const heap = (): number => {
    gc()
    gc()
    return process.memoryUsage().heapUsed
  }
  return soak({ ...options, heap })
}

import * as tf from '@tensorflow/tfjs-core'
import type { Executor } from '../equation/Work.js'
import { backends } from './backends.js'
import { eager } from './eager.js'
import { unregistered } from './unregistered.js'

/** Which executor a step would use, and why. */
export interface Choice {
  /** `'eager'`, or the name of the entry that registered the executor: `'wasm'`, `'cpu'`, `'webgl'`. */
  readonly name: string
  readonly why: string
  readonly executor: Executor<tf.Tensor>
}

/** Which executor a step would use now, and why: for the backend that is set, whatever name it was registered under,
 *  and for what this runtime allows.
 *
 *  ```text
 *  wasm   one WebAssembly kernel for each kind of leaf, on the heap of the wasm backend
 *  cpu    the same kernel over arrays, piece by piece; JavaScript where WebAssembly is not allowed
 *  webgl  one draw for each leaf
 *  eager  tensor operations, on any backend: while a gradient tape records
 *  ```
 *
 *  `polyak` holds all of them, `polyak/core` none: there, `polyak/wasm`, `polyak/cpu` and `polyak/webgl` bring one each.
 *
 *  @example chooseExecutor().why */
export const chooseExecutor = (): Choice => {
  // What a tape should record must be operations that it knows.
  if (tf.engine().state.gradientDepth > 0) return taped
  const backend = tf.backend()
  const rows = backends()
  const last = choices.get(backend)
  if (last?.among === rows.length) return last.choice
  const row = rows.find(({ recognise }) => recognise(backend))
  if (row === undefined) return unregistered(tf.getBackend())
  const { why, executor } = row.executor(backend)
  if (executor === undefined) return { name: 'eager', why, executor: eager }
  const choice = { name: row.name, why, executor }
  if (!row.flags) choices.set(backend, { among: rows.length, choice })
  return choice
}

/** What was chosen for good, as long as no entry registers more: an eager choice, and one that flags of tfjs decide,
 *  is made anew at each step. The object of a backend changes when it is set up anew. */
const choices = new WeakMap<tf.KernelBackend, { readonly among: number; readonly choice: Choice }>()

const taped: Choice = { name: 'eager', why: 'a gradient tape is recording', executor: eager }

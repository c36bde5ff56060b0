import process from 'node:process'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { muon as muonOf } from '../../../src/optimizers/muon.js'
import { nadamw } from '../../../src/optimizers/nadamw.js'
import type { Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { axiswiseTensors } from '../../../src/transforms/axiswiseTensors.js'
import { orthogonalized } from '../../../src/transforms/newtonSchulz.js'
import { quintics } from '../../../src/transforms/nsCoefficients.js'
import type { BenchOptions } from './bench.js'
import { copy, stepped } from './contestants.js'
import { ended, interleaved, timing, type Contestant, type Timing } from './interleaved.js'
import { tree, type ParameterSet } from './sets.js'
import { talkTo } from './talkTo.js'

const [matrices, size, vectors, iterations] = [12, 256, 30, 5]

const set: ParameterSet = {
  name: `${matrices} matrices of ${size}×${size}, ${vectors} vectors`,
  shapes: [...Array.from({ length: matrices }, () => [size, size]), ...Array.from({ length: vectors }, () => [size])],
}

/** Times a step of Muon on the wasm backend: what of it are the Newton–Schulz iterations, and of those the products; beside
 *  PyTorch's, in a process of its own and in turn with this one, where a Python has it. */
export const muon = async ({ seconds }: Pick<BenchOptions, 'seconds'>): Promise<void> => {
  await tf.setBackend('wasm')
  const grads = tree(set, 0.01, 3)
  const optimizer = muonOf({ learningRate: 0.02, weightDecay: 0.01 }) as unknown as Transformation<Opaque> // only passed on
  const rest: ParameterSet = { ...set, shapes: set.shapes.slice(matrices) }
  const restGrads = tree(rest, 0.01, 3)
  const peer = talkTo(process.env['POLYAK_PYTHON'] ?? 'python3')
  const answer = await peer
    .ask({ do: 'muon', shapes: set.shapes })
    .catch((): { readonly contestants?: unknown } => ({}))
  const names = Array.isArray(answer.contestants) ? answer.contestants.map(String) : []
  const contestants: readonly Contestant[] = [
    copy(set, 5),
    stepped('Muon, a step', optimizer, set, grads, true),
    stepped(
      'its vectors alone (nadamw)',
      nadamw({ learningRate: 0.02 }) as unknown as Transformation<Opaque>,
      rest,
      restGrads,
      true,
    ),
    each('Newton–Schulz alone', grads, (x) => orthogonalized(axiswiseTensors, x, coefficients, 'frobenius', 1e-8)),
    each('its products alone', grads, products),
    ...names.map((name): Contestant => ({
      name,
      backend: '',
      end: () => undefined,
      timed: async (repeats) => Number((await peer.ask({ do: 'time', name, repeats }))['milliseconds']),
    })),
  ]
  const timings = await interleaved(contestants, { seconds, enter: async () => undefined })
  const reads = await readBacks(() => contestants[1]?.timed(3))
  await ended(contestants)
  peer.end()
  tf.dispose([grads, restGrads])
  console.log(told(timings, reads))
}

const coefficients = quintics('standard', iterations)

/** The products of the iterations, without what lies between them. */
const products = (x: tf.Tensor): tf.Tensor => {
  let now = x
  for (let i = 0; i < iterations; i++) {
    const gram = tf.matMul(now, tf.transpose(now, [1, 0]))
    now = tf.matMul(tf.matMul(gram, gram), now)
  }
  return now
}

const each = (
  name: string,
  grads: Readonly<Record<string, tf.Tensor>>,
  run: (x: tf.Tensor) => tf.Tensor,
): Contestant => ({
  name,
  backend: 'wasm',
  end: () => undefined,
  timed: timing(() => {
    for (const x of Object.values(grads)) if (x.rank === 2) tf.tidy(() => run(x)).dispose()
  }),
})

/** How often tensors are read back to JavaScript, while something runs. */
const readBacks = async (run: () => unknown): Promise<number> => {
  const backend = tf.backend() as unknown as Record<string, (...args: readonly unknown[]) => unknown> // its methods
  const count = { reads: 0 }
  const given = { readSync: backend['readSync'], read: backend['read'] }
  for (const [name, method] of Object.entries(given))
    backend[name] = (...args) => {
      count.reads += 1
      return method?.apply(backend, [...args])
    }
  try {
    await run()
  } finally {
    for (const name of Object.keys(given)) delete backend[name] // the prototype's own shows again
  }
  return count.reads
}

const told = (timings: readonly Timing[], reads: number): string => {
  const row = (part: string): number => timings.find(({ name }) => name.startsWith(part))?.milliseconds ?? Number.NaN
  const whole = row('Muon')
  const share = (part: string): string => `${((100 * row(part)) / whole).toFixed(0)} %`
  return [
    set.name,
    ...timings.map(
      ({ name, milliseconds, spread }) =>
        `  ${name.padEnd(56)} ${milliseconds.toFixed(2).padStart(9)} ms  (${spread.map((x) => x.toFixed(2)).join('–')})`,
    ),
    `of a step ${share('Newton')} are Newton–Schulz iterations, ${share('its products')} their products; read back in three steps: ${reads}`,
    ...timings
      .filter(({ name }) => name.startsWith('PyTorch'))
      .map(({ name, milliseconds }) => `a step here takes ${(whole / milliseconds).toFixed(1)} × that of ${name}`),
  ].join('\n')
}

import * as tf from '@tensorflow/tfjs-core'
import { isOwn } from '../../../src/gradients/installKernels.js'
import type { LayerCase } from './layerCases.js'
import { errorOf, numbers, sizeOf } from './numbers.js'

type Weights = readonly (readonly number[])[]

/** The trainable weights at first and after each batch, or why there are none. */
type Trained = { readonly names: readonly string[]; readonly weights: readonly Weights[] } | { readonly error: string }

/** How a case fares: with these kernels, and with tfjs' own where that is otherwise. */
export type Verdict =
  { readonly kind: 'trains'; readonly alone: string | null } | { readonly kind: 'fails'; readonly error: string }

/** Trains a case on wasm with the kernels of this library and with tfjs' own, and compares with the cpu backend. */
export const layerVerdict = async (one: LayerCase): Promise<Verdict> => {
  const ours = await trained(one, one.model, 4)
  const theirs = await withTfjsKernels(() => trained(one, one.model, 1))
  const expected = await onCpu(() => trained(one, one.equal ?? one.model, 4))
  if ('error' in ours) return { kind: 'fails', error: 'error' in expected ? ours.error : `only on wasm: ${ours.error}` }
  if ('error' in expected) return { kind: 'fails', error: `on cpu: ${expected.error}` }
  const resting = ours.names.filter((_, i) => errorOf(at(ours, 4)[i] ?? [], at(ours, 0)[i] ?? []) < 1e-5)
  if (resting.length > 0) return { kind: 'fails', error: `${resting.join(', ')} did not move` }
  const off = errorOf(at(ours, 4).flat(), at(expected, 4).flat())
  if (!(off <= allowed)) return { kind: 'fails', error: `its weights are off by ${off}` }
  return {
    kind: 'trains',
    alone: 'error' in theirs ? lacking(theirs.error) : wrong(at(theirs, 1).flat(), at(expected, 1).flat()),
  }
}

const at = ({ weights }: { readonly weights: readonly Weights[] }, batches: number): Weights => {
  const found = weights[batches]
  if (found === undefined) throw new Error(`no weights after ${batches} batches`)
  return found
}

/** Of the largest weight. */
const allowed = 1e-6

const lacking = (error: string): string => {
  const kernel = /[Kk]ernel '(\w+)'(?: not registered)? for backend/.exec(error)?.[1]
  if (kernel === undefined)
    throw new Error(`with the kernels of tfjs, another error than of a kernel's absence: ${error}`)
  return `no \`${kernel}\``
}

const wrong = (found: readonly number[], expected: readonly number[]): string | null => {
  const off = errorOf(found, expected)
  if (off <= allowed) return null
  if (!(off <= 1e3 * allowed)) return 'wrong weights' // NaN, too: some kernels read what nobody wrote
  throw new Error(`with the kernels of tfjs the weights are off by ${off}: neither right nor wrong`)
}

const trained = async ({ loss, x, y }: LayerCase, made: LayerCase['model'], batches: number): Promise<Trained> => {
  const model = made()
  const [input, target, optimizer] = [x(), y(), tf.train.sgd(0.01)]
  model.compile({ optimizer, loss })
  model.trainableWeights.forEach((weight, i) => {
    if (/gamma|beta/.test(weight.originalName)) return
    const shape = weight.shape.map(Number)
    const value = tf.tensor(
      numbers(sizeOf(shape), 10 + i).map((w) => 0.6 * w),
      shape,
    )
    weight.write(value)
    value.dispose()
  })
  const read = (): Weights => model.trainableWeights.map((weight) => Array.from(weight.read().dataSync()))
  try {
    const weights = [read()]
    for (let i = 0; i < batches; i++) {
      await model.trainOnBatch(input, target)
      weights.push(read())
    }
    return { names: model.trainableWeights.map(({ originalName }) => originalName), weights }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  } finally {
    tf.dispose([input, target])
    optimizer.dispose()
    model.dispose()
  }
}

const onCpu = async <A>(body: () => Promise<A>): Promise<A> => {
  await tf.setBackend('cpu')
  try {
    return await body()
  } finally {
    await tf.setBackend('wasm')
  }
}

/** Runs it as if this library's kernels had never been registered. */
const withTfjsKernels = async <A>(body: () => Promise<A>): Promise<A> => {
  const ours = tf.getKernelsForBackend('wasm').filter(isOwn)
  for (const { kernelName, insteadOf } of ours) {
    tf.unregisterKernel(kernelName, 'wasm')
    if (insteadOf !== null) tf.registerKernel(insteadOf)
  }
  try {
    return await body()
  } finally {
    for (const own of ours) {
      if (own.insteadOf !== null) tf.unregisterKernel(own.kernelName, 'wasm')
      tf.registerKernel(own)
    }
  }
}

import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, test, vi } from 'vitest'
import { addChainedMethods } from './addChainedMethods.js'
import { gradientKernels } from './gradientKernels.js'
import { installKernels, isOwn } from './installKernels.js'
import { registerGradientKernels } from './registerGradientKernels.js'

/** The kernels of the wasm backend as tfjs registered them, for a backend of another name. */
const original = (backendName: string): readonly tf.KernelConfig[] =>
  tf.getKernelsForBackend('wasm').flatMap((config) => {
    const found = isOwn(config) ? config.insteadOf : config
    return found === null || found.kernelName.includes('/') ? [] : [{ ...found, backendName }]
  })

const ownOf = (backendName: string): readonly string[] =>
  tf.getKernelsForBackend(backendName).flatMap((config) => (isOwn(config) ? [config.kernelName] : []))

/** The backend of this project under a name of its own, as another object. */
const started = async (backendName: string): Promise<boolean> => {
  const same = new Proxy(tf.backend(), {})
  tf.registerBackend(backendName, () => same)
  return tf.setBackend(backendName)
}

afterEach(async () => {
  for (const name of ['before', 'after', 'late', 'theirs'])
    for (const { kernelName } of tf.getKernelsForBackend(name)) tf.unregisterKernel(kernelName, name)
  await tf.setBackend('wasm')
})

const all = gradientKernels.map(({ name }) => name).toSorted()

test('registered before the backend’s own kernels', async () => {
  const warn = vi.spyOn(console, 'warn')
  registerGradientKernels('before')
  original('before').forEach(tf.registerKernel)
  expect(ownOf('before')).toEqual([])
  expect(await started('before')).toBe(true)
  expect(ownOf('before').toSorted()).toEqual(all)
  expect(warn).not.toHaveBeenCalled()
})

test('registered after them', async () => {
  original('after').forEach(tf.registerKernel)
  registerGradientKernels('after')
  expect(ownOf('after')).toEqual([])
  expect(await started('after')).toBe(true)
  expect(ownOf('after').toSorted()).toEqual(all)
})

test('registered when the backend has started, and once more', async () => {
  original('late').forEach(tf.registerKernel)
  expect(await started('late')).toBe(true)
  registerGradientKernels('late')
  expect(ownOf('late').toSorted()).toEqual(all)
  const before = tf.getKernelsForBackend('late')
  registerGradientKernels('late')
  await tf.setBackend('late')
  expect(tf.getKernelsForBackend('late')).toEqual(before)
})

/** A kernel that somebody else might bring: right, by the operations of another backend. */
const theirs = (kernelName: string): tf.KernelConfig => {
  const own = tf.getKernel(kernelName, 'wasm')
  return { kernelName, backendName: 'theirs', kernelFunc: (call) => own.kernelFunc(call) }
}

test('a kernel of others that is right is left alone, and one inside the wrapper goes on', async () => {
  const names = all.filter((name) => name !== tf.BatchMatMul)
  original('theirs')
    .filter(({ kernelName }) => !names.includes(kernelName))
    .forEach(tf.registerKernel)
  const product = vi.fn<tf.KernelFunc>(tf.getKernel(tf.BatchMatMul, 'theirs').kernelFunc)
  tf.unregisterKernel(tf.BatchMatMul, 'theirs')
  tf.registerKernel({ kernelName: tf.BatchMatMul, backendName: 'theirs', kernelFunc: product })
  const configs = names.map(theirs)
  configs.forEach(tf.registerKernel)
  registerGradientKernels('theirs')
  await started('theirs')
  expect(ownOf('theirs')).toEqual([tf.BatchMatMul])
  for (const config of configs) expect(tf.getKernel(config.kernelName, 'theirs')).toBe(config)
  tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([4, 3]), false, true))
  expect(product).toHaveBeenCalledOnce()
  expect(product.mock.calls[0]?.[0].attrs).toEqual({ transposeA: false, transposeB: false })
})

test('a kernel of others that comes later is left alone as well', async () => {
  original('late').forEach(tf.registerKernel)
  registerGradientKernels('late')
  await started('late')
  const mine = { ...theirs(tf.MaxPoolGrad), backendName: 'late' }
  tf.unregisterKernel(tf.MaxPoolGrad, 'late')
  tf.registerKernel(mine)
  await tf.setBackend('wasm')
  await tf.setBackend('late')
  expect(tf.getKernel(tf.MaxPoolGrad, 'late')).toBe(mine)
})

test('a kernel that throws at its probe is replaced', async () => {
  original('late').forEach(tf.registerKernel)
  tf.unregisterKernel(tf.MaxPoolGrad, 'late')
  const kernelFunc = vi.fn<tf.KernelFunc>(() => {
    throw new Error('not yet')
  })
  tf.registerKernel({ kernelName: tf.MaxPoolGrad, backendName: 'late', kernelFunc })
  registerGradientKernels('late')
  await started('late')
  expect(kernelFunc).toHaveBeenCalledOnce()
  expect(ownOf('late')).toContain(tf.MaxPoolGrad)
})

test('probes leave nothing behind', () => {
  original('theirs').forEach(tf.registerKernel)
  const backend = tf.backend() as BackendWasm
  const before = [backend.numDataIds(), tf.memory().numTensors]
  installKernels('theirs', backend)
  expect(ownOf('theirs').toSorted()).toEqual(all)
  expect([backend.numDataIds(), tf.memory().numTensors]).toEqual(before)
})

test('a backend of another make is left alone', () => {
  tf.registerKernel({ ...tf.getKernel(tf.Add, 'wasm'), backendName: 'theirs' })
  installKernels('theirs', {})
  expect(ownOf('theirs')).toEqual([])
})

test('chained methods are added where they are absent, and only there', () => {
  const flatten = (): string => 'mine'
  const prototype: Record<string, unknown> = { flatten }
  addChainedMethods(prototype)
  expect(prototype['flatten']).toBe(flatten)
  expect(Object.keys(prototype)).toEqual(['flatten'])
  expect(typeof prototype['reshape']).toBe('function')
})

test('what tfjs chains in its own gradients and initializers works', () => {
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2])
    expect([
      ...tf
        .grad((a: tf.Tensor) => tf.prod(a))(x)
        .dataSync(),
    ]).toEqual([24, 12, 8, 6])
  })
})

import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, test, vi } from 'vitest'

// The choice is made once for each backend and runtime: each test starts afresh.
const fresh = async () => {
  vi.resetModules()
  const [{ chooseExecutor }, , { step }, { adam }, { chain }, { clipByGlobalNorm }] = await Promise.all([
    import('./chooseExecutor.js'),
    import('../cpu.js'),
    import('../transformation/step.js'),
    import('../optimizers/adam.js'),
    import('../combinators/chain.js'),
    import('../transforms/clipByGlobalNorm.js'),
  ])
  const optimizer = chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate: 0.1 }))
  const stepped = (): readonly number[] =>
    tf.tidy(() => {
      const params = { w: tf.linspace(-1, 1, 2500) }
      const grads = { w: tf.sin(tf.linspace(0, 9, 2500)) }
      return [...step(optimizer)(grads, optimizer.init(params), params).params.w.dataSync()]
    })
  return { chooseExecutor, stepped }
}

afterEach(() => {
  vi.unstubAllGlobals()
})

/** What a Content-Security-Policy without 'wasm-unsafe-eval' does: validation still says yes. */
const forbidden = (allowed: (bytes: Uint8Array) => boolean) => {
  const { Module } = WebAssembly
  vi.stubGlobal('WebAssembly', {
    ...Object.fromEntries(
      Object.getOwnPropertyNames(WebAssembly).map((name) => [
        name,
        (WebAssembly as unknown as Readonly<Record<string, unknown>>)[name],
      ]),
    ), // own names
    Module: function (bytes: Uint8Array) {
      if (!allowed(bytes)) throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder')
      return new Module(bytes as Uint8Array<ArrayBuffer>)
    },
  })
}

describe('the choice of an executor on the cpu backend', () => {
  test('WebAssembly over arrays', async () => {
    const { chooseExecutor } = await fresh()
    expect(chooseExecutor()).toMatchObject({ name: 'cpu', why: expect.stringMatching(/^SIMD WebAssembly/) })
    expect(chooseExecutor()).toBe(chooseExecutor())
  })

  test('under a restrictive Content-Security-Policy: JavaScript, the same bits', async () => {
    const expected = (await fresh()).stepped()
    forbidden(() => false)
    expect(WebAssembly.validate(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))).toBe(true)
    const { chooseExecutor, stepped } = await fresh()
    expect(chooseExecutor()).toMatchObject({ name: 'cpu', why: expect.stringMatching(/JavaScript/) })
    expect(stepped()).toEqual(expected)
  })

  test('without vectors: scalar kernels, the same bits', async () => {
    const expected = (await fresh()).stepped()
    forbidden((bytes) => !bytes.includes(0xfd))
    const { chooseExecutor, stepped } = await fresh()
    expect(chooseExecutor()).toMatchObject({ name: 'cpu', why: expect.stringMatching(/^scalar/) })
    expect(stepped()).toEqual(expected)
  })

  test('without any WebAssembly', async () => {
    const expected = (await fresh()).stepped()
    vi.stubGlobal('WebAssembly', undefined)
    const { chooseExecutor, stepped } = await fresh()
    expect(chooseExecutor()).toMatchObject({ name: 'cpu', why: expect.stringMatching(/JavaScript/) })
    expect(stepped()).toEqual(expected)
  })

  test('is made in less than a microsecond or so', async () => {
    const { chooseExecutor } = await fresh()
    for (let i = 0; i < 10_000; i++) chooseExecutor()
    const best = Math.min(
      ...Array.from({ length: 20 }, () => {
        const start = performance.now()
        for (let i = 0; i < 1000; i++) chooseExecutor()
        return performance.now() - start
      }),
    )
    // Microseconds for one choice; ten times the usual, for busy machines.
    expect(best).toBeLessThan(3)
  })
})

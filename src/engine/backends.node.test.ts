import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import pack from '../../package.json' with { type: 'json' }
import type { Answer, BackendRow } from './backends.js'
import { eager } from './eager.js'

/** A registry of its own, with nothing in it. */
const fresh = async () => {
  vi.resetModules()
  const [{ chooseExecutor }, { backends, register }, { entries }, { step }, { sgd }] = await Promise.all([
    import('./chooseExecutor.js'),
    import('./backends.js'),
    import('./unregistered.js'),
    import('../transformation/step.js'),
    import('../optimizers/sgd.js'),
  ])
  const optimizer = sgd({ learningRate: 1 })
  const stepOf = (size: number): readonly number[] =>
    tf.tidy(() => {
      const params = { w: tf.ones([size]) }
      return [...step(optimizer)({ w: tf.fill([size], 0.5) }, optimizer.init(params), params).params.w.dataSync()]
    })
  return { chooseExecutor, backends, register, entries, stepOf }
}

/** Another name, and another object, for the same backend. */
const asBackend = async (name: string, backend: tf.KernelBackend, body: () => Promise<void> | void): Promise<void> => {
  const own = tf.getBackend()
  if (tf.getKernelsForBackend(name).length === 0) tf.copyRegisteredKernels(own, name)
  tf.registerBackend(name, () => backend)
  await tf.setBackend(name)
  try {
    await body()
  } finally {
    await tf.setBackend(own)
    tf.removeBackend(name)
  }
}

const seenAs = (backend: tf.KernelBackend): tf.KernelBackend => new Proxy(backend, {})

/** A backend with what tfjs asks of each, and no more. */
const nobodys = (): tf.KernelBackend => Object.assign(new tf.KernelBackend(), { dispose: () => {} })

/** A row that takes every backend, and how often it was asked. */
const row = (name: string, answer: () => Answer, flags = false): { readonly row: BackendRow; asked: number } => {
  const counted = {
    asked: 0,
    row: {
      name,
      flags,
      recognise: () => true,
      executor: () => {
        counted.asked++
        return answer()
      },
    },
  }
  return counted
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a row', () => {
  test('is found by the structure of the backend, whatever its name', async () => {
    const { chooseExecutor, stepOf } = await fresh()
    await import('../index.js')
    await asBackend('mine', seenAs(tf.backend()), () => {
      expect(chooseExecutor().name).toBe('cpu')
      expect(stepOf(3)).toEqual([0.5, 0.5, 0.5])
    })
  })

  test('takes no backend that is none of tfjs’ own', async () => {
    const { chooseExecutor } = await fresh()
    await import('../index.js')
    await asBackend('other', nobodys(), () => {
      expect(chooseExecutor()).toMatchObject({ name: 'eager', why: expect.stringContaining('"other"') })
      expect(chooseExecutor().why).toMatch(/of no kind that is known \(cpu, wasm, webgl\)$/)
    })
    // a name alone is nothing
    await asBackend('wasm', nobodys(), () => expect(chooseExecutor().name).toBe('eager'))
  })

  test('is asked once for each backend, if it answered with an executor that no flag decides', async () => {
    const { chooseExecutor, register } = await fresh()
    const sure = row('sure', () => ({ why: 'always', executor: eager }))
    register(sure.row)
    for (let i = 0; i < 3; i++) expect(chooseExecutor()).toMatchObject({ name: 'sure', why: 'always' })
    expect(sure.asked).toBe(1)
    await asBackend('mine', seenAs(tf.backend()), () => expect(chooseExecutor().name).toBe('sure'))
    expect(sure.asked).toBe(2)
  })

  test('is asked at each step, if it has no executor yet', async () => {
    const { chooseExecutor, register } = await fresh()
    let ready = false
    const late = row('late', () => (ready ? { why: 'now', executor: eager } : { why: 'not yet' }))
    register(late.row)
    expect(chooseExecutor()).toMatchObject({ name: 'eager', why: 'not yet' })
    ready = true
    expect(chooseExecutor()).toMatchObject({ name: 'late', why: 'now' })
  })

  test('is asked at each step, if flags decide', async () => {
    const { chooseExecutor, register } = await fresh()
    let allowed = true
    const flagged = row('flagged', () => (allowed ? { why: 'on', executor: eager } : { why: 'off' }), true)
    register(flagged.row)
    expect(chooseExecutor().name).toBe('flagged')
    allowed = false
    expect(chooseExecutor()).toMatchObject({ name: 'eager', why: 'off' })
  })

  test('that is registered twice stands once; a later one is seen by the next step', async () => {
    const { chooseExecutor, backends, register } = await fresh()
    const kinds = { ...row('early', () => ({ why: 'early', executor: eager })).row, recognise: () => false }
    register(kinds)
    register(kinds)
    expect(backends()).toEqual([kinds])
    expect(chooseExecutor().why).toBe(`no executor is registered for the backend "cpu": import 'polyak/cpu'`)
    const { cpuRow } = await import('./cpu/cpuRow.js')
    register(cpuRow)
    expect(chooseExecutor().name).toBe('cpu')
    const { executor } = chooseExecutor()
    register({ ...kinds, name: 'more' })
    // asked again, and the executor is the same: it knows which buffers are its own
    expect(chooseExecutor().executor).toBe(executor)
  })
})

describe('without a row', () => {
  test('why says what to import', async () => {
    const { chooseExecutor } = await fresh()
    await import('../core.js')
    const { executor: _, ...choice } = chooseExecutor()
    expect(choice).toEqual({
      name: 'eager',
      why: `no executor is registered for the backend "cpu": import 'polyak/cpu'`,
    })
    await asBackend('mine', seenAs(tf.backend()), () => {
      expect(chooseExecutor().why).toBe(
        `no executor is registered for the backend "mine": import one of 'polyak/cpu', 'polyak/wasm', 'polyak/webgl' if it is of that kind`,
      )
    })
    await import('../cpu.js')
    expect(chooseExecutor().name).toBe('cpu')
  })

  test('a large first step says so on the console, once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { stepOf } = await fresh()
    for (let i = 0; i < 3; i++) expect(stepOf(100_001)[0]).toBe(0.5)
    expect(warn.mock.calls).toEqual([[expect.stringContaining(`"cpu": import 'polyak/cpu'`)]])
  })

  test('a small first step says nothing, nor does one that no import would make faster', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    expect((await fresh()).stepOf(100_000)[0]).toBe(0.5)
    const { register, stepOf, entries } = await fresh()
    const none = row('', () => ({ why: '' })).row
    entries.forEach((name) => register({ ...none, name, recognise: () => false }))
    expect(stepOf(100_001)[0]).toBe(0.5)
    expect(warn).not.toHaveBeenCalled()
  })
})

describe('the entries', () => {
  test.each([
    ['cpu', ['cpu']],
    ['wasm', ['wasm']],
    ['webgl', ['webgl']],
    ['core', []],
    ['index', ['cpu', 'wasm', 'webgl']],
  ])('%s registers %j', async (entry, expected) => {
    const { backends } = await fresh()
    await import(`../${entry}.ts`)
    expect(backends().map(({ name }) => name)).toEqual(expected)
  })

  test('are those of package.json, and bundlers are told that they do something', async () => {
    const { entries } = await fresh()
    for (const name of ['index', ...entries]) expect(pack.sideEffects).toContain(`./dist/${name}.js`)
    const shipped = pack.sideEffects.filter((path) => path.startsWith('./dist/')) // the others are for builds from here
    expect(shipped).toHaveLength(entries.length + 3) // and the gradients, of browsers and of Node
    expect(Object.keys(pack.exports)).toEqual(expect.arrayContaining(entries.map((name) => `./${name}`)))
  })
})

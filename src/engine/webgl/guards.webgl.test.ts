import * as tf from '@tensorflow/tfjs-core'
import { GPGPUContext, MathBackendWebGL, setWebGLContext } from '@tensorflow/tfjs-backend-webgl'
import { expect, test } from 'vitest'
import { chain } from '../../combinators/chain.js'
import { adam } from '../../optimizers/adam.js'
import { sgd } from '../../optimizers/sgd.js'
import { trace } from '../../transforms/trace.js'
import { step } from '../../transformation/step.js'
import { clipByGlobalNorm } from '../../transforms/clipByGlobalNorm.js'
import { disposeExcept } from '../../tree/disposeExcept.js'
import { tensorsOf } from '../../tree/tensorsOf.js'
import { chooseExecutor } from '../chooseExecutor.js'
import { run } from '../run.js'
import { ContextLost } from './ContextLost.js'
import { webglExecutor } from './webglExecutor.js'

const optimizer = () => chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate: 0.1 }))

/** One step from ones, with gradients of 2: each parameter moves by the learning rate. */
const stepFromOnes = (): readonly number[] => {
  const tx = optimizer()
  const params = [tf.ones([3, 2]), tf.ones([5])]
  const grads = params.map((p) => tf.mul(p, 2))
  const state = tx.init(params)
  const now = step(tx)(grads, state, params)
  const values = now.params.flatMap((p) => [...p.dataSync()])
  free([params, grads, state, now])
  return values
}

const free = (value: unknown): void => tensorsOf(value).forEach((t) => t.dispose())

/** tfjs calls its kernels by the name of a backend: a second backend needs them under its own. */
const withBackend = async (
  name: string,
  make: () => MathBackendWebGL,
  body: (backend: MathBackendWebGL) => Promise<void> | void,
): Promise<void> => {
  const own = tf.backend() as MathBackendWebGL // the webgl project guarantees the class
  tf.copyRegisteredKernels('webgl', name)
  try {
    const backend = make()
    tf.registerBackend(name, () => backend)
    await tf.setBackend(name)
    await body(backend)
  } finally {
    await tf.setBackend('webgl')
    tf.removeBackend(name)
    setWebGLContext(2, own.gpgpu.gl)
  }
}

const newContext = (version: 'webgl' | 'webgl2'): WebGLRenderingContext => {
  // WebGL 2 contexts are also those of WebGL 1 to tfjs' types
  const gl = document
    .createElement('canvas')
    .getContext(version, { alpha: false, antialias: false, depth: false }) as WebGLRenderingContext | null
  if (gl === null) throw new Error(`no ${version}`)
  gl.disable(gl.DEPTH_TEST)
  gl.enable(gl.SCISSOR_TEST)
  return gl
}

const withFlags = async (
  flags: Readonly<Record<string, boolean | number>>,
  body: () => Promise<void> | void,
): Promise<void> => {
  const before = Object.keys(flags).map((name) => [name, tf.env().get(name)] as const)
  tf.env().setFlags({ ...tf.env().getFlags(), ...flags })
  try {
    await body()
  } finally {
    for (const [name, value] of before) tf.env().set(name, value)
  }
}

test('a backend under another name is fused', () =>
  withBackend(
    'mine',
    () => new MathBackendWebGL(new GPGPUContext(newContext('webgl2'))),
    () => {
      expect(chooseExecutor().name).toBe('webgl')
      stepFromOnes().forEach((x) => expect(x).toBeCloseTo(0.9, 6))
    },
  ))

test('a lost context is an error, not zeros; a new one works', async () => {
  for (const name of ['lost', 'found'])
    await withBackend(
      name,
      () => new MathBackendWebGL(new GPGPUContext(newContext('webgl2'))),
      (backend) => {
        const found = webglExecutor(tf.backend())
        if ('why' in found) throw new Error(found.why)
        const tx = optimizer()
        const params = [tf.ones([3, 2])]
        const grads = [tf.ones([3, 2])]
        const once = (state: unknown) =>
          run<tf.Tensor>(
            {
              executor: found.executor,
              mode: 'step',
              donate: false,
              add: tf.add,
              release: (t) => t.dispose(),
              copied: (t) => tf.clone(t),
            },
            tx.anatomy.plan(state, { updates: grads, params, extra: undefined }),
            { updates: grads, params, extra: undefined },
            state,
          )
        const state = tx.init(params)
        const [next, after] = once(state)
        expect(tensorsOf(next)[0]?.dataSync()[0]).toBeCloseTo(0.9, 5)
        if (name === 'found') {
          free([next, after, params, grads, state])
          return
        }
        backend.gpgpu.gl.getExtension('WEBGL_lose_context')?.loseContext()
        const before = tf.memory().numTensors
        expect(() => once(after)).toThrow(ContextLost)
        expect(() => once(after)).toThrow(/tf\.removeBackend.*checkpoint/)
        expect(tf.memory().numTensors).toBe(before)
      },
    )
})

test('WebGL 1: the reason, and the eager interpreter’s numbers', async () => {
  const fused = stepFromOnes()
  await withFlags({ WEBGL_VERSION: 1, WEBGL_BUFFER_SUPPORTED: false, WEBGL_FENCE_API_ENABLED: false }, () =>
    withBackend(
      'old',
      () => new MathBackendWebGL(new GPGPUContext(newContext('webgl'))),
      (backend) => {
        expect(backend.gpgpu.gl).not.toBeInstanceOf(WebGL2RenderingContext)
        // a matcher stands for what it matches
        expect(webglExecutor(tf.backend())).toEqual({ why: expect.stringContaining('WebGL 2') as unknown })
        stepFromOnes().forEach((x, i) => expect(x).toBeCloseTo(fused[i] ?? 0, 6))
      },
    ),
  )
})

test('half-float textures: the reason, and the eager interpreter', async () => {
  expect(chooseExecutor().name).toBe('webgl')
  await withFlags({ WEBGL_RENDER_FLOAT32_ENABLED: false }, () => {
    // a matcher stands for what it matches
    expect(webglExecutor(tf.backend())).toEqual({ why: expect.stringContaining('half floats') as unknown })
    expect(chooseExecutor()).toMatchObject({ name: 'eager', why: expect.stringContaining('half floats') as unknown })
  })
  expect(chooseExecutor().name).toBe('webgl')
})

test('norms in half floats: of numbers that they hold, whose squares they do not', async () => {
  await withFlags({ WEBGL_FORCE_F16_TEXTURES: true, WEBGL_RENDER_FLOAT32_ENABLED: false }, () =>
    withBackend(
      'half floats',
      () => new MathBackendWebGL(new GPGPUContext(newContext('webgl2'))),
      () => {
        for (const size of [1, 2 ** -12, 1000]) {
          const grads = { w: tf.fill([200], size) }
          const clip = clipByGlobalNorm({ maxNorm: size })
          const updates = clip.update(grads, clip.init(grads), grads)[0]
          const [value = Number.NaN] = updates.w?.dataSync() ?? []
          expect(value / size).toBeCloseTo(1 / Math.sqrt(200), 3)
          free([grads, updates])
        }
      },
    ),
  )
})

test('without packed textures: the reason; while programs are only compiled: the eager interpreter', async () => {
  await withFlags({ WEBGL_PACK: false }, () =>
    expect(webglExecutor(tf.backend())).toEqual({ why: expect.stringContaining('WEBGL_PACK') as unknown }),
  ) // a matcher stands for what it matches
  const { gl } = (tf.backend() as MathBackendWebGL).gpgpu // the webgl project guarantees the class
  let draws = 0
  gl.drawElements = (...args) => {
    draws++
    WebGL2RenderingContext.prototype.drawElements.apply(gl as WebGL2RenderingContext, args)
  }
  try {
    await withFlags({ ENGINE_COMPILE_ONLY: true }, () =>
      tf.tidy(() => {
        const tx = optimizer()
        const params = [tf.ones([3])]
        const state = tx.init(params)
        step(tx)(params, state, params)
      }),
    )
  } finally {
    Reflect.deleteProperty(gl, 'drawElements')
    // What was only compiled lacks its locations until tfjs is asked for them.
    const backend = tf.backend() as MathBackendWebGL // as above
    backend.checkCompileCompletion()
    backend.getUniformLocations()
  }
  expect(draws).toBe(0)
})

test('under a gradient tape the step is differentiable', () => {
  const tx = chain(trace({ decay: 0.5 }), sgd({ learningRate: 0.25 }))
  const found = webglExecutor(tf.backend())
  if ('why' in found) throw new Error(found.why)
  const p = tf.tensor1d([1, 2, 3])
  const g = tf.tensor1d([3, 4, 5])
  const state = tx.init([p])
  const byChoice = tf.grad((g) => tf.sum(step(tx)([g], state, [p]).params[0] ?? g))(g)
  const direct = tf.grad((g) => {
    const occasion = { updates: [g], params: [p], extra: undefined }
    const [next] = run<tf.Tensor>(
      {
        executor: found.executor,
        mode: 'step',
        donate: false,
        add: tf.add,
        release: (t) => t.dispose(),
        copied: (t) => tf.clone(t),
      },
      tx.anatomy.plan(state, occasion),
      occasion,
      state,
    )
    return tf.sum(tensorsOf(next)[0] ?? g)
  })(g)
  for (const d of [byChoice, direct]) expect([...d.dataSync()]).toEqual([-0.25, -0.25, -0.25])
  free([p, g, state, byChoice, direct])
})

test('a donated tensor that is used again, and a disposed gradient, are errors that say where', () => {
  const tx = optimizer()
  const params = { dense: { kernel: tf.ones([3, 2]) } }
  const grads = { dense: { kernel: tf.ones([3, 2]) } }
  const state = tx.init(params)
  const now = step(tx, { donate: true })(grads, state, params)
  const misuse = (): void => {
    expect(() => step(tx)(grads, now.state, params)).toThrow(/params: at dense\/kernel.*donate: true/)
    expect(() => step(tx)(grads, state, now.params)).toThrow(/state\..*mu: at dense\/kernel.*donate: true/)
  }
  misuse() // the first time uploads gradients
  const before = tf.memory()
  misuse()
  expect(tf.memory()).toEqual(before)
  free([now, grads])
})

test('tensors that appear twice are donated once both uses are replaced', () => {
  const start = tf.memory().numTensors
  const tx = optimizer()
  const shared = tf.ones([4, 4])
  const params = { a: shared, b: shared, c: tf.ones([2]) }
  const grads = { a: tf.ones([4, 4]), b: tf.ones([4, 4]), c: null }
  const now = step(tx, { donate: true })(grads, tx.init(params), params)
  expect(shared.isDisposed).toBe(true)
  expect(params.c.isDisposed).toBe(false)
  expect(now.params.c).toBe(params.c)
  expect(now.params.b.dataSync()[0]).toBeCloseTo(0.9, 5)
  disposeExcept([now, grads], [])
  expect(tf.memory().numTensors).toBe(start)
})

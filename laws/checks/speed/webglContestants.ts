import * as tf from '@tensorflow/tfjs-core'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
// The inner files that follow register no executor.
import '../../../src/webgl.js'
import { withMovingAverage } from '../../../src/averaging/withMovingAverage.js'
import { chain } from '../../../src/combinators/chain.js'
import { eager } from '../../../src/engine/eager.js'
import { run } from '../../../src/engine/run.js'
import { backendOf } from '../../../src/engine/webgl/Backend.js'
import { contextOf } from '../../../src/engine/webgl/Context.js'
import { draw } from '../../../src/engine/webgl/draw.js'
import { adam } from '../../../src/optimizers/adam.js'
import { adamw } from '../../../src/optimizers/adamw.js'
import { step } from '../../../src/transformation/step.js'
import type { Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { clipByGlobalNorm } from '../../../src/transforms/clipByGlobalNorm.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { tensorsOf } from '../../../src/tree/tensorsOf.js'

/** Something to be timed; `run` returns a tensor that it wrote last. */
export interface WebglContestant {
  readonly name: string
  readonly run: () => tf.Tensor
  readonly end: () => void
}

type Shapes = readonly (readonly number[])[]

const learningRate = 1e-3
const weightDecay = 0.01
const decay = 0.999

// What is measured needs no types of states.
const clipped = () =>
  withMovingAverage({ decay })(
    chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate, weightDecay })),
  ) as unknown as Transformation<Opaque>
const unclipped = () =>
  withMovingAverage({ decay })(adamw({ learningRate, weightDecay })) as unknown as Transformation<Opaque>
const plain = () => adam({ learningRate }) as unknown as Transformation<Opaque>

// the page sets up tfjs' own backend
export const backend = (): MathBackendWebGL => tf.backend() as MathBackendWebGL

export const packed = (shape: readonly number[]): tf.Tensor =>
  tf.tidy(() => tf.mul(tf.randomUniform([...shape], -1, 1), 1))

export const unpacked = (shape: readonly number[]): tf.Tensor => {
  const given = packed(shape)
  const made = tf.engine().makeTensorFromTensorInfo(backend().unpackTensor(given))
  given.dispose()
  return made
}

/** The contestants that are wanted, made only then; the yardstick is the first. */
export const contestants = (
  shapes: Shapes,
  grads: readonly tf.Tensor[],
  isWanted: (name: string, place: number) => boolean,
): readonly WebglContestant[] => {
  const all: readonly (readonly [name: string, make: (name: string) => WebglContestant])[] = [
    ['copy of the same bytes', copy(shapes)],
    ['clip + AdamW + average', stepped(clipped, shapes, grads, false)],
    ['clip + AdamW + average, donated', stepped(clipped, shapes, grads, true)],
    ['AdamW + average', stepped(unclipped, shapes, grads, false)],
    ['AdamW + average, donated', stepped(unclipped, shapes, grads, true)],
    ['Adam', stepped(plain, shapes, grads, false)],
    ['Adam, donated', stepped(plain, shapes, grads, true)],
    ['clip + AdamW + average as tensor operations', chained(clipped, shapes, grads)],
    ['tf.train.adam alone', tfAdam(shapes, grads, false)],
    ['tf.train.adam + clip + decay + average', tfAdam(shapes, grads, true)],
  ]
  return all.filter(([name], i) => isWanted(name, i)).map(([name, make]) => make(name))
}

/** One draw for each tensor that reads five textures and writes four: the same bytes as a step, without arithmetic. */
const copy =
  (shapes: Shapes) =>
  (name: string): WebglContestant => {
    const found = backendOf(tf.backend())
    if ('why' in found) throw new Error(found.why)
    const context = contextOf(found)
    const program = context.program(
      [
        '#version 300 es',
        'precision highp float;',
        'precision highp sampler2D;',
        ...[0, 1, 2, 3].map((i) => `layout(location = ${i}) out vec4 o${i};`),
        ...[0, 1, 2, 3, 4].map((i) => `uniform sampler2D T${i};`),
        'void main() {',
        'ivec2 at = ivec2(gl_FragCoord.xy);',
        ...[0, 1, 2, 3].map((i) => `o${i} = texelFetch(T${i}, at, 0)${i === 0 ? ' + texelFetch(T4, at, 0)' : ''};`),
        '}',
      ].join('\n'),
    )
    const from = shapes.map((shape) => [0, 1, 2, 3, 4].map(() => packed(shape)))
    const to = shapes.map((shape) => [0, 1, 2, 3].map(() => packed(shape)))
    const images = (tensors: readonly tf.Tensor[]) => tensors.map((t) => backend().getTexture(t.dataId))
    const ints = new Int32Array(4)
    const uniforms = new Float32Array(4)
    return {
      name,
      run: () => {
        shapes.forEach((shape, i) => {
          const { width, height } = context.geometry(shape)
          const target = { targets: images(to[i] ?? []), width, height }
          draw(context, program, target, images(from[i] ?? []), ints, uniforms)
        })
        return to.at(-1)?.[0] as tf.Tensor // there is one for each shape
      },
      end: () => tensorsOf([from, to]).forEach((t) => t.dispose()),
    }
  }

const stepped =
  (make: () => Transformation<Opaque>, shapes: Shapes, grads: readonly tf.Tensor[], donate: boolean) =>
  (name: string): WebglContestant => {
    const optimizer = make()
    const params = shapes.map(packed)
    let now: { readonly params: readonly tf.Tensor[]; readonly state: unknown } = {
      params,
      state: optimizer.init(params),
    }
    const next = step(optimizer, { donate })
    return {
      name,
      run: () => {
        const old = now
        now = next(grads, old.state, old.params)
        if (!donate) disposeExcept(old, now)
        return now.params.at(-1) as tf.Tensor // there is one for each shape
      },
      end: () => disposeExcept(now, []),
    }
  }

const chained =
  (make: () => Transformation<Opaque>, shapes: Shapes, grads: readonly tf.Tensor[]) =>
  (name: string): WebglContestant => {
    const optimizer = make()
    const params = shapes.map(packed)
    let now: { readonly params: unknown; readonly state: unknown } = { params, state: optimizer.init(params) }
    const manner = {
      executor: eager,
      mode: 'step',
      donate: true,
      add: (a: tf.Tensor, b: tf.Tensor) => tf.add(a, b),
      release: (t: tf.Tensor) => t.dispose(),
      copied: (t: tf.Tensor) => tf.clone(t),
    } as const
    return {
      name,
      run: () => {
        const occasion = { updates: grads, params: now.params, extra: undefined }
        const [next, state] = run(manner, optimizer.anatomy.plan(now.state, occasion), occasion, now.state)
        now = { params: next, state }
        return tensorsOf(next).at(-1) as tf.Tensor // there is one for each shape
      },
      end: () => disposeExcept(now, []),
    }
  }

const tfAdam =
  (shapes: Shapes, grads: readonly tf.Tensor[], isSameJob: boolean) =>
  (name: string): WebglContestant => {
    const variables = shapes.map((shape) => {
      const start = packed(shape)
      const variable = tf.variable(start)
      start.dispose()
      return variable
    })
    const averages = isSameJob ? variables.map((v) => tf.variable(v, false)) : []
    // tfjs takes 1e-4 from this backend where none is given.
    const optimizer = tf.train.adam(learningRate, 0.9, 0.999, 1e-8)
    const named = (list: readonly tf.Tensor[]) => list.map((tensor, i) => ({ name: variables[i]?.name ?? '', tensor }))
    return {
      name,
      run: () => {
        if (isSameJob)
          tf.tidy(() => {
            const norm = tf.sqrt(grads.map((g) => tf.sum(tf.mul(g, g))).reduce((a, b) => tf.add(a, b)))
            const factor = tf.div(1, tf.maximum(norm, 1))
            optimizer.applyGradients(named(grads.map((g) => tf.mul(g, factor))))
            variables.forEach((v, i) => {
              v.assign(tf.mul(v, 1 - learningRate * weightDecay))
              const average = averages[i]
              average?.assign(tf.add(average, tf.mul(tf.sub(v, average), 1 - decay)))
            })
          })
        else optimizer.applyGradients(named(grads))
        return variables.at(-1) as tf.Tensor // there is one for each shape
      },
      end: () => {
        optimizer.dispose()
        tensorsOf([variables, averages]).forEach((v) => v.dispose())
      },
    }
  }

import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { lookahead } from '../combinators/lookahead.js'
import { flatten } from '../combinators/flatten.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import * as optimizers from '../optimizers/index.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import { step } from '../transformation/step.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import type { Tree } from '../tree/Tree.js'
import { treeVdot } from '../tensors/treeVdot.js'
import * as transforms from './index.js'

const { adaptiveGradClip, centralize, clipByBlockRms, clipByGlobalNorm, scaleByFactoredRms, scaleBySm3 } = transforms
interface Row {
  readonly anatomy: Transformation<Opaque>['anatomy']
}
const rows: Readonly<Record<string, Row>> = {
  adaptiveGradClip: adaptiveGradClip({ clipping: 0.1 }),
  'adaptiveGradClip, one axis': adaptiveGradClip({ clipping: 0.1, axis: 0 }),
  addNoise: transforms.addNoise({ eta: 0.1, gamma: 0.5 }),
  centralize: centralize(),
  clipByBlockRms: clipByBlockRms({ threshold: 0.1 }),
  clipByGlobalNorm: clipByGlobalNorm({ maxNorm: 0.1 }),
  normalizeByUpdateNorm: transforms.normalizeByUpdateNorm(),
  scaleByAdam: transforms.scaleByAdam(),
  scaleByBacktrackingLinesearch: transforms.scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 3 }),
  scaleByDistanceOverGradients: transforms.scaleByDistanceOverGradients(),
  scaleByFactoredRms: scaleByFactoredRms({ minDimSizeToFactor: 1 }),
  'scaleByFactoredRms, not factored': scaleByFactoredRms(),
  scaleByGalore: transforms.scaleByGalore({ rank: 1 }),
  scaleByKron: transforms.scaleByKron(),
  scaleByLbfgs: transforms.scaleByLbfgs({ memorySize: 2 }),
  scaleByNovograd: transforms.scaleByNovograd(),
  scaleByParamBlockNorm: transforms.scaleByParamBlockNorm(),
  scaleByParamBlockRms: transforms.scaleByParamBlockRms(),
  scaleByPolyak: transforms.scaleByPolyak(),
  scaleByShampoo: transforms.scaleByShampoo(),
  scaleBySm3: scaleBySm3(),
  scaleBySoap: transforms.scaleBySoap(),
  scaleByTrustRatio: transforms.scaleByTrustRatio(),
  scaleByZoomLinesearch: transforms.scaleByZoomLinesearch({ maxLinesearchSteps: 3 }),
  zeroNans: transforms.zeroNans(),
  flatten: flatten(transforms.scaleByAdam()),
  lookahead: lookahead({ syncPeriod: 2, slowStepSize: 0.5 })(transforms.scaleByAdam()),
  withMovingAverage: withMovingAverage({ decay: 0.9 })(transforms.scaleByAdam()),
  adafactor: optimizers.adafactor({ learningRate: 0.1 }),
  lamb: optimizers.lamb({ learningRate: 0.1 }),
  lbfgs: optimizers.lbfgs(),
}

const bowl = (params: Tree): tf.Scalar => tf.tidy(() => tf.mul(0.5, treeVdot(params, params)))
const extra = (params: Tree) => ({
  value: tf.tidy(() => bowl(params).dataSync()[0] ?? Number.NaN),
  grad: params,
  valueFn: bowl,
})

/** A step whose types the rows do not share. */
const loose = (of: Row) =>
  step(of as Transformation<Opaque>) as unknown as (...given: readonly unknown[]) => {
    readonly params: Tensors
    readonly state: unknown
  }

type Tensors = Readonly<Record<string, tf.Tensor>>

const full = (seed: number): Tensors => ({
  w: tf.tensor2d([seed, 2, -3, 4, 5, -6], [2, 3]),
  z: tf.tensor1d([seed, -1]),
})
const empty = (): Tensors => ({ a: tf.zeros([0]), b: tf.zeros([0, 3]), x: tf.zeros([3, 0]), y: tf.zeros([2, 0, 4]) })

/** The numbers after two steps: of parameters with elements, and of the whole state. */
const numbersAfter = (of: Row, make: () => Tensors) => {
  // Memory that is not zero, where a backend would find what it does not set.
  tf.fill([64], 7).dataSync()
  const params = make()
  const state = (of as unknown as { readonly init: (params: Tensors) => unknown }).init(params)
  const first = loose(of)(params, state, params, extra(params))
  const next = loose(of)(first.params, first.state, first.params, extra(first.params))
  expect(Object.entries(next.params).map(([name, { shape }]) => [name, shape])).toEqual(
    Object.entries(params).map(([name, { shape }]) => [name, shape]),
  )
  return {
    params: ['w', 'z'].map((name) => [...(next.params[name]?.dataSync() ?? [])]),
    state: tensorsOf(next.state).flatMap((tensor) => [...tensor.dataSync()]),
  }
}

const strange = (x: number): boolean => !Number.isFinite(x) || (x !== 0 && Math.abs(x) < 1e-30)

const executors: Readonly<Record<string, <A>(f: () => A) => A>> = {
  fused: (f) => tf.tidy(f as () => tf.TensorContainer) as ReturnType<typeof f>,
  // Under a tape steps are tensor operations.
  eager: <A>(f: () => A): A => {
    const made: A[] = []
    const one = tf.scalar(1)
    const { value } = tf.engine().gradients(
      () => {
        made.push(f())
        return tf.mul(one, 1)
      },
      [one],
      undefined,
      true,
    )
    tf.dispose([one, value])
    const [found] = made
    if (found === undefined) throw new Error('nothing was made')
    return found
  },
}

describe.each(Object.entries(executors))(
  'a leaf without elements changes no number and makes none: %s',
  (_, within) => {
    test.each(Object.entries(rows))('%s', (_name, of) => {
      const expected = within(() => numbersAfter(of, () => full(1)))
      const found = within(() => numbersAfter(of, () => ({ ...empty(), ...full(1) })))
      expect(found.params).toEqual(expected.params)
      expect(found.state.filter(strange)).toEqual([])
    })

    test.each(Object.entries(rows))('nothing but such leaves: %s', (_name, of) => {
      expect(within(() => numbersAfter(of, empty)).state.filter(Number.isNaN)).toEqual([])
    })
  },
)

test('the norms of units', () => {
  tf.tidy(() => {
    tf.fill([64], 7).dataSync()
    for (const shape of [[0], [0, 3], [3, 0], [2, 0, 4]]) {
      const x = tf.zeros(shape)
      expect(transforms.unitwiseNorm(x).shape).toEqual(shape)
      expect(transforms.unitwiseNorm(x, { axis: 0 }).shape).toEqual(shape)
      expect(transforms.unitwiseClip(x, x, x).shape).toEqual(shape)
    }
  })
})

describe('gradients of single examples', () => {
  const grads = () => ({ none: tf.zeros([2, 0]), w: tf.tensor2d([3, 4, 0.3, 0.4], [2, 2]) })
  test('a leaf without elements has an empty sum and no norm', () => {
    tf.tidy(() => {
      tf.fill([64], 7).dataSync()
      const [sum, clipped] = transforms.perExampleGlobalNormClip(grads(), { l2NormClip: 1 })
      expect(sum.none.shape).toEqual([0])
      ;[0.9, 1.2].forEach((x, i) => expect(sum.w.dataSync()[i]).toBeCloseTo(x, 5))
      expect([...clipped.dataSync()]).toEqual([1])
      const [sums, counts] = transforms.perExampleLayerNormClip(grads(), { globalL2NormClip: 1 })
      expect(sums.none.shape).toEqual([0])
      expect([...counts.none.dataSync()]).toEqual([0])
      expect([...counts.w.dataSync()]).toEqual([1])
    })
  })
  test('no examples: zeros', () => {
    tf.tidy(() => {
      tf.fill([64], 7).dataSync()
      const [sum, clipped] = transforms.perExampleGlobalNormClip(
        { w: tf.zeros([0, 3]), b: tf.zeros([0]) },
        { l2NormClip: 1 },
      )
      expect([...sum.w.dataSync()]).toEqual([0, 0, 0])
      expect([...sum.b.dataSync()]).toEqual([0])
      expect([...clipped.dataSync()]).toEqual([0])
    })
  })
})

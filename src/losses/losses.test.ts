import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { backendName } from '../../laws/checks/backend.js'
import { valueAndGrad } from '../training/valueAndGrad.js'
import * as losses from './index.js'

type Args = readonly tf.Tensor[]
type Loss = (args: Args) => tf.Tensor

const row = (values: readonly number[], shape: number[] = [2, 3]): tf.Tensor => tf.tensor([...values], shape)
const z = () => row([0.5, -1.25, 2, 1, 0.25, -0.75])
const y = () => row([0.25, 0.5, 0.25, 0.125, 0.125, 0.75])
const signs = () => row([1, -1, -1, 1, 1, -1])
const logs = () => row([-0.5, -1.25, -2, -1, -0.25, -0.75])
const classes = () => tf.tensor1d([2, 0], 'int32')
const other = () => row([-0.25, 0.75, 1.5, -1, 2, 0.5])

/** Every loss on arguments where it is smooth; `floats` are those that have a gradient. */
const all: Readonly<
  Record<keyof typeof losses, { readonly args: () => Args; readonly floats: number; readonly of: Loss }>
> = {
  squaredError: { args: () => [z(), y()], floats: 2, of: ([a, b]) => losses.squaredError(tensor(a), b) },
  l2Loss: { args: () => [z(), y()], floats: 2, of: ([a, b]) => losses.l2Loss(tensor(a), b) },
  huberLoss: { args: () => [z(), y()], floats: 2, of: ([a, b]) => losses.huberLoss(tensor(a), b, { delta: 0.6 }) },
  logCosh: { args: () => [z(), y()], floats: 2, of: ([a, b]) => losses.logCosh(tensor(a), b) },
  cosineSimilarity: {
    args: () => [z(), y()],
    floats: 2,
    of: ([a, b]) => losses.cosineSimilarity(tensor(a), tensor(b)),
  },
  cosineDistance: {
    args: () => [z(), y()],
    floats: 2,
    of: ([a, b]) => losses.cosineDistance(tensor(a), tensor(b), { epsilon: 1, axis: 0 }),
  },
  sigmoidBinaryCrossEntropy: {
    args: () => [z(), y()],
    floats: 2,
    of: ([a, b]) => losses.sigmoidBinaryCrossEntropy(tensor(a), tensor(b)),
  },
  hingeLoss: { args: () => [z(), signs()], floats: 2, of: ([a, b]) => losses.hingeLoss(tensor(a), tensor(b)) },
  perceptronLoss: {
    args: () => [z(), signs()],
    floats: 2,
    of: ([a, b]) => losses.perceptronLoss(tensor(a), tensor(b)),
  },
  sparsemaxLoss: {
    args: () => [z(), row([0, 1, 1, 0, 0, 1])],
    floats: 1,
    of: ([a, b]) => losses.sparsemaxLoss(tensor(a), tensor(b)),
  },
  sigmoidFocalLoss: {
    args: () => [z(), y()],
    floats: 2,
    of: ([a, b]) => losses.sigmoidFocalLoss(tensor(a), tensor(b), { alpha: 0.25, gamma: 1.5 }),
  },
  softmaxCrossEntropy: {
    args: () => [z(), y()],
    floats: 2,
    of: ([a, b]) => losses.softmaxCrossEntropy(tensor(a), tensor(b), { axis: null }),
  },
  safeSoftmaxCrossEntropy: {
    args: () => [z(), y()],
    floats: 2,
    of: ([a, b]) => losses.safeSoftmaxCrossEntropy(tensor(a), tensor(b)),
  },
  softmaxCrossEntropyWithIntegerLabels: {
    args: () => [z(), classes()],
    floats: 1,
    of: ([a, b]) => losses.softmaxCrossEntropyWithIntegerLabels(tensor(a), tensor(b)),
  },
  multiclassHingeLoss: {
    args: () => [z(), classes()],
    floats: 1,
    of: ([a, b]) => losses.multiclassHingeLoss(tensor(a), tensor(b)),
  },
  multiclassPerceptronLoss: {
    args: () => [z(), classes()],
    floats: 1,
    of: ([a, b]) => losses.multiclassPerceptronLoss(tensor(a), tensor(b)),
  },
  multiclassSparsemaxLoss: {
    args: () => [z(), classes()],
    floats: 1,
    of: ([a, b]) => losses.multiclassSparsemaxLoss(tensor(a), tensor(b)),
  },
  polyLossCrossEntropy: {
    args: () => [z(), y()],
    floats: 2,
    of: ([a, b]) => losses.polyLossCrossEntropy(tensor(a), tensor(b), { epsilon: -0.5 }),
  },
  klDivergence: { args: () => [logs(), y()], floats: 2, of: ([a, b]) => losses.klDivergence(tensor(a), tensor(b)) },
  klDivergenceWithLogTargets: {
    args: () => [logs(), z()],
    floats: 2,
    of: ([a, b]) => losses.klDivergenceWithLogTargets(tensor(a), tensor(b)),
  },
  generalizedKlDivergence: {
    args: () => [logs(), y()],
    floats: 2,
    of: ([a, b]) => losses.generalizedKlDivergence(tensor(a), tensor(b), { axis: [0, 1] }),
  },
  convexKlDivergence: {
    args: () => [logs(), y()],
    floats: 2,
    of: ([a, b]) => losses.convexKlDivergence(tensor(a), tensor(b)),
  },
  rankingSoftmaxLoss: {
    args: () => [z(), y()],
    floats: 2,
    of: ([a, b]) => losses.rankingSoftmaxLoss(tensor(a), tensor(b), { reduceFn: null }),
  },
  diceLoss: {
    args: () => [row([0.5, -1, 2, 1, 0.25, -1], [1, 2, 3]), row([0, 1, 0.5, 1, 0, 0.25], [1, 2, 3])],
    floats: 2,
    of: ([a, b]) => losses.diceLoss(tensor(a), tensor(b), { alpha: 0.3, beta: 0.6 }),
  },
  binaryDiceLoss: { args: () => [z(), y()], floats: 2, of: ([a, b]) => losses.binaryDiceLoss(tensor(a), tensor(b)) },
  multiclassGeneralizedDiceLoss: {
    args: () => [z(), y()],
    floats: 2,
    of: ([a, b]) => losses.multiclassGeneralizedDiceLoss(tensor(a), tensor(b)),
  },
  ntxent: {
    args: () => [row([1, 2, 0.5, -1, 1.5, 0.25, 0.75, -0.5], [4, 2]), tf.tensor1d([0, 1, 0, 1], 'int32')],
    floats: 1,
    of: ([a, b]) => losses.ntxent(tensor(a), tensor(b), { temperature: 0.5 }),
  },
  tripletMarginLoss: {
    args: () => [z(), y(), other()],
    floats: 3,
    of: ([a, b, c]) => losses.tripletMarginLoss(tensor(a), tensor(b), tensor(c), { normDegree: 3, margin: 4 }),
  },
  smoothLabels: { args: () => [y()], floats: 1, of: ([a]) => losses.smoothLabels(tensor(a), { alpha: 0.25 }) },
  makeFenchelYoungLoss: {
    args: () => [z(), y()],
    floats: 2,
    of: ([a, b]) => losses.makeFenchelYoungLoss({ maxFun: (s) => tf.logSumExp(s, -1) })(tensor(a), tensor(b)),
  },
  ctcLoss: {
    args: () => [frames(), tf.tensor2d([[0, 0, 0, 1]]), tf.tensor2d([[1, 1]], [1, 2], 'int32'), tf.zeros([1, 2])],
    floats: 1,
    of: ([a, b, c, d]) => losses.ctcLoss(tensor(a), tensor(b), tensor(c), tensor(d)),
  },
  ctcLossWithForwardProbs: {
    args: () => [frames(), tf.tensor2d([[0, 0, 0, 1]]), tf.tensor2d([[1, 2]], [1, 2], 'int32'), tf.zeros([1, 2])],
    floats: 1,
    of: ([a, b, c, d]) => {
      const { loss, logAlphaBlank, logAlphaEmit } = losses.ctcLossWithForwardProbs(
        tensor(a),
        tensor(b),
        tensor(c),
        tensor(d),
      )
      tf.dispose([logAlphaBlank, logAlphaEmit])
      return loss
    },
  },
}

const frames = () => row([0.5, -1, 2, 1, 0.25, -1, 0.75, 0, -0.5, 1, 1, 0], [1, 4, 3])

const tensor = (x: tf.Tensor | undefined): tf.Tensor => {
  if (x === undefined) throw new Error('an argument is missing')
  return x
}
const numbers = (x: tf.Tensor): readonly number[] => [...x.dataSync()]
const list = Object.entries(all)

/** The gradient of the sum of all outputs, by one argument. */
const gradient = (of: Loss, args: Args, i: number): tf.Tensor =>
  valueAndGrad(({ x }: { readonly x: tf.Tensor }) => tf.sum(of(args.map((arg, j) => (j === i ? x : arg)))))({
    x: tensor(args[i]),
  }).grads.x as tf.Tensor // every loss here depends on it

/** Runs what makes one tensor, and checks that it leaves no other. */
const clean = (f: () => tf.Tensor): tf.Tensor => {
  const before = tf.memory().numTensors
  const made = f()
  expect(tf.memory().numTensors).toBe(before + 1)
  return made
}

it('the table has every loss', () => {
  expect(Object.keys(all).toSorted()).toEqual(Object.keys(losses).toSorted())
  expect(list).toHaveLength(32)
})

describe.each(list)('%s', (_, { args: make, floats, of }) => {
  it('makes one tensor, and none on the way to its gradient', () => {
    const before = tf.memory().numTensors
    const args = make()
    const value = clean(() => of(args))
    const inTape = tf.tidy(() => tf.clone(of(args)))
    expect(numbers(inTape)).toEqual(numbers(value))
    for (let i = 0; i < floats; i++) {
      const counted = tf.memory().numTensors
      const { grads, value: sum } = valueAndGrad(({ x }: { readonly x: tf.Tensor }) =>
        tf.sum(of(args.map((arg, j) => (j === i ? x : arg)))),
      )({ x: tensor(args[i]) })
      tf.dispose([grads.x ?? [], sum])
      expect(tf.memory().numTensors).toBe(counted)
    }
    tf.dispose([...args, value, inTape])
    expect(tf.memory().numTensors).toBe(before)
  })

  it('has the gradient that differences have', () => {
    tf.tidy(() => {
      const args = make()
      for (let i = 0; i < floats; i++) {
        const x = tensor(args[i])
        const found = numbers(gradient(of, args, i))
        const at = (place: number, step: number): number => {
          const moved = numbers(x).map((value, j) => (j === place ? value + step : value))
          const changed = tf.tensor(moved, x.shape)
          return numbers(of(args.map((arg, j) => (j === i ? changed : arg)))).reduce((sum, value) => sum + value, 0)
        }
        const step = 2 ** -7
        // each difference costs two runs: WebGL runs the same graph, so two places tell
        const places = backendName === 'webgl' ? [0, x.size - 1] : found.map((__, place) => place)
        for (const place of places) {
          const wanted = (at(place, step) - at(place, -step)) / (2 * step)
          expect(Math.abs((found[place] ?? Number.NaN) - wanted), `argument ${i}, element ${place}`).toBeLessThan(2e-3)
        }
      }
    })
  })

  it('refuses what is no tensor, and floats that are integers', () => {
    const before = tf.memory().numTensors
    const args = make()
    const wrong = (i: number, x: unknown) => () => of(args.map((arg, j) => (j === i ? x : arg)) as Args) // on purpose
    expect(wrong(0, [1, 2])).toThrow(TypeError)
    expect(wrong(0, [1, 2])).toThrow(/must be a tensor, found .* Pass e\.g\./)
    const integers = tf.cast(tensor(args[0]), 'int32')
    expect(wrong(0, integers)).toThrow(/must be a float32 tensor, found dtype int32\. Cast it/)
    tf.dispose([...args, integers])
    expect(tf.memory().numTensors).toBe(before)
  })

  it('broadcasts nothing', () => {
    const args = make()
    if (args.length < 2) return tf.dispose([...args])
    const second = tensor(args[1])
    const longer = tf.tidy(() => tf.concat([second, second], 0))
    const refused = () => of([tensor(args[0]), longer, ...args.slice(2)])
    expect(refused).toThrow(RangeError)
    expect(refused).toThrow(/must have .*\[.*\], found \[.*\]\. Nothing is broadcast/)
    return tf.dispose([...args, longer])
  })

  it('takes an empty batch', () => {
    tf.tidy(() => {
      const args = make()
      const empty = args.map((arg) => tf.zeros([0, ...arg.shape.slice(1)], arg.dtype))
      const value = numbers(of(empty))
      expect(value.every((x) => Number.isFinite(x)) || value.every((x) => Number.isNaN(x))).toBe(true)
      // tfjs cannot sum nothing on WebGL
      if (backendName !== 'webgl') expect(numbers(gradient(of, empty, 0))).toEqual([])
    })
  })

  it('lets no NaN pass unseen', () => {
    tf.tidy(() => {
      const args = make()
      const x = tensor(args[0])
      const bad = tf.tensor(
        numbers(x).map((value, i) => (i === 0 ? Number.NaN : value)),
        x.shape,
      )
      expect(numbers(of([bad, ...args.slice(1)])).some((value) => Number.isNaN(value))).toBe(true)
    })
  })
})

describe('what optax does otherwise', () => {
  const single = (x: tf.Tensor): number => numbers(x)[0] ?? Number.NaN

  it('labels that are no class cost NaN', () => {
    tf.tidy(() => {
      const scores = tf.tensor2d([[1, 2, 3]])
      const cost = (label: number) => tf.tensor1d([label], 'int32')
      expect(single(losses.softmaxCrossEntropyWithIntegerLabels(scores, cost(7)))).toBeNaN()
      expect(single(losses.multiclassHingeLoss(scores, cost(3)))).toBeNaN()
      expect(single(losses.multiclassPerceptronLoss(scores, cost(-1)))).toBeNaN()
      expect(single(losses.multiclassSparsemaxLoss(scores, cost(9)))).toBeNaN()
      expect(single(losses.softmaxCrossEntropyWithIntegerLabels(scores, cost(-3)))).toBeCloseTo(2.4076059, 5)
    })
  })

  it('odd powers are of absolute differences', () => {
    tf.tidy(() => {
      const [a, p, n] = [tf.tensor2d([[0, 0]]), tf.tensor2d([[1, -2]]), tf.tensor2d([[2, -1]])]
      expect(single(losses.tripletMarginLoss(a, p, n, { normDegree: 1 }))).toBeCloseTo(1, 5)
      expect(single(losses.tripletMarginLoss(a, p, tf.zeros([1, 2]), { normDegree: 3, eps: 0 }))).toBeCloseTo(
        9 ** (1 / 3) + 1,
        4,
      )
      const still = gradient(([x]) => losses.tripletMarginLoss(tensor(x), a, a, { eps: 0, normDegree: 2 }), [a], 0)
      expect(numbers(still)).toEqual([0, 0])
    })
  })

  it('ntxent has the epsilon of float32', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([0, 0, 0, 1, 1, 1], [3, 2])
      const labels = tf.tensor1d([0, 0, 1], 'int32')
      const found = numbers(gradient(([e]) => losses.ntxent(tensor(e), labels), [x], 0))
      // optax in float64 has 2⁻⁵² for 2⁻²³
      const wanted = [
        169475474.329 * 2 ** -14.5,
        -549528407.905 * 2 ** -14.5,
        5.05055556443,
        0,
        -2.52527778222,
        2.52527778222,
      ]
      found.forEach((value, i) => expect(Math.abs(value - (wanted[i] ?? 0))).toBeLessThan(i < 2 ? 0.05 : 2e-5))
      expect(single(losses.ntxent(x, tf.tensor1d([0, 1, 2], 'int32')))).toBe(0)
    })
  })

  it('infinite logits on the right side cost nothing', () => {
    tf.tidy(() => {
      const [up, down] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      const sure = tf.tensor1d([up, down])
      const right = tf.tensor1d([1, 0])
      expect(numbers(losses.sigmoidFocalLoss(sure, right))).toEqual([0, 0])
      expect(numbers(gradient(([x]) => losses.sigmoidFocalLoss(tensor(x), right), [sure], 0))).toEqual([0, 0])
      expect(single(losses.softmaxCrossEntropy(tf.tensor2d([[1, up, 2]]), tf.tensor2d([[0, 1, 0]])))).toBe(0)
      expect(single(losses.softmaxCrossEntropy(tf.tensor2d([[down, down]]), tf.tensor2d([[0, 1]])))).toBeCloseTo(
        Math.LN2,
        6,
      )
      expect(single(losses.klDivergence(tf.tensor2d([[down, 0]]), tf.tensor2d([[0, 1]])))).toBe(0)
    })
  })

  it('by a label of just 0 or 1, a focal loss has its own slope', () => {
    tf.tidy(() => {
      const args = [tf.tensor1d([0.75, -0.5, 1e-6, 2]), tf.tensor1d([1, 0, 1, 0])]
      const of: Loss = ([a, b]) => losses.sigmoidFocalLoss(tensor(a), tensor(b), { alpha: 0.25 })
      const wanted = (z: number, y: number): number => {
        const p = 1 / (1 + Math.exp(-z))
        const [w, entropy] = [y === 1 ? 1 - p : p, y === 1 ? -Math.log(p) : -Math.log(1 - p)]
        const balance = y === 1 ? 0.25 : 0.75
        return -0.5 * w ** 2 * entropy + balance * (2 * w * (1 - 2 * p) * entropy - w ** 2 * z)
      }
      const [z, labels] = args.map(numbers)
      numbers(gradient(of, args, 1)).forEach((slope, i) =>
        expect(slope).toBeCloseTo(wanted(z?.[i] ?? Number.NaN, labels?.[i] ?? Number.NaN), 5),
      )
    })
  })

  it('small slopes by a target keep their digits', () => {
    tf.tidy(() => {
      const args = [tf.tensor1d([-1e-5, -1]), tf.tensor1d([1, 0])]
      for (const loss of [losses.generalizedKlDivergence, losses.convexKlDivergence]) {
        const [slope = 0] = numbers(gradient(([a, b]) => loss(tensor(a), tensor(b)), args, 1))
        expect(Math.abs(slope / 1e-5 - 1)).toBeLessThan(1e-6)
      }
    })
  })

  it('small errors keep their digits', () => {
    tf.tidy(() => {
      expect(single(losses.logCosh(tf.scalar(1e-4))) / 5e-9).toBeCloseTo(1, 5)
      const near = losses.logCosh(tf.tensor1d([0.24999, 0.25001]))
      numbers(near).forEach((value, i) =>
        expect(value).toBeCloseTo(Math.log(Math.cosh(i === 0 ? 0.24999 : 0.25001)), 6),
      )
      expect(single(losses.huberLoss(tf.scalar(-3e38)))).toBeGreaterThan(2.9e38)
    })
  })

  it('log cosh is right to its last digits on both sides of its series', () => {
    tf.tidy(() => {
      const errors = Array.from({ length: 60 }, (_, i) => Math.fround(0.005 * (i + 1)))
      numbers(losses.logCosh(tf.tensor1d(errors))).forEach((value, i) => {
        const meant = Math.log1p(2 * Math.sinh((errors[i] ?? 0) / 2) ** 2) // cosh(e) − 1 without cancellation
        // beyond the series a logarithm is subtracted
        const digits = (errors[i] ?? 0) < 0.25 ? 5e-7 * meant : 2e-7
        expect(Math.abs(value - meant)).toBeLessThan(digits)
      })
    })
  })

  it('vectors of zeros, and vast ones, have a cosine', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([0, 0, 3e30, 4e30], [2, 2])
      const t = tf.tensor2d([1, 2, 3e-30, 4e-30], [2, 2])
      expect(numbers(losses.cosineSimilarity(x, t)).map((value) => Math.round(value * 1e6) / 1e6)).toEqual([0, 1])
      expect(numbers(gradient(([p]) => losses.cosineSimilarity(tensor(p), t), [x], 0)).every(Number.isFinite)).toBe(
        true,
      )
    })
  })

  it.each([
    ['far above those that count', [0.5, -1, 2, 7], [1, 1, 0, 0], 3],
    ['above, by a little', [0.5, 0.5, 0.75, 0], [1, 0, 0, 1], 2],
    ['below them', [3, -2, 1, 0.5], [1, 0, 1, 1], 1],
    ['counted from the last class', [0.25, 4, -1, 2], [1, 0, 1, 0], -3],
  ])('a label that a mask leaves out keeps its logit: %s', (_, z, mask, label) => {
    tf.tidy(() => {
      const [logits, labels] = [tf.tensor2d([z]), tf.tensor1d([label], 'int32')]
      const where = tf.tensor2d([mask], undefined, 'bool')
      const at = (label + 4) % 4
      const shares = z.map((x, i) => (mask[i] === 1 ? Math.exp(x) : 0))
      const total = shares.reduce((sum, x) => sum + x, 0)
      const loss = (x: tf.Tensor) => losses.softmaxCrossEntropyWithIntegerLabels(x, labels, { where })
      expect(single(loss(logits))).toBeCloseTo(Math.log(total) - (z[at] ?? Number.NaN), 5)
      numbers(gradient(([x]) => loss(tensor(x)), [logits], 0)).forEach((slope, i) =>
        expect(slope).toBeCloseTo((shares[i] ?? 0) / total - (i === at ? 1 : 0), 5),
      )
    })
  })

  it('a region that is nowhere and is not predicted costs nothing', () => {
    tf.tidy(() => {
      const none = tf.zeros([1, 2, 1])
      expect(single(losses.diceLoss(none, none, { smooth: 0, applySoftmax: false }))).toBe(0)
      expect(() => losses.diceLoss(tf.fill([1, 2, 1], 1.5), none, { applySoftmax: false })).toThrow(/lie in \[0, 1\]/)
      expect(
        single(losses.binaryDiceLoss(tf.tensor2d([[0.5, 1]]), tf.tensor2d([[0, 1]]), { applySigmoid: false })),
      ).toBeCloseTo(1 - 2 / (1.25 + 1), 6)
    })
  })

  it('options are checked, and axes', () => {
    tf.tidy(() => {
      expect(() => losses.huberLoss(z(), y(), { delta: 0 })).toThrow(RangeError)
      expect(() => losses.softmaxCrossEntropy(z(), y(), { axis: 2 })).toThrow(/axis must be an integer in \[-2, 2\)/)
      expect(() => losses.softmaxCrossEntropy(z(), y(), { axis: [0, -2] })).toThrow(/names an axis twice/)
      const masks = tf.zeros([2, 3, 4])
      expect(() => losses.diceLoss(masks, masks, { axis: [1, -2] })).toThrow(/names an axis twice/)
      expect(() => losses.diceLoss(masks, masks, { axis: [0, 1, 2] })).toThrow(/none is left for the classes/)
      expect(() => losses.softmaxCrossEntropy(tf.scalar(1), tf.scalar(1))).toThrow(/and a tensor with an axis/)
      expect(() =>
        losses.ctcLoss(frames(), tf.zeros([1, 4]), tf.zeros([1, 2], 'int32'), tf.zeros([1, 2]), { blankId: 3 }),
      ).toThrow(/blankId must be a class/)
      expect(() => losses.klDivergence(logs(), y(), { where: tf.ones([3], 'bool') })).toThrow(
        /where must have the shape of/,
      )
    })
  })

  it('numbers without axes are tensors, too', () => {
    tf.tidy(() => {
      for (const loss of [losses.squaredError, losses.l2Loss, losses.huberLoss, losses.logCosh])
        expect(loss(tf.scalar(2), tf.scalar(1)).shape).toEqual([])
      expect(losses.multiclassHingeLoss(tf.tensor1d([1, 2]), 0).shape).toEqual([])
    })
  })
})

describe('CTC', () => {
  const long = (time: number) => tf.tidy(() => tf.sin(tf.reshape(tf.range(0, time * 3), [1, time, 3])))
  const run = (time: number): void =>
    tf.tidy(() => {
      const labels = tf.tensor2d([[1, 2, 2]], [1, 3], 'int32')
      gradient(
        ([x]) => losses.ctcLoss(tensor(x), tf.zeros([1, time]), labels, tf.zeros([1, 3])),
        [long(time)],
        0,
      ).dataSync()
    })

  it('takes time linear in the number of frames', async () => {
    const kernels = async (time: number): Promise<number> => {
      const { kernels: run1 } = await tf.profile(() => {
        run(time)
        return tf.scalar(0)
      })
      return run1.length
    }
    const [few, more, most] = [await kernels(4), await kernels(8), await kernels(16)]
    expect(most - more).toBe(2 * (more - few))
  })

  it('is the sum over all alignments', () => {
    tf.tidy(() => {
      const logits = long(4)
      const probabilities = numbers(tf.softmax(logits, -1))
      const words = Array.from({ length: 81 }, (_, word) => [27, 9, 3, 1].map((place) => Math.floor(word / place) % 3))
      const collapsed = (word: readonly number[]): string =>
        word.filter((letter, i) => letter !== 0 && letter !== word[i - 1]).join('')
      const sum = words
        .filter((word) => collapsed(word) === '11')
        .reduce((total, word) => total + word.reduce((p, letter, t) => p * (probabilities[3 * t + letter] ?? 0), 1), 0)
      const labels = tf.tensor2d([[1, 1]], [1, 2], 'int32')
      const loss = losses.ctcLoss(logits, tf.zeros([1, 4]), labels, tf.zeros([1, 2]))
      expect(numbers(loss)[0]).toBeCloseTo(-Math.log(sum), 5)
    })
  })

  it('needs no room for labels, and no frames', () => {
    tf.tidy(() => {
      const none = tf.zeros([1, 0], 'int32')
      const logits = long(2)
      const { loss, logAlphaBlank, logAlphaEmit } = losses.ctcLossWithForwardProbs(
        logits,
        tf.zeros([1, 2]),
        none,
        tf.zeros([1, 0]),
      )
      expect([loss, logAlphaBlank, logAlphaEmit].map(({ shape }) => shape)).toEqual([[1], [2, 1, 1], [2, 1, 0]])
      expect(numbers(loss)[0]).toBeCloseTo(-(numbers(logAlphaBlank).at(-1) ?? 0), 5)
      const empty = tf.zeros([1, 0, 3])
      const instant = (labels: tf.Tensor, padding: tf.Tensor) =>
        numbers(losses.ctcLoss(empty, tf.zeros([1, 0]), labels, padding))[0]
      expect(instant(none, tf.zeros([1, 0]))).toBeCloseTo(0, 6)
      expect(instant(tf.tensor2d([[1]], [1, 1], 'int32'), tf.zeros([1, 1]))).toBeGreaterThan(9e4)
    })
  })

  it('takes −∞ for a probability of 0', () => {
    tf.tidy(() => {
      const logits = tf.tensor3d([[[0, Number.NEGATIVE_INFINITY, 0]]])
      const loss = ([x]: Args) =>
        losses.ctcLoss(tensor(x), tf.zeros([1, 1]), tf.zeros([1, 0], 'int32'), tf.zeros([1, 0]))
      expect(numbers(loss([logits]))[0]).toBeCloseTo(Math.LN2, 5)
      expect(numbers(gradient(loss, [logits], 0))).toEqual([-0.5, 0, 0.5])
    })
  })
})

import '@tensorflow/tfjs-backend-cpu'
// tfjs' gradients, as Node can load them
import '@tensorflow/tfjs-layers'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { hungarianAlgorithm } from '../../../src/assignment/hungarianAlgorithm.js'
import * as losses from '../../../src/losses/index.js'
import * as numerics from '../../../src/numerics/index.js'
import * as projections from '../../../src/projections/index.js'

/** An array as both sides read it. */
interface Numerals {
  readonly values: readonly number[]
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int32' | 'bool'
}

/** A function called once: its value, and the gradient by its first argument of Σ (i + 1)·yᵢ over all outputs. */
export interface FunctionCase {
  readonly subject: string
  readonly call: string
  readonly args: readonly (Numerals | number)[]
  readonly options: Readonly<Record<string, unknown>>
  /** Whether there is a gradient to ask for. */
  readonly differentiable: boolean
}

type Parts = Pick<FunctionCase, 'args' | 'options'>

const float = fc.float({ min: -3, max: 3, noNaN: true }).map((x) => (Math.abs(x) < 1e-3 ? 0.5 : x))
const share = fc.float({ min: Math.fround(0.01), max: Math.fround(0.99), noNaN: true })
const whole = (most: number) => fc.integer({ min: 0, max: most })
const array = (of: fc.Arbitrary<number>, shape: readonly number[], dtype: Numerals['dtype'] = 'float32') => {
  const size = shape.reduce((product, axis) => product * axis, 1)
  return fc.array(of, { minLength: size, maxLength: size }).map((values): Numerals => ({ values, shape, dtype }))
}
const parts = (
  args: readonly fc.Arbitrary<Numerals | number>[],
  options: Readonly<Record<string, fc.Arbitrary<unknown>>> = {},
): fc.Arbitrary<Parts> =>
  fc
    .tuple(fc.tuple(...args), fc.record(options, { requiredKeys: [] }))
    .map(([given, told]) => ({ args: given, options: told }))

// Few shapes: jax compiles every operation once for each.
const flat = [3, 4]
const positive = fc.float({ min: 0.25, max: 2, noNaN: true })
const mask = array(fc.constantFrom(1, 1, 1, 0), flat, 'bool')
/** A row with all masked is another case, in the oracle's file. */
const someInEach = mask.map((one): Numerals => ({ ...one, values: one.values.map((x, i) => (i % 4 === 0 ? 1 : x)) }))
const alongAxis = { axis: fc.constantFrom(-1, 0), where: someInEach }
const along = (axis: fc.Arbitrary<unknown>) => ({ axis })
const masked = { where: someInEach }
const errors = parts([array(float, flat), array(float, flat)])
const withLabels = (options: Readonly<Record<string, fc.Arbitrary<unknown>>> = {}) =>
  parts([array(float, flat), array(share, flat)], options)
const withSigns = parts([array(float, flat), array(fc.constantFrom(-1, 1), flat)])
const withClasses = (options: Readonly<Record<string, fc.Arbitrary<unknown>>> = {}) =>
  parts([array(float, flat), array(whole(3), [3], 'int32')], options)
const logs = array(
  float.map((x) => -Math.abs(x)),
  flat,
)
const regions = (options: Readonly<Record<string, fc.Arbitrary<unknown>>> = {}) =>
  parts([array(float, [2, 3, 2]), array(fc.constantFrom(0, 1), [2, 3, 2])], options)
const dice = { smooth: positive }

const lossCases: Readonly<Record<string, fc.Arbitrary<Parts>>> = {
  squaredError: errors,
  l2Loss: errors,
  logCosh: errors,
  huberLoss: fc.tuple(errors, positive).map(([{ args }, delta]) => ({ args, options: { delta } })),
  cosineSimilarity: parts([array(float, flat), array(float, flat)], {
    epsilon: positive,
    ...along(fc.constantFrom(-1, 0)),
  }),
  cosineDistance: parts([array(float, flat), array(float, flat)], { epsilon: positive, ...masked }),
  sigmoidBinaryCrossEntropy: withLabels(),
  hingeLoss: withSigns,
  perceptronLoss: withSigns,
  sparsemaxLoss: parts([array(float, flat), array(fc.constantFrom(0, 1), flat)]),
  sigmoidFocalLoss: withLabels({ alpha: share, gamma: positive }),
  softmaxCrossEntropy: withLabels(alongAxis),
  safeSoftmaxCrossEntropy: withLabels(),
  softmaxCrossEntropyWithIntegerLabels: withClasses(masked),
  multiclassHingeLoss: withClasses(),
  multiclassPerceptronLoss: withClasses(),
  multiclassSparsemaxLoss: withClasses(),
  polyLossCrossEntropy: withLabels({ epsilon: float, ...masked }),
  klDivergence: parts([logs, array(share, flat)], alongAxis),
  generalizedKlDivergence: parts([logs, array(share, flat)], alongAxis),
  convexKlDivergence: parts([logs, array(share, flat)]),
  klDivergenceWithLogTargets: parts([logs, logs], alongAxis),
  rankingSoftmaxLoss: withLabels({
    where: someInEach,
    weights: array(share, flat),
    reduceFn: fc.constantFrom('mean', 'sum', null),
  }),
  diceLoss: regions({
    ...dice,
    alpha: share,
    beta: share,
    reduction: fc.constantFrom('mean', 'sum', 'none'),
    ignoreBackground: fc.boolean(),
  }),
  binaryDiceLoss: parts([array(float, flat), array(fc.constantFrom(0, 1), flat)], dice),
  multiclassGeneralizedDiceLoss: regions({ ...dice, ignoreBackground: fc.boolean() }),
  ctcLoss: parts([
    array(float, [2, 6, 3]),
    fc
      .constantFrom([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
      .map((values): Numerals => ({ values, shape: [2, 6], dtype: 'float32' })),
    array(fc.integer({ min: 1, max: 2 }), [2, 2], 'int32'),
    fc
      .constantFrom([0, 0, 0, 1], [0, 0, 0, 0])
      .map((values): Numerals => ({ values, shape: [2, 2], dtype: 'float32' })),
  ]),
  // labels of two kinds on five rows: there is a pair
  ntxent: parts([array(float, [5, 3]), array(whole(1), [5], 'int32')], { temperature: positive }),
  tripletMarginLoss: parts([array(float, flat), array(float, flat), array(float, flat)], {
    margin: float,
    normDegree: fc.constantFrom(2, 4),
    axis: fc.constantFrom(-1, 0),
  }),
  smoothLabels: fc
    .tuple(array(share, flat), share, fc.record({ ...along(fc.constantFrom(-1, 0)), ...masked }, { requiredKeys: [] }))
    .map(([labels, alpha, more]) => ({ args: [labels], options: { alpha, ...more } })),
}

const vector = array(float, [5])
const scaled = parts([vector], { scale: positive })
const normal = fc.tuple(vector, vector, float)

const projectionCases: Readonly<Record<string, fc.Arbitrary<Parts>>> = {
  projectionNonNegative: parts([vector]),
  projectionBox: vector.map((x) => ({ args: [x], options: { lower: -1.125, upper: 0.625 } })),
  projectionHypercube: scaled,
  projectionSimplex: scaled,
  projectionL1Sphere: scaled,
  projectionL1Ball: scaled,
  projectionL2Sphere: scaled,
  projectionL2Ball: scaled,
  projectionLinfBall: scaled,
  projectionVector: normal.map(([x, a]) => ({ args: [x], options: { a } })),
  projectionHyperplane: normal.map(([x, a, b]) => ({ args: [x], options: { a, b } })),
  projectionHalfspace: normal.map(([x, a, b]) => ({ args: [x], options: { a, b } })),
}

const numericCases: Readonly<Record<string, fc.Arbitrary<Parts>>> = {
  safeNorm: fc
    .tuple(array(float, flat), positive, fc.record({ axis: fc.constantFrom(-1, 0) }, { requiredKeys: [] }))
    .map(([x, minNorm, more]) => ({ args: [x], options: { minNorm, ...more } })),
  safeRootMeanSquares: fc.tuple(vector, positive).map(([x, minRms]) => ({ args: [x], options: { minRms } })),
  nnls: parts([array(float, [5, 3]), vector]).map(({ args }) => ({ args, options: { iters: 40 } })),
  hungarianAlgorithm: parts([array(float, [4, 4])]),
}

/** Whole or none: costs of an assignment and coefficients have no gradient here. */
const onHost = ['nnls', 'hungarianAlgorithm']

/** Losses, projections and numerics with their cases. */
export const functionCases: Readonly<Record<string, fc.Arbitrary<FunctionCase>>> = Object.fromEntries(
  Object.entries({ ...lossCases, ...projectionCases, ...numericCases }).map(([name, cases]) => [
    name,
    cases.map((given): FunctionCase => ({
      subject: name,
      call: name,
      differentiable: !onHost.includes(name),
      ...given,
    })),
  ]),
)

/** The cost of the best assignment: which it is, is not always one. */
const assigned = (costs: tf.Tensor): tf.Tensor => {
  const { rows, columns } = hungarianAlgorithm(costs)
  const values = costs.dataSync()
  const width = costs.shape[1] ?? 0
  return tf.scalar(rows.reduce((sum, row, k) => sum + (values[row * width + (columns[k] ?? 0)] ?? Number.NaN), 0))
}

const functions: Readonly<Record<string, unknown>> = {
  ...losses,
  ...projections,
  ...numerics,
  hungarianAlgorithm: assigned,
}

const isNumerals = (value: unknown): value is Numerals =>
  typeof value === 'object' && value !== null && 'values' in value && 'dtype' in value

const tensor = (value: unknown): unknown =>
  isNumerals(value) ? tf.tensor([...value.values], [...value.shape], value.dtype) : value

/** What this library answers, on tensors of the cpu backend: the value, then the gradient. */
export const functionValues = async ({
  call,
  args,
  options,
  differentiable,
}: FunctionCase): Promise<readonly (readonly number[])[]> => {
  await tf.setBackend('cpu')
  const f = functions[call]
  if (typeof f !== 'function') throw new TypeError(`a case names ${call}, which is not exported`)
  const result: (readonly number[])[] = []
  tf.tidy(() => {
    const [first, ...rest] = args.map(tensor)
    const given = Object.fromEntries(Object.entries(options).map(([key, x]) => [key, tensor(x)]))
    // checked: a function; those of these rooms take tensors, then options
    const run = (x: unknown): tf.Tensor =>
      (f as (...all: readonly unknown[]) => tf.Tensor)(
        x,
        ...placed(call, rest),
        ...(Object.keys(given).length > 0 ? [given] : []),
      )
    const value = run(first)
    result.push([...value.dataSync()])
    if (!differentiable) return
    const weights = tf.reshape(tf.range(1, value.size + 1, 1, 'float32'), value.shape)
    result.push([
      ...tf
        .grad((x: tf.Tensor) => tf.sum(tf.mul(run(x), weights)))(first as tf.Tensor)
        .dataSync(),
    ])
  })
  return result
}

/** Options come third, where targets may be left out. */
const placed = (call: string, rest: readonly unknown[]): readonly unknown[] =>
  /^(squaredError|l2Loss|huberLoss|logCosh)$/.test(call) ? [rest[0]] : rest

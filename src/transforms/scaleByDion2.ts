import type { Tensor } from '@tensorflow/tfjs-core'
import { positiveCount } from '../scalars/Count.js'
import { unitInterval } from '../scalars/Decay.js'
import { flag } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { plainOptions } from '../schedules/described.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import type { Leaf, Leaves, Tree } from '../tree/Tree.js'
import type { Axiswise } from './Axiswise.js'
import { evenedOut } from './evenedOut.js'
import { axisLength } from '../tensors/axisLength.js'
import { leafwise, leafwiseSlots } from './leafwise.js'
import { type MuonScaling, muonScaling, scaleOf } from './muonScaling.js'
import { orthogonalized } from './newtonSchulz.js'
import { type NsCoefficients, nsCoefficients, quintics } from './nsCoefficients.js'
import { onlyMatrices } from './onlyMatrices.js'

/** Options of `scaleByDion2`. */
export interface ScaleByDion2Options {
  /** The share of the rows that a step takes, in [0, 1]; at least one.
   *
   *  @defaultValue 0.25 */
  readonly fraction?: number
  /** What stays in the momentum of the rows that were taken, in [0, 1].
   *
   *  @defaultValue 0.95 */
  readonly efDecay?: number
  /** Whether updates are evened out over the outputs, as in `scaleByNormuon`: NorDion2. Then rows are always outputs.
   *
   *  @defaultValue false */
  readonly evened?: boolean
  /** The decay of the mean square of each output, in [0, 1), where they are.
   *
   *  @defaultValue 0.95 */
  readonly beta2?: number
  /** The coefficients of the Newton–Schulz iterations, as in `scaleByMuon`.
   *
   *  @defaultValue 'polarExpress' */
  readonly nsCoeffs?: NsCoefficients
  /** How many iterations, at most as many as there are triples: an integer ≥ 1.
   *
   *  @defaultValue 5 */
  readonly nsSteps?: number
  /** Added to the norm that a matrix is divided by.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** The length of the update, as in `scaleByMuon`.
   *
   *  @defaultValue 'none' */
  readonly scaling?: MuonScaling
}

/** The state of `scaleByDion2`. */
export interface ScaleByDion2State<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The momentum. */
  readonly mu: P
  /** One number for each output of a matrix, the mean square of its updates; zeros where nothing is evened out. */
  readonly nu: Leaves<P, Tensor>
}

/** The state of `scaleByDion2` as a function of the parameters. */
export interface ScaleByDion2 extends StateLambda {
  readonly State: ScaleByDion2State<this['Params']>
}

/** Muon of a part of the rows: those with the largest ℓ1 norms move, the others gather.
 *
 *  ```text
 *  M ← M + g     x = the ⌈fraction·n⌉ rows of the shorter side with the largest Σ|M|, the others 0
 *  u = scale·orthogonalized(x)   (as `scaleByMuon`)     M ← efDecay·M on those rows
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu like the parameters, nu [1, out]. Leaves are matrices `[in, out]`.
 *  @units directions: singular values of about 1. It needs a learning rate.
 *  @throws `TypeError` for a leaf that is no matrix: `dion2` gives those to Adam.
 *  @laws with fraction 1 and efDecay 0.95 it is Muon without Nesterov's momentum; a gradient that is zero before all others
 *    gives zero.
 *  @departs nothing is read back: rows are chosen on the device, and those left out are zeros in the products. Of rows
 *    with equal norms the first are taken. It is no equation.
 *  @reference Ahn et al. 2025, Dion2; microsoft/dion
 *  @example chain(scaleByDion2({ fraction: 0.5, scaling: 'spectral' }), scaleByLearningRate({ learningRate: 0.01 })) */
export const scaleByDion2 = (given?: ScaleByDion2Options): Transformation<ScaleByDion2> => {
  const checked = parse(given)
  const { fraction, efDecay, evened, beta2, nsCoeffs, nsSteps, eps, scaling } = checked
  const coefficients = quintics(nsCoeffs, nsSteps)
  return plain<ScaleByDion2>({
    name: 'scaleByDion2',
    options: plainOptions(checked),
    // Trees that are made leaf by leaf have the structure of the parameters, here and below.
    init: <P extends Tree>(params: P) =>
      ({
        count: 0,
        mu: leafwiseSlots(params, (shape) => shape),
        nu: leafwiseSlots(params, (shape) => [1, onlyMatrices('scaleByDion2', 'dion2', shape)[1]]),
      }) as ScaleByDion2State<P>,
    update: <P extends Tree>(updates: unknown, { count, mu, nu }: ScaleByDion2State<P>, params: P) => {
      const [out, next, squares] = leafwise((O, { update: g, slots, held }) => {
        const [old, v] = [held(slots[0], 'scaleByDion2', 'mu'), held(slots[1], 'scaleByDion2', 'nu')]
        const [rows = 1, columns = 1] = g.shape
        const m = O.add(old, g)
        // outputs are columns here; where there are more of them than inputs, the authors take inputs
        const axis = columns > rows && !evened ? 0 : 1
        const taken = largestSlices(O, m, axis, Math.max(1, Math.ceil(fraction * axisLength(g, axis))))
        const x = orthogonalized(O, O.mul(m, taken), coefficients, 'frobenius', eps)
        const scale = scaleOf(scaling, { fanIn: rows, fanOut: columns })
        const { update, nu: moved } = evened ? evenedOut(O, x, v, beta2) : { update: x, nu: v }
        return [
          O.mul(update, scale),
          O.mul(m, O.add(O.mul(taken, efDecay - 1), 1)),
          evened ? O.add(v, O.mul(taken, O.sub(moved, v))) : v,
        ]
      })(updates, params, [mu, nu])
      return [out as Leaves<P, null>, { count: count + 1, mu: next, nu: squares } as ScaleByDion2State<P>]
    },
  })
}

/** 1 for the slices along an axis of a matrix with the largest ℓ1 norms, 0 for the others; the earlier where they tie. */
const largestSlices = <L extends Leaf>(O: Axiswise<L>, m: L, axis: 0 | 1, many: number): L => {
  const n = axisLength(m, axis)
  const sizes = O.sum(O.abs(m), [1 - axis])
  const [down, across] = [O.reshape(sizes, [n, 1]), O.reshape(sizes, [1, n])]
  const zeros = O.filled([n, n], 0)
  // before[i, j] is 1 where slice j comes before slice i
  const earlier = O.of(
    Float64Array.from({ length: n * n }, (_, at) => (at % n < Math.floor(at / n) ? 1 : 0)),
    [n, n],
  )
  const [i, j] = [O.add(zeros, down), O.add(zeros, across)]
  const before = O.whereLess(i, j, O.filled([n, n], 1), O.whereLess(j, i, zeros, earlier))
  const place = O.sum(before, [1])
  return O.reshape(O.whereLess(place, O.filled(place.shape, many), O.filled(place.shape, 1), 0), sizes.shape)
}

/** The options of Dion2's direction, for `dion2`.
 *
 *  @internal */
export const dion2Options = {
  fraction: withDefault(unitInterval, 0.25),
  efDecay: withDefault(unitInterval, 0.95),
  evened: withDefault(flag, false),
  beta2: withDefault(halfOpenUnit, 0.95),
  nsCoeffs: withDefault(nsCoefficients, 'polarExpress'),
  nsSteps: withDefault(positiveCount, 5),
  eps: withDefault(nonNegative, 1e-8),
}

const parse = optionsFor<ScaleByDion2Options>()('scaleByDion2', {
  ...dion2Options,
  scaling: withDefault(muonScaling, 'none'),
})

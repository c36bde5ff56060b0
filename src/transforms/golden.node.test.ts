import { describe, expect, it } from 'vitest'
import { chain } from '../combinators/chain.js'
import { arrayLeaf, type ArrayLeaf } from '../equation/reference.js'
import {
  adabelief,
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamaxw,
  adamw,
  adan,
  amsgrad,
  fromage,
  lamb,
  lars,
  lion,
  nadam,
  nadamw,
  novograd,
  optimisticAdamV2,
  optimisticGradientDescent,
  polyakSgd,
  radam,
  rmsprop,
  rprop,
  sgd,
  signSgd,
  signum,
  sm3,
  yogi,
} from '../optimizers/index.js'
import { linearSchedule } from '../schedules/linearSchedule.js'
import { reference } from '../transformation/reference.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import {
  adaptiveGradClip,
  addDecayedWeights,
  applyEvery,
  centralize,
  clip,
  clipByBlockRms,
  clipByGlobalNorm,
  ema,
  normalizeByUpdateNorm,
  scale,
  scaleByDistanceOverGradients,
  scaleByParamBlockNorm,
  scaleByParamBlockRms,
  scaleByTrustRatio,
} from './index.js'

type Six = readonly number[]
type Row = readonly [name: string, tx: AnyTransformation, afterOne: Six, afterThree: Six]

/** What optax gives in float64, to eight digits: b0, b1, w00, w01, w10, w11 after the first step and after the
 *  third. */
const golden: readonly Row[] = [
  [
    'sgd(.1)',
    sgd({ learningRate: 0.1 }),
    [0.07, -0.28, 0.95, -1.85, 0.5, 2.8],
    [0.065, -0.345, 0.965, -1.945, 0.46, 2.85],
  ],
  [
    'sgd(.1, momentum .9)',
    sgd({ learningRate: 0.1, momentum: 0.9 }),
    [0.07, -0.28, 0.95, -1.85, 0.5, 2.8],
    [0.0047, -0.3468, 0.902, -1.756, 0.37, 2.463],
  ],
  [
    'sgd(.1, momentum .9, nesterov)',
    sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
    [0.043, -0.262, 0.905, -1.715, 0.5, 2.62],
    [-0.02077, -0.38712, 0.8768, -1.7254, 0.343, 2.3667],
  ],
  [
    'adam(.1)',
    adam({ learningRate: 0.1 }),
    [3.3333332e-9, -0.2, 0.9, -1.9, 0.5, 2.9],
    [-0.14362628, -0.29249418, 0.84184194, -1.8604949, 0.40914693, 2.7870851],
  ],
  [
    'nadam(.1)',
    nadam({ learningRate: 0.1 }),
    [-0.047368416, -0.15263159, 0.85263158, -1.8526316, 0.5, 2.8526316],
    [-0.15597356, -0.31311583, 0.83550161, -1.8675607, 0.39985123, 2.7888929],
  ],
  [
    'adamw(.1, wd .01)',
    adamw({ learningRate: 0.1, weightDecay: 0.01 }),
    [-9.9996667e-5, -0.1997, 0.899, -1.898, 0.4995, 2.897],
    [-0.14363897, -0.29175837, 0.83907148, -1.8547274, 0.40772284, 2.778377],
  ],
  [
    'nadamw(.1, wd .01)',
    nadamw({ learningRate: 0.1, weightDecay: 0.01 }),
    [-0.047468416, -0.15233159, 0.85163158, -1.8506316, 0.4995, 2.8496316],
    [-0.15590017, -0.31242165, 0.83278271, -1.8618448, 0.3984741, 2.780267],
  ],
  [
    'adamax(.1)',
    adamax({ learningRate: 0.1 }),
    [3.3333332e-9, -0.2, 0.9, -1.9, 0.5, 2.9],
    [-0.099856323, -0.27031715, 0.8582207, -1.8705455, 0.43628723, 2.8196319],
  ],
  [
    'adamaxw(.1, wd .01)',
    adamaxw({ learningRate: 0.1, weightDecay: 0.01 }),
    [-9.9996667e-5, -0.1997, 0.899, -1.898, 0.4995, 2.897],
    [-0.099891146, -0.26958901, 0.85544467, -1.8647724, 0.43484136, 2.8109013],
  ],
  [
    'amsgrad(.1)',
    amsgrad({ learningRate: 0.1 }),
    [3.3333332e-9, -0.2, 0.9, -1.9, 0.5, 2.9],
    [-0.099721622, -0.28887928, 0.85828316, -1.8705833, 0.40993473, 2.819732],
  ],
  [
    'amsgrad(.1, both corrections off)',
    amsgrad({ learningRate: 0.1, biasCorrectionMu: false, biasCorrectionNu: false }),
    [-0.21622743, 0.016227266, 0.68377243, -1.6837723, 0.5, 2.6837723],
    [-0.86618019, -0.41598958, 0.41453723, -1.5068735, 0.10239351, 2.1830122],
  ],
  [
    'adabelief(.1)',
    adabelief({ learningRate: 0.1 }),
    [-0.011111111, -0.18888889, 0.88888889, -1.8888889, 0.5, 2.8888889],
    [-0.17327285, -0.28940495, 0.82672239, -1.8468612, 0.39986772, 2.762702],
  ],
  [
    'adabelief(.1, nesterov)',
    adabelief({ learningRate: 0.1, nesterov: true }),
    [-0.06374269, -0.13625731, 0.83625731, -1.8362573, 0.5, 2.8362573],
    [-0.18673469, -0.30985711, 0.81777932, -1.8521662, 0.38767085, 2.7636786],
  ],
  [
    'yogi(.1)',
    yogi({ learningRate: 0.1 }),
    [0.00087657586, -0.20171687, 0.90039642, -1.9000894, 0.49997241, 2.900062],
    [-0.14127142, -0.29368463, 0.84252821, -1.8606496, 0.4092969, 2.7873011],
  ],
  [
    'radam(.1)',
    radam({ learningRate: 0.1 }),
    [0.07, -0.28, 0.95, -1.85, 0.5, 2.8],
    [0.040083511, -0.30811031, 0.92914158, -1.8058749, 0.43629831, 2.639464],
  ],
  [
    'adan(.1)',
    adan({ learningRate: 0.1 }),
    [8.8888879e-9, -0.20000002, 0.9, -1.9, 0.5, 2.9],
    [-0.14404433, -0.28912398, 0.84828557, -1.8657928, 0.41404066, 2.7882076],
  ],
  [
    'lion(.1, wd .01)',
    lion({ learningRate: 0.1, weightDecay: 0.01 }),
    [-0.0001, -0.1997, 0.899, -1.898, 0.4995, 2.897],
    [1.999e-7, -0.3992008, 0.8971029, -2.0941059, 0.4986015, 2.8913089],
  ],
  [
    'adagrad(.1)',
    adagrad({ learningRate: 0.1 }),
    [0.031175298, -0.24654777, 0.91548459, -1.9021508, 0.5, 2.901227],
    [0.019925732, -0.36110017, 0.93902492, -1.9577372, 0.4543101, 2.9204876],
  ],
  [
    'adadelta(.1)',
    adadelta({ learningRate: 0.1 }),
    [0.09968379, -0.29968381, 0.99968378, -1.9996838, 0.5, 2.9996838],
    [0.099614785, -0.30039182, 0.99979908, -1.9999551, 0.49992282, 2.999783],
  ],
  [
    'rmsprop(.1)',
    rmsprop({ learningRate: 0.1 }),
    [-0.21622759, 0.016227371, 0.6837723, -1.6837722, 0.5, 2.6837722],
    [-0.26663101, -0.43123221, 0.77021481, -1.8723074, 0.35280309, 2.7528443],
  ],
  [
    'rmsprop(.1, centered)',
    rmsprop({ learningRate: 0.1, centered: true }),
    [-0.23333313, 0.03333287, 0.66666674, -1.6666667, 0.5, 2.6666667],
    [-0.28985803, -0.42497581, 0.75323607, -1.856339, 0.33630446, 2.7315142],
  ],
  [
    'rmsprop(.1, momentum .9)',
    rmsprop({ learningRate: 0.1, momentum: 0.9 }),
    [-0.21622759, 0.016227371, 0.6837723, -1.6837722, 0.5, 2.6837722],
    [-0.90172577, -0.14762619, 0.36216318, -1.4642557, 0.068198119, 2.1395707],
  ],
  [
    'rmsprop(.1, eps_in_sqrt=False, bias_correction)',
    rmsprop({ learningRate: 0.1, epsInSqrt: false, biasCorrection: true }),
    [3.3333332e-9, -0.2, 0.9, -1.9, 0.5, 2.9],
    [-0.017361269, -0.40874084, 0.93251358, -1.9856606, 0.45015302, 2.9427815],
  ],
  [
    'adafactor(.1)',
    adafactor({ learningRate: 0.1 }),
    [0.07763932, -0.27763932, 0.81125414, -1.8112541, 0.5, 2.8112541],
    [0.074619508, -0.32064228, 0.86741656, -1.9663819, 0.42093181, 2.8900592],
  ],
  [
    'adafactor(.1, min_dim_size_to_factor 2)',
    adafactor({ learningRate: 0.1, minDimSizeToFactor: 2 }),
    [0.07763932, -0.27763932, 0.71545491, -1.8292729, 0.5, 2.8200379],
    [0.074619508, -0.32064228, 0.75782738, -1.9924908, 0.40652876, 2.8965933],
  ],
  [
    'adafactor(.1, min_dim 2, momentum .9, weight_decay_rate .01)',
    adafactor({ learningRate: 0.1, minDimSizeToFactor: 2, momentum: 0.9, weightDecayRate: 0.01 }),
    [0.096763932, -0.29476393, 0.96154549, -1.9629273, 0.495, 2.9520038],
    [0.089721991, -0.2919312, 0.90662292, -1.9236528, 0.45028261, 2.8646553],
  ],
  [
    'lamb(.1, wd .01)',
    lamb({ learningRate: 0.1, weightDecay: 0.01 }),
    [0.077661629, -0.27761703, 0.78419975, -1.7820628, 0.49893168, 2.7799261],
    [0.030141405, -0.30925633, 0.50650375, -1.6109329, 0.18218538, 2.3350311],
  ],
  [
    'lars(.1, wd .01)',
    lars({ learningRate: 0.1, weightDecay: 0.01 }),
    [0.099973782, -0.29998232, 0.99992558, -1.9997782, 0.49999927, 2.9997038],
    [0.099920291, -0.30004132, 0.99988792, -1.9998393, 0.4996666, 2.9992364],
  ],
  [
    'fromage(.1)',
    fromage({ learningRate: 0.1 }),
    [0.073322559, -0.28105705, 0.92137238, -1.76908, 0.4975186, 2.6904523],
    [0.071762499, -0.33687914, 0.94525673, -1.9915834, 0.41696473, 2.8233983],
  ],
  [
    'novograd(.1, wd .01)',
    novograd({ learningRate: 0.1, weightDecay: 0.01 }),
    [0.016695201, -0.24423013, 0.97938839, -1.9391652, 0.4995, 2.9185536],
    [-0.15642074, -0.42202321, 0.96116784, -1.926219, 0.43265757, 2.7905771],
  ],
  [
    'sm3(.1)',
    sm3({ learningRate: 0.1 }),
    [0.090000001, -0.29, 0.99, -1.99, 0.5, 2.99],
    [0.068453412, -0.29477362, 0.98050619, -1.9825812, 0.48773455, 2.9726562],
  ],
  ['rprop(.1)', rprop({ learningRate: 0.1 }), [0.1, -0.3, 1, -2, 0.5, 3], [0, -0.3, 1, -2, 0.5, 2.9]],
  ['sign_sgd(.1)', signSgd({ learningRate: 0.1 }), [0, -0.2, 0.9, -1.9, 0.5, 2.9], [0, -0.4, 0.9, -2.1, 0.5, 2.9]],
  ['signum(.1)', signum({ learningRate: 0.1 }), [0, -0.2, 0.9, -1.9, 0.5, 2.9], [-0.2, -0.4, 0.7, -1.7, 0.3, 2.7]],
  [
    'optimistic_gradient_descent(.1, alpha .7, beta .3)',
    optimisticGradientDescent({ learningRate: 0.1, alpha: 0.7, beta: 0.3 }),
    [0.079, -0.286, 0.965, -1.895, 0.5, 2.86],
    [0.086, -0.345, 0.9875, -2.0125, 0.49, 2.985],
  ],
  [
    'optimistic_adam_v2(.1)',
    optimisticAdamV2({ learningRate: 0.1 }),
    [-0.047368416, -0.15263159, 0.85263158, -1.8526316, 0.5, 2.8526316],
    [-0.038704214, -0.53130321, 0.9492537, -2.0133719, 0.4210709, 2.9429896],
  ],
  [
    'clip_by_global_norm(1) → sgd(.1)',
    chain(clipByGlobalNorm({ maxNorm: 1 }), sgd({ learningRate: 0.1 })),
    [0.088348965, -0.29223264, 0.98058161, -1.9417448, 0.5, 2.9223264],
    [0.085473064, -0.34078866, 0.98982983, -2.0106588, 0.47947486, 2.969701],
  ],
  [
    'clip(.3) → sgd(.1)',
    chain(clip({ maxDelta: 0.3 }), sgd({ learningRate: 0.1 })),
    [0.07, -0.28, 0.97, -1.97, 0.5, 2.97],
    [0.065, -0.335, 0.985, -2.02, 0.5, 2.97],
  ],
  [
    'clip_by_block_rms(.5) → sgd(.1)',
    chain(clipByBlockRms({ threshold: 0.5 }), sgd({ learningRate: 0.1 })),
    [0.07, -0.28, 0.98038839, -1.9411652, 0.5, 2.9215535],
    [0.065, -0.345, 0.99022429, -2.0127805, 0.47749944, 2.9692539],
  ],
  [
    'adaptive_grad_clip(.1) → sgd(.1)',
    chain(adaptiveGradClip({ clipping: 0.1 }), sgd({ learningRate: 0.1 })),
    [0.097368826, -0.29824588, 0.98881966, -1.9783667, 0.5, 2.9711556],
    [0.09722841, -0.30439214, 0.98968939, -2.0150679, 0.5001564, 2.9863592],
  ],
  [
    'centralize → sgd(.1)',
    chain(centralize(), sgd({ learningRate: 0.1 })),
    [0.07, -0.28, 0.9, -1.9, 0.6, 2.9],
    [0.065, -0.345, 0.955, -1.955, 0.555, 2.945],
  ],
  [
    'ema(.9) → sgd(.1)',
    chain(ema({ decay: 0.9 }), sgd({ learningRate: 0.1 })),
    [0.07, -0.28, 0.95, -1.85, 0.5, 2.8],
    [0.040083511, -0.30811031, 0.92914158, -1.8058749, 0.43629831, 2.639464],
  ],
  [
    'ema(.9, debias False) → sgd(.1)',
    chain(ema({ decay: 0.9, debias: false }), sgd({ learningRate: 0.1 })),
    [0.097, -0.298, 0.995, -1.985, 0.5, 2.98],
    [0.09047, -0.30468, 0.9902, -1.9756, 0.487, 2.9463],
  ],
  [
    'normalize_by_update_norm(-.1)',
    normalizeByUpdateNorm({ scaleFactor: -0.1 }),
    [0.08834897, -0.29223265, 0.98058162, -1.9417448, 0.5, 2.9223265],
    [0.08547307, -0.34078863, 0.98982983, -2.0106588, 0.47947487, 2.9697009],
  ],
  [
    'scale_by_param_block_norm → sgd(.1)',
    chain(scaleByParamBlockNorm(), sgd({ learningRate: 0.1 })),
    [0.090513167, -0.29367544, 0.81125414, -1.4337624, 0.5, 2.2450166],
    [0.089031177, -0.31392317, 0.85377016, -1.7023701, 0.38635976, 2.3856799],
  ],
  [
    'scale_by_param_block_rms → sgd(.1)',
    chain(scaleByParamBlockRms(), sgd({ learningRate: 0.1 })),
    [0.093291796, -0.29552786, 0.90562707, -1.7168812, 0.5, 2.6225083],
    [0.092223467, -0.30990835, 0.93041885, -1.8735987, 0.43376974, 2.7046722],
  ],
  [
    'scale_by_trust_ratio → sgd(.1)',
    chain(scaleByTrustRatio(), sgd({ learningRate: 0.1 })),
    [0.073688259, -0.28245884, 0.92596778, -1.7779033, 0.5, 2.7038711],
    [0.072841623, -0.34194494, 0.95947097, -2.0215318, 0.42323481, 2.8658549],
  ],
  [
    'scale_by_distance_over_gradients → scale(-1)',
    chain(scaleByDistanceOverGradients(), scale({ stepSize: -1 })),
    [0.099998905, -0.29999927, 0.99999906, -1.9999972, 0.5, 2.9999963],
    [0.099998777, -0.30000079, 0.99999931, -1.9999988, 0.49999933, 2.9999971],
  ],
  [
    'scale_by_distance_over_gradients(reps_rel 0) → add_decayed_weights(.1) → scale(-1)',
    chain(
      scaleByDistanceOverGradients({ repsRel: 0 }),
      addDecayedWeights({ weightDecay: 0.1 }),
      scale({ stepSize: -1 }),
    ),
    [0.09, -0.27, 0.9, -1.8, 0.45, 2.7],
    [0.071179145, -0.25686109, 0.73445376, -1.5938389, 0.39047603, 2.3672567],
  ],
  [
    'apply_every(2) → sgd(.1)',
    chain(applyEvery({ k: 2 }), sgd({ learningRate: 0.1 })),
    [0.1, -0.3, 1, -2, 0.5, 3],
    [0.06, -0.32, 0.975, -1.925, 0.4, 2.75],
  ],
  [
    'adam(linear_schedule .1→0 over 4)',
    adam({ learningRate: linearSchedule({ initValue: 0.1, endValue: 0, transitionSteps: 4 }) }),
    [1.8432172e-9, -0.2, 0.9, -1.9, 0.5, 2.9],
    [-0.093589741, -0.25539968, 0.86426254, -1.873589, 0.43597004, 2.8227776],
  ],
  [
    'adamw(.1, wd schedule .01(c+1))',
    adamw({ learningRate: 0.1, weightDecay: (count) => 0.01 * (count + 1) }),
    [-9.9996667e-5, -0.1997, 0.899, -1.898, 0.4995, 2.897],
    [-0.14346446, -0.29108704, 0.83643224, -1.8490962, 0.40637567, 2.7698666],
  ],
  [
    'polyak_sgd() with value 3, 2.5, 2',
    polyakSgd(),
    [-0.035746606, -0.20950226, 0.77375566, -1.321267, 0.5, 2.0950226],
    [-0.085746606, -0.85950226, 0.92375566, -2.271267, 0.1, 2.5950226],
  ],
]

const tree = ([b0, b1, ...w]: Six) => ({ b: arrayLeaf([b0 ?? 0, b1 ?? 0], [2]), w: arrayLeaf(w, [2, 2]) })

const six = (params: unknown): Six => {
  const { b, w } = params as { readonly b: ArrayLeaf; readonly w: ArrayLeaf } // as it was built
  return [...b.values, ...w.values]
}

const gradients = [
  [0.3, -0.2, 0.5, -1.5, 0, 2],
  [0.1, 0.4, -0.25, 0.75, 1, 0.5],
  [-0.05, 0.25, 0.1, 0.2, -0.6, -1],
].map(tree)
/** The loss that `polyakSgd` is told. */
const values = [3, 2.5, 2]

const trajectory = (tx: AnyTransformation): readonly Six[] => {
  const exact = reference(tx, 'float64')
  const params = tree([0.1, -0.3, 1, -2, 0.5, 3])
  let now: { readonly params: unknown; readonly state: unknown } = { params, state: exact.init(params) }
  return gradients.map((grads, i) => {
    now = exact.step(grads, now.state, now.params, { value: values[i] })
    return six(now.params)
  })
}

/** Half a unit of the eighth digit, and what optax's own float32 counts add in the rows with a schedule. */
const near = (found: Six, wanted: Six): boolean =>
  wanted.every((x, i) => Math.abs(x - (found[i] ?? Number.NaN)) <= 5.1e-8 * Math.abs(x) + 4e-9)

describe('the numbers of optax', () => {
  it.each(golden)('%s', (_, tx, afterOne, afterThree) => {
    const [first, , third] = trajectory(tx)
    expect(first).toSatisfy((found: Six) => near(found, afterOne), `near ${afterOne.join(', ')}`)
    expect(third).toSatisfy((found: Six) => near(found, afterThree), `near ${afterThree.join(', ')}`)
  })
})

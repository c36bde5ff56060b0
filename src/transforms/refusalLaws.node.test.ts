import * as tf from '@tensorflow/tfjs-core'
import { tidily } from '../../laws/Numbers.js'
import { type Refused, refusalLaws } from '../../laws/refusalLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { chain } from '../combinators/chain.js'
import { averagePerElementUpdates } from '../microbatching/averagePerElementUpdates.js'
import { step } from '../transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../transformation/Transformation.js'
import * as transforms from './index.js'

// What transformations refuse besides options: leaves of other shapes, losses that are none, examples that do not match.

type Shapes = Readonly<Record<string, readonly number[]>>
const ones = (shapes: Shapes, dtype?: 'int32'): Readonly<Record<string, tf.Tensor>> =>
  Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, tf.ones([...shape], dtype)]))

/** A step of parameters of these shapes. */
const stepped =
  (make: () => AnyTransformation, shapes: Shapes, { extra = {} }: { readonly extra?: object } = {}) =>
  (): void =>
    tidily(() => {
      const tx = make() as Transformation<Opaque> // only passed on
      const params = ones(shapes)
      step(tx)(ones(shapes) as never, tx.init(params), params, extra as never)
    })
const grads = (use: (grads: Readonly<Record<string, tf.Tensor>>) => unknown, shapes: Shapes) => (): void =>
  tidily(() => {
    use(ones(shapes))
  })
/** An update of parameters by gradients that are not like them. */
const updated = (shapes: Shapes, of: Shapes, dtype?: 'int32') => (): void =>
  tidily(() => {
    const tx = transforms.differentiallyPrivateAggregate({ l2NormClip: 1, noiseMultiplier: 0 })
    const params = ones(shapes)
    tx.update(ones(of, dtype), tx.init(params), params)
  })
const clipped = (wrong: number | undefined, shapes: readonly (readonly number[])[]) => (): void =>
  tidily(() => {
    const [norm, most, grad] = shapes.map((shape) => tf.ones([...shape])) as [tf.Tensor, tf.Tensor, tf.Tensor]
    transforms.unitwiseClip(norm, most, grad, wrong === undefined ? {} : { divEps: wrong })
  })
const galore = (axes: unknown) => () =>
  transforms.scaleByGalore({ rank: 1, weightDimensionNumbers: { w: axes } as never }) // wrong on purpose
const mini = (blocks: unknown) => () => transforms.scaleByAdamMini({ blocks: { w: blocks } as never }) // wrong, mostly
const plateau = (extra: object) => stepped(() => transforms.reduceOnPlateau(), { w: [2] }, { extra })
const polyak = (extra: object) => stepped(() => transforms.scaleByPolyak(), { w: [2] }, { extra })
const gone = (): tf.Tensor => {
  const one = tf.scalar(1)
  one.dispose()
  return one
}
/** An update of two numbers by a gradient of a shape. */
const updatedBy = (shape: readonly number[]) => (): void =>
  tidily(() => {
    const tx = transforms.centralize()
    const params = ones({ w: [2] })
    tx.update(ones({ w: shape }), tx.init(params), params)
  })
/** Estimates of a diagonal, at two numbers, by gradients of a shape. */
const diagonal = (shape: readonly number[]) => (): void =>
  tidily(() => {
    transforms.hutchinsonDiagHessian({ gradFn: () => ones({ w: shape }) })(ones({ w: [2] }), 1)
  })
const bartlett = (shape: readonly number[]) => (): void =>
  tidily(() => {
    transforms.gaussNewtonBartlett({ gradFn: () => ones({ w: shape }), batchSize: 2 })(ones({ w: [2] }), 1)
  })
/** The mean of 2 × 4 gradients of three numbers. */
const averaged =
  (perEltAxis: readonly number[], shape: readonly number[] = [2, 3, 4]) =>
  (): void =>
    tidily(() => {
      const tx = averagePerElementUpdates({ perEltAxis })
      const params = ones({ w: [3] })
      tx.update(ones({ w: shape }), tx.init(params), params)
    })
/** A step of L-BFGS with one of its lists emptied. */
const forgetful = (list: string) => (): void =>
  tidily(() => {
    const tx = transforms.scaleByLbfgs({ memorySize: 2 })
    const params = ones({ w: [2] })
    tx.update(params, { ...tx.init(params), [list]: [] }, params)
  })
const losses = (of: (extra: object) => () => void) => ({
  refused: [
    [of({}), 'TypeError', 'value'] as Refused,
    // no one number, no float32, or gone
    ...[() => tf.ones([2]), () => tf.scalar(1, 'int32'), gone].map((value): Refused => [
      () => tidily(() => of({ value: value() })()),
      'value',
    ]),
    ...['1', null, true].map((value): Refused => [of({ value }), 'TypeError', 'value']),
    ...[Number.NaN, Number.POSITIVE_INFINITY].map((value): Refused => [of({ value }), 'RangeError', 'value']),
  ],
  taken: [
    of({ value: 1 }),
    of({ value: 0 }),
    ...[[], [1], [1, 1]].map((shape) => () => tidily(() => of({ value: tf.ones(shape) })())),
  ],
})

/** A gradient comes for a leaf that the state was not made for, at all or at one place. */
const late = (make: () => AnyTransformation, place?: string) => (): void =>
  tidily(() => {
    const tx = make() as Transformation<Opaque> // only passed on
    const params = ones({ w: [2, 2] })
    const state = place === undefined ? tx.init({ w: null } as never) : without(tx.init(params), place.split('.'))
    tx.update(params, state, params)
  })
/** A state that has nothing at a place. */
const without = (state: unknown, [key = '', ...rest]: readonly string[]): unknown =>
  key === ''
    ? { w: null }
    : Array.isArray(state)
      ? state.map((one: unknown, i) => (String(i) === key ? without(one, rest) : one))
      : { ...(state as object), [key]: without((state as Readonly<Record<string, unknown>>)[key], rest) } // a record
const keeping: readonly (readonly [make: () => AnyTransformation, ...places: string[]])[] = [
  [transforms.scaleByAdamMini, 'mu', 'nu'],
  [transforms.scaleByAdamp, 'mu', 'nu'],
  [transforms.scaleByAdamuon, 'mu', 'elements.nu'],
  [transforms.scaleByDion, 'mu', 'basis'],
  [transforms.scaleByDion2, 'mu', 'nu'],
  [transforms.scaleByFactoredRms, 'v'],
  [transforms.scaleByGalore, 'projector'],
  [transforms.scaleByKron, 'mu', 'left'],
  [transforms.scaleByNormuon, 'mu', 'outputs.nu'],
  [transforms.scaleBySgdp, 'trace'],
  [transforms.scaleByShampoo, 'mu', 'nu'],
  [transforms.scaleBySm3, 'mu.0', 'mu.1', 'nu'],
  [transforms.scaleBySoap, 'mu', 'nu'],
]

for (const suite of [
  ...keeping.map(([make, ...places]) =>
    refusalLaws({
      name: make.name,
      refused: [undefined, ...places].map((place): Refused => [
        late(make, place),
        'TreeMismatch',
        `state.${place ?? places[0] ?? ''}: at w`,
        'grown(optimizer)',
      ]),
    }),
  ),
  refusalLaws({
    name: 'scaleByFactoredRms',
    refused: ['vRow', 'vCol'].map((place): Refused => [
      late(() => transforms.scaleByFactoredRms({ minDimSizeToFactor: 2 }), place),
      'TreeMismatch',
      `state.${place}: at w`,
    ]),
  }),
  refusalLaws({
    name: 'scaleBySophia',
    refused: [
      [
        () =>
          tidily(() => {
            const tx = transforms.scaleBySophia() as unknown as Transformation<Opaque> // only passed on
            const curvature = () => ones({ w: [2] })
            tx.update({ w: null }, tx.init({ w: null } as never), ones({ w: [2] }), { curvature })
          }),
        'TreeMismatch',
        'state.nu: at w',
        'grown(optimizer)',
      ],
    ],
  }),
  refusalLaws({
    name: 'perExampleGlobalNormClip',
    refused: [
      [
        grads((g) => transforms.perExampleGlobalNormClip(g, { l2NormClip: 1 }), { a: [2, 3], b: [3] }),
        'b',
        'expected 2',
      ],
      [grads((g) => transforms.perExampleGlobalNormClip(g, { l2NormClip: 1 }), { a: [2], b: [] }), 'b'],
      [grads((g) => transforms.perExampleGlobalNormClip(g, { l2NormClip: 1 }), { a: [] }), 'TypeError', 'the examples'],
    ],
    taken: [grads((g) => transforms.perExampleGlobalNormClip(g, { l2NormClip: 1 }), { a: [2, 3], b: [2] })],
  }),
  refusalLaws({
    name: 'perExampleLayerNormClip',
    refused: [
      [
        grads((g) => transforms.perExampleLayerNormClip(g, { globalL2NormClip: 1 }), { a: [2], b: [3] }),
        'b',
        'expected 2',
      ],
    ],
    taken: [grads((g) => transforms.perExampleLayerNormClip(g, { globalL2NormClip: 1 }), { a: [1], b: [1, 2] })],
  }),
  refusalLaws({
    name: 'differentiallyPrivateAggregate',
    refused: [
      [updated({ w: [3] }, { w: [3] }), 'TreeMismatch', 'w', 'single examples', '[3]'],
      [updated({ w: [3] }, { w: [2, 4] }), 'TreeMismatch', 'w', '[3]', '[2, 4]'],
      [updated({ w: [3, 2] }, { w: [2, 3, 4] }), 'TreeMismatch', 'w', '[3, 2]', '[2, 3, 4]'],
      [updated({ w: [3] }, { w: [2, 3] }, 'int32'), 'TreeMismatch', 'w', 'float32', 'int32'],
      [updated({ w: [3], v: [] }, { w: [2, 3], v: [3] }), 'TypeError', 'v has 3 examples', 'expected 2, as w has'],
      [updated({ w: [3] }, { w: [0, 3] }), 'TypeError', 'w has 0 examples', 'at least one'],
    ],
    taken: [
      updated({ w: [3], v: [] }, { w: [2, 3], v: [2] }),
      updated({ w: [3] }, { w: [1, 3] }),
      // of a batch's sum it may stand anywhere
      stepped(
        () =>
          chain(
            transforms.scale({ stepSize: 2 }),
            transforms.differentiallyPrivateAggregate({ l2NormClip: 1, noiseMultiplier: 0, batchSize: 4 }),
          ),
        { w: [3] },
      ),
    ],
  }),
  refusalLaws({
    name: 'averagePerElementUpdates',
    refused: [
      [averaged([0, 4]), 'TreeMismatch', 'w', '0, 4'],
      [averaged([0, 4], [2, 3]), 'TreeMismatch', 'w', '0, 4'],
    ],
    taken: [averaged([0, 2]), averaged([-1, 0])],
  }),
  refusalLaws({
    name: 'unitwiseClip',
    refused: [
      [clipped(undefined, [[2], [2, 2], [2, 2]]), 'TypeError', 'gNorm', '[2]', '[2, 2]'],
      [clipped(undefined, [[2, 2], [4], [2, 2]]), 'TypeError', 'maxNorm', '[4]'],
      [clipped(0, [[2], [2], [2]]), 'divEps'],
      [() => transforms.unitwiseClip([1] as never, [1] as never, [1] as never), 'TypeError', 'gNorm'], // wrong on purpose
    ],
    taken: [clipped(undefined, [[2], [2], [2]])],
  }),
  refusalLaws({
    name: 'unitwise norms',
    refused: [
      [
        stepped(() => transforms.adaptiveGradClip({ clipping: 1 }), { w: [1, 2, 1, 2, 1, 1] }),
        'TypeError',
        '[1, 2, 1, 2, 1, 1]',
      ],
      ...[2, -3].map((axis): Refused => [
        stepped(() => transforms.adaptiveGradClip({ clipping: 1, axis }), { w: [2, 2] }),
        'RangeError',
        `axis ${axis}`,
      ]),
    ],
    taken: [
      stepped(() => transforms.adaptiveGradClip({ clipping: 1 }), { w: [1, 2, 1, 2, 1], v: [1, 1, 1, 1, 1, 3] }),
      ...[1, 0, -1, -2].map((axis) => stepped(() => transforms.adaptiveGradClip({ clipping: 1, axis }), { w: [2, 2] })),
    ],
  }),
  refusalLaws({
    name: 'scaleByAdamMini',
    refused: [
      ...[
        { axis: 2 },
        { axis: -3 },
        { axis: 0.5 },
        { axis: 2, parts: 2 },
        { axis: 0, parts: 3 },
        { axis: 0, parts: 0 },
        { axis: 0, parts: -1 },
        { axis: 0, parts: 0.5 },
      ].map((blocks): Refused => [stepped(mini(blocks), { w: [2, 3] }), 'w', '[2, 3]', 'parts that divide it']),
      ...[{}, { axis: '0' }, 'leaves', null, 1].map((blocks): Refused => [
        stepped(mini(blocks), { w: [2, 3] }),
        'blocks',
        'w',
        "'leaf' or { axis, parts }",
      ]),
    ],
    taken: [
      ...['leaf', { axis: 0 }, { axis: -1, parts: 3 }, { axis: 1, parts: 1 }].map((blocks) =>
        stepped(mini(blocks), { w: [2, 3] }),
      ),
      stepped(mini({ axis: 0 }), { w: [0, 2] }),
    ],
  }),
  ...[transforms.scaleByAdamuon, transforms.scaleByNormuon, transforms.scaleByMuon].map((make) =>
    refusalLaws({
      name: make.name,
      refused: [[], [3], [2, 2, 2]].map((shape): Refused => [
        stepped(() => make(), { w: shape }),
        `[${shape.join(', ')}]`,
      ]),
      taken: [stepped(() => make(), { w: [2, 3] })],
    }),
  ),
  ...[transforms.scaleByDion, transforms.scaleByDion2].map((make) =>
    refusalLaws({
      name: make.name,
      refused: [[], [3], [2, 2, 2]].map((shape): Refused => [
        stepped(() => make(), { w: shape }),
        'TypeError',
        `[${shape.join(', ')}]`,
      ]),
      taken: [stepped(() => make(), { w: [2, 3] })],
    }),
  ),
  refusalLaws({
    name: 'scaleByGalore',
    refused: [
      [stepped(galore({ reductionAxis: 0, outputAxis: 1 }), { w: [2, 3, 4] }), 'w', '[2, 3, 4]', 'every axis'],
      ...[
        { reductionAxis: 0, outputAxis: 0 },
        { reductionAxis: [], outputAxis: 1 },
        { reductionAxis: 0, outputAxis: [] },
        { reductionAxis: 0, outputAxis: 2 },
        { reductionAxis: -3, outputAxis: 1 },
        { reductionAxis: 0.5, outputAxis: 1 },
      ].map((axes): Refused => [stepped(galore(axes), { w: [2, 3] }), 'w', 'different axes of the shape [2, 3]']),
      ...[{ reductionAxis: 0 }, { outputAxis: 1 }, 5, 'rows', true].map((axes): Refused => [
        stepped(galore(axes), { w: [2, 3] }),
        'reductionAxis, outputAxis',
      ]),
    ],
    taken: [
      stepped(galore({ reductionAxis: [0, 1], outputAxis: 2 }), { w: [2, 3, 4] }),
      stepped(galore({ reductionAxis: -2, outputAxis: -1 }), { w: [2, 3] }),
      stepped(galore(null), { w: [2, 3, 4] }),
    ],
  }),
  refusalLaws({ name: 'reduceOnPlateau', ...losses(plateau) }),
  refusalLaws({
    name: 'reduceOnPlateau',
    refused: [[() => transforms.reduceOnPlateau({ rtol: 0, atol: 0 }), 'RangeError', 'rtol and atol are both 0']],
    taken: [
      () => transforms.reduceOnPlateau({ rtol: 0, atol: 0.1 }),
      () => transforms.reduceOnPlateau({ rtol: 0.1, atol: 0 }),
    ],
  }),
  refusalLaws({ name: 'scaleByPolyak', ...losses(polyak) }),
  refusalLaws({
    name: 'keepParamsIn',
    refused: [undefined, 'all'].map((projection): Refused => [
      () => transforms.keepParamsIn(projection as never), // wrong on purpose
      'TypeError',
      'projection',
    ]),
    taken: [() => transforms.keepParamsIn((params) => params)],
  }),
  refusalLaws({
    name: 'what the projection returns',
    refused: [[stepped(() => transforms.keepParamsIn(() => ones({ w: [3] })), { w: [2] }), 'TreeMismatch', 'w', '[3]']],
    taken: [stepped(() => transforms.keepParamsIn(() => ones({ w: [2] })), { w: [2] })],
  }),
  refusalLaws({
    name: 'what gradFn returns',
    refused: [
      [diagonal([3]), 'TreeMismatch', 'w', '[2]', '[3]'],
      [bartlett([3]), 'TreeMismatch', 'w', '[2]', '[3]'],
    ],
    taken: [diagonal([2]), bartlett([2])],
  }),
  refusalLaws({
    name: 'updates',
    refused: [[updatedBy([3]), 'TreeMismatch', 'w', '[2]', '[3]']],
    taken: [updatedBy([2])],
  }),
  refusalLaws({
    name: 'scaleByLbfgs',
    refused: ['diffParamsMemory', 'diffUpdatesMemory', 'weightsMemory'].map((list): Refused => [
      forgetful(list),
      'a state without memory',
    ]),
    taken: [forgetful('other')],
  }),
  refusalLaws({
    name: 'scaleByMuon',
    refused: [-1, Number.NaN, Infinity, 'moon'].map((scaling): Refused => [
      () => transforms.scaleByMuon({ scaling: scaling as never }), // wrong on purpose
      'scaling',
    ]),
    taken: ([0, 0.5, 'none', 'original', 'moonlight', 'spectral'] as const).map(
      (scaling) => () => transforms.scaleByMuon({ scaling }),
    ),
  }),
  refusalLaws({
    name: 'scaleByMuon',
    refused: [
      'dions',
      '',
      ['dion'],
      [1, 2],
      [1, 2, 3, 4],
      [],
      [[1, 2]],
      [[1, 2, 3], [1]],
      [1, 2, Number.NaN],
      ['a', 1, 2],
    ].map((nsCoeffs): Refused => [() => transforms.scaleByMuon({ nsCoeffs: nsCoeffs as never }), 'nsCoeffs']),
    taken: ['standard', 'dion', 'polarExpress', [1, 2, 3], [[1, 2, 3]]].map(
      (nsCoeffs) => () => transforms.scaleByMuon({ nsCoeffs: nsCoeffs as never }),
    ),
  }),
])
  describeLaws(suite)

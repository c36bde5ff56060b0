import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { expectTypeOf } from 'vitest'
import { adam } from '../optimizers/adam.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { identity } from '../transformation/identity.js'
import { step } from '../transformation/step.js'
import type { EmptyState } from '../transformation/types.js'
import type { Opaque, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, ExtrasOf } from '../transformation/types.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { scaleByAdam } from '../transforms/scaleByAdam.js'
import { trace } from '../transforms/trace.js'
import { chain } from './chain.js'
import { masked } from './masked.js'
import { namedChain } from './namedChain.js'
import { hide } from './transformations.js'

declare const params: { dense: { kernel: Tensor2D; bias: Tensor1D }; list: [Scalar, null] }

// Nested chains: typed part by part, to the last field.
const nested = chain(
  clipByGlobalNorm({ maxNorm: 1 }),
  chain(trace({ decay: 0.9 }), identity()),
  adam({ learningRate: 0.1 }),
)
const state = nested.init(params)
expectTypeOf(state[1][0].trace.dense.kernel).toEqualTypeOf<Tensor2D>()
expectTypeOf(state[1][1]).toEqualTypeOf<EmptyState>()
expectTypeOf(state[2][0].mu.list).toEqualTypeOf<[Scalar, null]>()
expectTypeOf(state.length).toEqualTypeOf<3>()
// @ts-expect-error there are three parts
void state[3]
// @ts-expect-error a typing error in a path
void state[1][0].trace.dense.kernal
// @ts-expect-error states are read only
state[1][0].trace = params
expectTypeOf(chain().init(params)).toEqualTypeOf<readonly []>()

// What comes back from a step goes into the next one, with missing gradients too.
const updated = nested.update({ dense: { kernel: null, bias: params.dense.bias }, list: [null, null] }, state, params)
expectTypeOf(updated[1]).toEqualTypeOf(state)
expectTypeOf(updated[0].dense.kernel).toEqualTypeOf<Tensor | null>()
let now = { params, state }
now = step(nested)({ dense: { kernel: null, bias: null }, list: [null, null] }, now.state, now.params)
// @ts-expect-error another optimizer's state
nested.update(updated[0], chain(trace({ decay: 0.9 })).init(params), params)
// @ts-expect-error a gradient is missing
nested.update({ dense: { kernel: null }, list: [null, null] }, state, params)
// @ts-expect-error params is never optional
nested.update(updated[0], state)

// By name.
const named = namedChain({
  clip: clipByGlobalNorm({ maxNorm: 1 }),
  adam: scaleByAdam(),
  inner: chain(trace({ decay: 0.9 })),
})
expectTypeOf(named.init(params).adam.nu.dense.bias).toEqualTypeOf<Tensor1D>()
expectTypeOf(named.init(params).inner[0].trace).toEqualTypeOf<typeof params>()
// @ts-expect-error no such part
void named.init(params).momentum

// Masks: null may take the place of any leaf, in nested masks too.
const half = masked({ mask: true })(
  chain(masked({ mask: { dense: true, list: false } })(trace({ decay: 0.9 })), scaleByAdam()),
)
expectTypeOf(half.init(params)[0].trace.dense.kernel).toEqualTypeOf<Tensor2D | null>()
expectTypeOf(half.init(params)[1].mu.list).toEqualTypeOf<readonly [Scalar | null, null]>()
let halfNow = { params, state: half.init(params) }
halfNow = step(half)({ dense: { kernel: null, bias: null }, list: [null, null] }, halfNow.state, halfNow.params)

// Extras: what the parts need together.
const withValue = equation({ name: 'v', scalars: (_host: {}, { value }: { readonly value: number }) => ({ value }) })(
  () => (x) => x,
)
const withOther = equation({ name: 'o', scalars: (_host: {}, { other }: { readonly other: number }) => ({ other }) })(
  () => (x) => x,
)
const both = chain(withValue, identity(), masked({ mask: true })(namedChain({ a: withOther })))
expectTypeOf<ExtraOf<typeof both>>().toExtend<{ readonly value: number; readonly other: number }>()
const grads = { dense: { kernel: null, bias: null }, list: [null, null] } as const
both.update(grads, both.init(params), params, { value: 1, other: 2 })
// @ts-expect-error one of them is missing
both.update(grads, both.init(params), params, { value: 1 })
// @ts-expect-error both are missing
both.update(grads, both.init(params), params)
expectTypeOf<ExtrasOf<readonly []>>().toEqualTypeOf<{}>()
// A list of unknown length needs what its members need.
declare const list: readonly Transformation<Opaque, { readonly value: number }>[]
// @ts-expect-error the value is missing
chain(...list).update(grads, chain(...list).init(params), params)

// Transformations do not stand for each other: states are both read and written.
const fit = (_tx: Transformation<Opaque>): void => undefined
fit(hide(nested))
// @ts-expect-error what needs an extra is no transformation without one
fit(hide(withValue))

// Sixty-four links, and six averages: compiled in well under a second.
const link = scaleByAdam()
const eight = chain(link, link, link, link, link, link, link, link)
const sixtyFour = chain(
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
  link,
)
expectTypeOf(sixtyFour.init(params)[63].mu.dense.kernel).toEqualTypeOf<Tensor2D>()
let longNow = { params, state: sixtyFour.init(params) }
longNow = step(sixtyFour)(grads, longNow.state, longNow.params)
const deep = chain(eight, chain(eight, chain(eight, chain(eight, chain(eight, chain(eight, chain(eight, eight)))))))
expectTypeOf(deep.init(params)[1][1][1][1][1][1][1][7].count).toEqualTypeOf<number>()
const six = withMovingAverage({ name: 'a' })(
  withMovingAverage({ name: 'b' })(
    withMovingAverage({ name: 'c' })(
      withMovingAverage({ name: 'd' })(withMovingAverage({ name: 'e' })(withMovingAverage({ name: 'f' })(sixtyFour))),
    ),
  ),
)
expectTypeOf(six.init(params).inner.inner.inner.inner.inner.inner[0].mu).toEqualTypeOf<typeof params>()
expectTypeOf(six.init(params).inner.average.dense.kernel).toEqualTypeOf<Tensor2D>()
// @ts-expect-error Adam is not a trace, either way
const asTrace: ReturnType<typeof trace> = scaleByAdam()
// @ts-expect-error a trace is not Adam
const asAdam: ReturnType<typeof scaleByAdam> = trace({ decay: 0.9 })
void asTrace
void asAdam

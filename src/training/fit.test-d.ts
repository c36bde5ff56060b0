import * as tf from '@tensorflow/tfjs-core'
import { taskEither as TE } from 'fp-ts'
import { expectTypeOf } from 'vitest'
import { memoryStore } from '../checkpoint/memoryStore.js'
import { save } from '../checkpoint/save.js'
import { saveTask } from '../checkpoint/saveTask.js'
import { zeros } from '../equation/Slot.js'
import type { EvaluatedWithAux } from './Loss.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { counting } from '../transformation/equation.js'
import { fit } from './fit.js'
import { fitted } from './fitted.js'
import { keep } from './keep.js'
import { savedByStep } from './savedByStep.js'
import type { Snapshot } from './StepEvent.js'

interface Params {
  readonly [layer: string]: { readonly kernel: tf.Tensor2D } | tf.Tensor
  readonly dense: { readonly kernel: tf.Tensor2D }
  readonly bias: tf.Tensor
}
declare const params: Params
interface Batch {
  readonly x: tf.Tensor2D
}
declare const batches: AsyncIterable<Batch>
const loss = (p: Params, { x }: Batch): tf.Scalar => tf.mean(tf.add(tf.matMul(x, p.dense.kernel), p.bias))

const momentum = equation({ name: 'momentum', slots: { mu: zeros }, host: counting })((A) => ({ update, mu }) => ({
  update,
  mu: A.add(mu, update),
}))
const now = { params, state: momentum.init(params) }

for await (const event of fit(momentum, loss)(now, batches)) {
  expectTypeOf(event.params).toEqualTypeOf<Params>()
  expectTypeOf(event.state.mu.dense.kernel).toEqualTypeOf<tf.Tensor2D>()
  expectTypeOf(event.batch).toEqualTypeOf<Batch>()
  expectTypeOf(event.aux).toEqualTypeOf<undefined>()
  expectTypeOf(event.evaluation).toEqualTypeOf<undefined>()
  expectTypeOf(event.loss()).toEqualTypeOf<Promise<number>>()
  expectTypeOf(keep(event).state.count).toEqualTypeOf<number>()
}

const store = memoryStore()
declare const snapshot: Snapshot<typeof now.params, typeof now.state>
const after = await fitted(momentum, loss, {
  checkpoint: {
    every: 2,
    save: savedByStep({
      store,
      save: (name, { params: p, state, step }) =>
        save({ store, name, optimizer: momentum, params: p, state, record: { step } }),
    }),
  },
})(now, batches)
expectTypeOf(after.state.mu.bias).toEqualTypeOf<tf.Tensor>()
await fitted(momentum, loss)(after, [])

for await (const { aux, evaluation } of fit(momentum, (p: Params, { x }: Batch) => [tf.mean(x), { logits: p.bias }], {
  hasAux: true,
  evaluate: {
    every: 10,
    run: async (event) => {
      expectTypeOf(event.aux.logits).toEqualTypeOf<tf.Tensor>()
      return { accuracy: 0.5 }
    },
  },
  checkpoint: {
    every: 10,
    save: (snapshot) => {
      expectTypeOf(snapshot.state.count).toEqualTypeOf<number>()
      return Promise.resolve()
    },
  },
})(now, batches)) {
  expectTypeOf(aux.logits).toEqualTypeOf<tf.Tensor>()
  expectTypeOf(evaluation).toEqualTypeOf<{ accuracy: number } | undefined>()
}

const rated = equation({ name: 'rated', scalars: (_host: {}, { rate }: { readonly rate: number }) => ({ r: rate }) })(
  (A) =>
    ({ update }, { r }) => ({ update: A.mul(r, update) }),
)
fit(rated, loss, { extra: ({ value }) => ({ rate: value.dataSync()[0] ?? 0 }), steps: 3 })
fitted(rated, (p: Params, { x }: Batch) => [tf.mean(tf.add(x, p.bias)), 1], {
  hasAux: true,
  extra: (evaluated) => {
    expectTypeOf(evaluated).toExtend<EvaluatedWithAux<Params, number>>()
    return { rate: evaluated.aux }
  },
})
// @ts-expect-error the optimizer needs a rate
fit(rated, loss)
// @ts-expect-error the optimizer needs a rate
fitted(rated, loss, { steps: 3 })
// @ts-expect-error no such option
fit(momentum, loss, { step: 3 })
// @ts-expect-error the batches are others
fit(momentum, loss)(now, [1, 2, 3])
// @ts-expect-error the state is missing
fit(momentum, loss)({ params }, batches)
// @ts-expect-error a loss with aux needs hasAux
fit(momentum, (p: Params) => [tf.mean(p.bias), 1] as const)
expectTypeOf(after.why).toEqualTypeOf<'exhausted' | 'enough' | 'aborted'>()
const request = (s: typeof snapshot) => ({ store, name: 'a', optimizer: momentum, ...s })
// @ts-expect-error a hook that gives nothing
fit(momentum, loss, { checkpoint: { every: 1, save: () => undefined } })
// @ts-expect-error a hook that forgets to return what it began
fit(momentum, loss, { checkpoint: { every: 1, save: (s) => void save(request(s)) } })
// @ts-expect-error a hook that says that it has saved, without a promise
fit(momentum, loss, { checkpoint: { every: 1, save: () => true } })
// @ts-expect-error a task that nobody has run
fit(momentum, loss, { checkpoint: { every: 1, save: () => TE.right(1) } })
// @ts-expect-error the task of polyak/fp, that nobody has run
fit(momentum, loss, { checkpoint: { every: 1, save: (s) => saveTask(request(s)) } })
// @ts-expect-error the same in savedByStep
savedByStep({ store, save: (_name, s: typeof snapshot) => saveTask(request(s)) })
// @ts-expect-error a forgotten return in savedByStep
savedByStep({ store, save: (_name, s: typeof snapshot) => void save(request(s)) })
// any promise will do
fit(momentum, loss, { checkpoint: { every: 1, save: (s) => save(request(s)) } })
fit(momentum, loss, { checkpoint: { every: 1, save: async () => undefined } })
fit(momentum, loss, { checkpoint: { every: 1, save: (): PromiseLike<unknown> => Promise.resolve() } })
fit(momentum, loss, { checkpoint: { every: 1, last: false, save: async (_s, { signal }) => signal.aborted } })

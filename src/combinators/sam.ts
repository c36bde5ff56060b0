import { runSegments } from '../engine/runSegments.js'
import { concatenated, type Plain, type Program } from '../equation/Program.js'
import { copied } from '../equation/Slot.js'
import { positiveCount } from '../scalars/Count.js'
import { extras } from '../scalars/extras.js'
import { flag, fn } from '../scalars/kinds.js'
import { options, required, withDefault } from '../scalars/options.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import { assemble } from '../transformation/assemble.js'
import { equation } from '../transformation/equation.js'
import { equationOf } from '../transformation/equationOf.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { skeletonOf } from '../tree/Skeleton.js'
import { chain } from './chain.js'
import { inside } from './inside.js'
import { tidied } from '../tensors/tidied.js'
import { paramsAfter } from './paramsAfter.js'
import { restart } from './restart.js'
import { alone, under } from './segments.js'

/** How the sharpest point nearby is looked for. */
export interface SamOptions {
  /** Every so many steps one goes down, the others up: an integer ≥ 1.
   *
   *  @defaultValue 2 */
  readonly syncPeriod?: number
  /** Whether the adversary then starts again, from the parameters after the descent.
   *
   *  @defaultValue true */
  readonly resetState?: boolean
  /** Whether all steps of a period are one step here, which asks `gradFn` for the gradients on the way. Default false: the
   *  parameters between are the adversary's, and each step is one gradient. */
  readonly opaqueMode?: boolean
}

/** The state of `sam`. */
export interface SamState<S, A> {
  /** Steps since the last descent; always 0 in opaque mode. */
  readonly stepsSinceSync: number
  /** The optimizer's. */
  readonly optimizer: S
  /** The adversary's. */
  readonly adversary: A
}

/** The state of `sam` where the steps of the adversary show. */
export interface TransparentSamState<S, A, P> extends SamState<S, A> {
  /** The parameters at the start of the period, from which the descent goes. */
  readonly cache: P
}

/** The state of `sam` as a function of the parameters. */
export interface Sharpened<F extends StateLambda, G extends StateLambda> extends StateLambda {
  readonly State: TransparentSamState<StateOf<F, this['Params']>, StateOf<G, this['Params']>, this['Params']>
}

/** The state of `sam` in opaque mode. */
export interface OpaquelySharpened<F extends StateLambda, G extends StateLambda> extends StateLambda {
  readonly State: SamState<StateOf<F, this['Params']>, StateOf<G, this['Params']>>
}

/** What `sam` asks in opaque mode. */
export interface GradientsAt {
  /** The gradients at other parameters, on the same batch; `step` counts from 0. What it returns is disposed. */
  // whoever hands it in knows the type of the parameters
  readonly gradFn: (params: never, step: number) => unknown
}

/** Sharpness-aware minimization: climbs for a few steps, and goes down from where it started by the gradient found there.
 *
 *  ```text
 *  p₀ = p;   syncPeriod − 1 times: p ← p − adversary(g(p))  (its update turned uphill);   p ← p₀ + optimizer(g(p))
 *  ```
 *
 *  @shapes state `{ stepsSinceSync, optimizer, adversary, cache }`; cache like the parameters. In opaque mode there is none,
 *    and a step needs the extra `gradFn`.
 *  @throws `TypeError` in opaque mode where `gradFn` is missing; whatever it throws.
 *  @laws syncPeriod 1 is the optimizer; both modes give the same parameters at the end of each period.
 *  @departs in transparent mode the parameters between are the adversary's: evaluate, save and average at the ends of
 *    periods only. With syncPeriod 1 optax' transparent mode goes from the parameters of the step before.
 *    A parameter without a gradient at the descent stays where the adversary left it. An adversary that starts again
 *    does so as `init` of the new parameters does; in optax its copies of the parameters are of before the descent.
 *  @reference Foret et al. 2021, arXiv:2010.01412; optax.contrib.sam
 *  @example sam({ syncPeriod: 2 })(adam({ learningRate: 1e-3 }), chain(normalize(), sgd({ learningRate: 0.05 }))) */
export function sam(
  given: SamOptions & { readonly opaqueMode: true },
): <T extends AnyTransformation, A extends AnyTransformation>(
  optimizer: T,
  adversary: A,
) => Transformation<OpaquelySharpened<LambdaOf<T>, LambdaOf<A>>, ExtraOf<T> & ExtraOf<A> & GradientsAt>
export function sam(
  given?: SamOptions & { readonly opaqueMode?: false },
): <T extends AnyTransformation, A extends AnyTransformation>(
  optimizer: T,
  adversary: A,
) => Transformation<Sharpened<LambdaOf<T>, LambdaOf<A>>, ExtraOf<T> & ExtraOf<A>>
export function sam(given?: SamOptions): (optimizer: AnyTransformation, adversary: AnyTransformation) => unknown {
  const checked = parse(given)
  return (optimizer, adversary) => {
    const own = anatomyOf('sam: the optimizer', optimizer)
    const other = anatomyOf('sam: the adversary', adversary)
    const description = { name: 'sam', options: checked, parts: [own.description, other.description] }
    const parts = { optimizer: own.shape, adversary: other.shape }
    const host = { stepsSinceSync: 0 }
    if (!checked.opaqueMode) return transparent(checked, optimizer, adversary)
    const program = whole(checked, optimizer, adversary)
    return assemble({ description, shape: { kind: 'record', of: 'sam', host, slots: {}, parts }, plan: () => program })
  }
}

type Checked = ReturnType<typeof parse>

/** The record of `sam` as its programs see it. */
type Now = SamState<unknown, unknown> & { readonly cache?: unknown }

const uphill = equation({ name: 'uphill' })((A) => ({ update }) => ({ update: A.neg(update) }))

const transparent = (
  { syncPeriod, resetState }: Checked,
  optimizer: AnyTransformation,
  adversary: AnyTransformation,
) => {
  const [own, other] = [anatomyOf('sam', optimizer), anatomyOf('sam', adversary)]
  const record = (next: (now: { readonly stepsSinceSync: number }) => number) => ({
    name: 'sam',
    slots: { cache: copied },
    host: {
      init: { stepsSinceSync: 0 },
      next: (now: { readonly stepsSinceSync: number }) => ({ stepsSinceSync: next(now) }),
    },
  })
  const on = record(({ stepsSinceSync }) => stepsSinceSync + 1)
  const back = record(() => 0)
  const first = equationOf(on)((A) => ({ update, param }) => ({ update: A.neg(update), cache: param }))
  const climb = equationOf(on)((A) => ({ update, cache }) => ({ update: A.neg(update), cache }))
  const descend = equationOf(back)((A) => ({ update, param, cache }) => ({
    update: A.add(A.sub(cache, param), update),
    cache,
  }))
  const solo = equationOf(back)(() => ({ update, param }) => ({ update, cache: param }))
  const join = concatenated()
  const [up, straight] = [under('adversary', other.plan), under('optimizer', own.plan)]
  const again = under('adversary', () => restart(other.shape))
  const [begin, go, end, alike] = [alone(first), alone(climb), alone(descend), alone(solo)]
  const down = fromCache(optimizer)
  return assemble({
    description: {
      name: 'sam',
      options: { syncPeriod, resetState, opaqueMode: false },
      parts: [own.description, other.description],
    },
    shape: {
      kind: 'record',
      of: 'sam',
      host: descend.host,
      slots: descend.slots,
      parts: { optimizer: own.shape, adversary: other.shape },
    },
    plan: (state, occasion) => {
      const { stepsSinceSync } = state as Now // this wrapper's record
      if (syncPeriod === 1) return join([straight(state, occasion), alike])
      if (stepsSinceSync < syncPeriod - 1) return join([up(state, occasion), stepsSinceSync === 0 ? begin : go])
      return join([down, end, ...(resetState ? [again(state, occasion)] : [])])
    },
  })
}

/** The optimizer's own run, at the parameters from which the period began. */
const fromCache = (optimizer: AnyTransformation): Program => {
  const descent = inside('sam: the optimizer', optimizer)
  const update: Plain['update'] = (updates, state, _params, extra, view) => {
    const now = state as Now // this wrapper's record
    const [out, next] = descent.update(updates, now.optimizer, now.cache, extra, view)
    return [out, { ...now, optimizer: next }]
  }
  return { segments: [{ kind: 'plain', name: 'sam', at: [], scope: null, run: runSegments, update }] }
}

/** All steps of a period as one. */
const whole = (
  { syncPeriod, resetState }: Checked,
  optimizer: AnyTransformation,
  adversary: AnyTransformation,
): Program => {
  const [descent, ascent] = [inside('sam: the optimizer', optimizer), inside('sam', chain(adversary, uphill))]
  const start = inside('sam: the adversary', adversary)
  const update: Plain['update'] = (updates, state, params, extra, view) =>
    tidied(() => {
      const { gradFn } = needed(extra)
      const now = state as Now // this wrapper's record
      let [at, grads, climbed] = [params, updates, [now.adversary, {}] as unknown]
      for (let i = 0; i < syncPeriod - 1; i++) {
        ;[at, climbed] = ascent.step(grads, climbed, at, extra, view)
        const there = view.seen(gradFn(view.whole(at) as never, i), 'what gradFn returns') // parameters of who passed it
        grads = whereGiven(params, updates, there)
      }
      const [out, next] = descent.update(grads, now.optimizer, params, extra, view)
      const [kept] = climbed as readonly [unknown, unknown] // the state of a chain of two
      return [out, { ...now, optimizer: next, adversary: resetState ? start.init(paramsAfter(params, out)) : kept }]
    })
  return { segments: [{ kind: 'plain', name: 'sam', at: [], scope: null, run: runSegments, update }] }
}

/** Gradients for the leaves that had one when the step began: the others stay. */
const whereGiven = (params: unknown, first: unknown, there: unknown): unknown => {
  const skeleton = skeletonOf(params, 'params')
  const [had, has] = [first, there].map((tree) =>
    leavesOf(skeleton, tree, { where: 'what gradFn returns', nullable: true, alike: true }),
  )
  return buildTree(
    skeleton,
    skeleton.paths.map((_, i) => ((had?.[i] ?? null) === null ? null : (has?.[i] ?? null))),
  )
}

const needed = extras('sam', {
  gradFn: required(
    fn<GradientsAt['gradFn']>(
      'a function of parameters that returns gradients',
      '(params) => grad(loss)(params, batch)',
    ),
  ),
})

const parse = options('sam', {
  syncPeriod: withDefault(positiveCount, 2),
  resetState: withDefault(flag, true),
  opaqueMode: withDefault(flag, false),
})

import { anatomyOf } from '../transformation/anatomyOf.js'
import { concatenated } from '../equation/Program.js'
import { flag, fn } from '../scalars/kinds.js'
import { shown } from '../scalars/shown.js'
import { options, required } from '../scalars/options.js'
import { assemble } from '../transformation/assemble.js'
import { equationOf } from '../transformation/equationOf.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import { gears } from './gears.js'
import { under } from './segments.js'

/** When the inner transformation runs. */
export interface ConditionOptions<E = {}> {
  /** From the count of updates so far, 0 at the first, and what is handed in with the step. */
  readonly shouldTransformFn: (step: number, extra: E) => boolean
}

/** The state of `conditionallyTransform` and `conditionallyMask`. */
export interface ConditionalState<S> {
  /** The inner transformation's. */
  readonly inner: S
  /** Updates so far, whether the inner transformation ran or not. */
  readonly step: number
}

export interface Conditional<F extends StateLambda> extends StateLambda {
  readonly State: ConditionalState<StateOf<F, this['Params']>>
}

/** What both conditional combinators are: they differ in what they do where the condition does not hold.
 *
 *  @internal */
export const conditionally = (name: string, otherwise: 'pass' | 'zero') => {
  const parse = options(name, {
    shouldTransformFn: required(
      fn<(step: number, extra: never) => boolean>(
        'a function (step, extra) => boolean',
        '(step) => step % 2 === 0',
        flag,
      ),
    ),
  })
  const host = { init: { step: 0 }, next: ({ step }: { readonly step: number }) => ({ step: step + 1 }) }
  const go = equationOf({ name, host })(() => ({ update }) => ({ update }))
  const stay = otherwise === 'pass' ? go : equationOf({ name, host })((A) => () => ({ update: A.lit(0) }))
  const { programs, host: start, slots } = gears({ go, stay })
  return <E = {}>(given: ConditionOptions<E>) => {
    const { shouldTransformFn } = parse(given)
    return <T extends AnyTransformation>(tx: T): Transformation<Conditional<LambdaOf<T>>, ExtraOf<T> & E> => {
      const anatomy = anatomyOf(`${name}: what it wraps`, tx)
      const join = concatenated()
      const inner = under('inner', anatomy.plan)
      return assemble({
        description: { name, options: { shouldTransformFn: shouldTransformFn.name }, parts: [anatomy.description] },
        shape: { kind: 'record', of: name, host: start, slots, parts: { inner: anatomy.shape } },
        plan: (state, occasion) =>
          // The extra is what the condition declares: the types of `update` ask for it.
          shouldTransformFn((state as ConditionalState<unknown>).step, handedIn(name, occasion.extra) as never)
            ? join([programs.go, inner(state, occasion)])
            : programs.stay,
      })
    }
  }
}

/** What a condition reads must be there: an absent name would be `undefined`, and the condition false for ever. */
const handedIn = (name: string, extra: unknown): unknown =>
  new Proxy(typeof extra === 'object' && extra !== null ? extra : {}, {
    get: (target: Readonly<Record<string | symbol, unknown>>, key) => {
      // who prints it asks for more, and reads nothing
      if (typeof key === 'symbol' || key === 'toJSON' || key in target) return target[key]
      throw new TypeError(
        `${name}: shouldTransformFn reads ${key}, which was not handed in, found ${extra === undefined ? 'nothing' : shown(extra)}. ` +
          `Pass { ${key} } as the argument after params, or ask for it with '${key}' in extra.`,
      )
    },
  })

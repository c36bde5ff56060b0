import type { Equation } from '../equation/Equation.js'
import type { Host } from '../equation/Host.js'
import { copied, type Slot } from '../equation/Slot.js'
import { membersOf } from '../scalars/kinds.js'
import { must } from '../scalars/must.js'
import { options, required } from '../scalars/options.js'
import { shown } from '../scalars/shown.js'
import { boundedMemory } from '../tree/boundedMemory.js'
import { steadyEquationOf } from '../transformation/steadyEquation.js'
import type { AnyTransformation, StateLambda, StateOf, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf, LambdaOf } from '../transformation/types.js'
import type { AveragingState } from './AveragingState.js'
import { beatOptions } from './beatOptions.js'
import { checkScheme } from './checkScheme.js'
import { moved, seen } from './moved.js'
import { observed } from './observed.js'
import type { Scheme } from './Scheme.js'
import { schemeRule } from './schemeRule.js'
import type { AverageOptions } from './withAverage.js'
import { entry } from './entry.js'

/** Several averages, and what is made of them. */
export interface CombinedOptions<N extends string> extends Omit<AverageOptions, 'precision'> {
  /** The averages, by name. */
  readonly of: Readonly<Record<N, Scheme>>
  /** How much of each is in what one evaluates with: numbers whose sum is 1. A difference takes a negative one. */
  readonly coefficients: Readonly<Record<NoInfer<N>, number>>
}

/** The state of `withCombinedAverage`: each average by its name, and what is made of them. */
export interface Combined<F extends StateLambda, N extends string> extends StateLambda {
  readonly State: AveragingState<StateOf<F, this['Params']>, this['Params']> & { readonly [K in N]: this['Params'] }
}

/** Several averages of the same parameters, and a combination of them to evaluate with: a blend, or one led away from
 *  another.
 *
 *  ```text
 *  Eᵢ ← Eᵢ − cᵢ·(Eᵢ − x)        A = Σ kᵢ·Eᵢ        Σ kᵢ = 1
 *  ```
 *
 *  @shapes state `{ inner, average, count, [name]: … }`: one copy of the parameters for each average, and one more.
 *  @throws `RangeError` where the coefficients do not sum to 1, `TypeError` for names that both sides do not share.
 *  @laws a constant is kept, bitwise; with one coefficient 1 and the others 0 it is that average.
 *  @reference Zhang et al. 2019 on blends; wandb/senpai's pairs of rates. Averages that are only read, nested
 *    `withAverage`s, need no more memory than one copy each.
 *  @example
 *  ```ts
 *  withCombinedAverage({
 *    of: { fast: exponential({ decay: 0.99 }), slow: exponential({ decay: 0.999 }) },
 *    coefficients: { fast: 1.5, slow: -0.5 },
 *  })(adam({ learningRate: 1e-3 }))
 *  ```
 */
export const withCombinedAverage = <const N extends string>(given: CombinedOptions<N>) => {
  const { name, order, of: _of, coefficients: _coefficients, ...beat } = parse(given)
  const { of, coefficients } = given
  const names = Object.keys(of) as readonly string[] as readonly N[] // its own keys
  checkCombined(names, of, coefficients)
  const rules = names.map((one) => schemeRule('withCombinedAverage', of[one], beat))
  const first = must(rules[0], 'the first of the averages')
  const slots: Readonly<Record<string, Slot>> = Object.fromEntries(['average', ...names].map((slot) => [slot, copied]))
  const parts = {
    name: 'combinedAverage',
    slots,
    host: { init: first.init, next: first.next }, // a count alone
    scalars: (host: Host, extra: unknown): Readonly<Record<string, number>> =>
      Object.fromEntries(
        names.flatMap((one, i) => {
          const c = must(rules[i], 'a rule for each name').coefficient(host, extra)
          return [
            [`c${i}`, c],
            [`d${i}`, 1 - c],
            [`k${i}`, coefficients[one]],
          ] as const
        }),
      ),
    observes: true,
  }
  /** One form for each average: 'n'ear, 'f'ar or at 'r'est. */
  const moves = (forms: string): Equation =>
    steadyEquationOf(parts)((A) => (x, scalars) => {
      const target = seen(A, order, { param: entry(x, 'param'), update: entry(x, 'update') })
      const next = names.map((one, i) =>
        forms[i] === 'r'
          ? entry(x, one)
          : moved(A, forms[i] === 'f')(entry(x, one), target, {
              c: entry(scalars, `c${i}`),
              d: entry(scalars, `d${i}`),
            }),
      )
      // From one of them on in differences: a constant is kept.
      const [base = target, ...others] = next
      const average = others.reduce(
        (sum, one, i) => A.sub(sum, A.mul(entry(scalars, `k${i + 1}`), A.sub(base, one))),
        base,
      )
      return {
        update: entry(x, 'update'),
        average,
        ...Object.fromEntries(names.map((one, i) => [one, next[i] ?? target])),
      }
    })
  const known = boundedMemory<Equation>(128)
  const any = known('n'.repeat(names.length), () => moves('n'.repeat(names.length)))
  const lift = observed({
    owner: 'withCombinedAverage',
    description: {
      name: 'combinedAverage',
      options: {
        of: Object.fromEntries(names.map((one) => [one, { [of[one].name]: of[one].options }])),
        coefficients,
        name,
        order,
        ...beat,
      },
    },
    name,
    host: any.host,
    slots: any.slots,
    choose: (host, extra) => {
      const forms = rules.map((rule) => formOf(rule.coefficient(host, extra))).join('')
      return known(forms, () => moves(forms))
    },
  })
  return <T extends AnyTransformation>(inner: T): Transformation<Combined<LambdaOf<T>, N>, ExtraOf<T>> => lift(inner)
}

const formOf = (c: number): string => (c === 0 ? 'r' : c <= 0.5 ? 'n' : 'f')

const checkCombined = (
  names: readonly string[],
  of: Readonly<Record<string, Scheme>>,
  coefficients: Readonly<Record<string, number>>,
): void => {
  if (names.length === 0)
    throw new TypeError('withCombinedAverage: of names no average. Pass e.g. { of: { fast: … } }.')
  const reserved = names.find((one) => ['average', 'inner', 'count', 'update', 'param'].includes(one))
  if (reserved !== undefined)
    throw new TypeError(`withCombinedAverage: "${reserved}" cannot name one of the averages. Pass another name.`)
  for (const [one, scheme] of Object.entries(of)) {
    checkScheme(`withCombinedAverage: of.${one}`, scheme)
    if (scheme.unit !== ('steps' as string) || Object.keys(scheme.init).length > 0)
      throw new TypeError(
        `withCombinedAverage: of.${one} keeps numbers or a clock of its own. Nest withAverage, and combine what you read.`,
      )
  }
  const [given, wanted] = [Object.keys(coefficients).toSorted(), names.toSorted()]
  if (given.join() !== wanted.join())
    throw new TypeError(
      `withCombinedAverage: coefficients are of ${shown(given)}, the averages are ${shown(wanted)}. Name the same ones.`,
    )
  const sum = Object.values(coefficients).reduce((total, k) => total + k, 0)
  if (!(Math.abs(sum - 1) < 1e-9))
    throw new RangeError(
      `withCombinedAverage: the coefficients must sum to 1, found ${shown(sum)}: what one evaluates with is made of ` +
        'parameters. The difference of two averages alone is treeSub of them.',
    )
}

const parse = options('withCombinedAverage', {
  ...beatOptions,
  of: required(
    membersOf<Readonly<Record<string, Scheme>>>(
      'a record of averaging schemes',
      '{ fast: exponential({ decay: 0.99 }) }',
    ),
  ),
  coefficients: required(membersOf<Readonly<Record<string, number>>>('a record of numbers', '{ fast: 1 }')),
})

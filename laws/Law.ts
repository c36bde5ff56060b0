import fc from 'fast-check'
import type { Agreement } from './Agreement.js'
import { Apart } from './Apart.js'

/** Both sides of an equation, for one choice of values, as plain data. */
export interface Sides {
  readonly left: unknown
  readonly right: unknown
}

/** What a person should know of a law. */
export interface LawText {
  readonly name: string
  /** The law itself, such as `concurrent(t + 1) = sequential(t)`. */
  readonly equation: string
  /** Why it matters. */
  readonly reason: string
  /** A real bug that it would have caught, or did. */
  readonly bug?: string
  /** The part that it gets of the cases that are asked for, for a law that is dear. Default 1. */
  readonly share?: number
  /** Laws without which this one says nothing: where one of them fails too, this failure follows from it. */
  readonly presumes?: readonly string[]
}

/** An equation that holds for all values: data, free of any test framework. Both sides are kept, so that a failure can
 *  show them. */
export interface Law extends LawText {
  readonly agreement: Agreement
  readonly values: fc.Arbitrary<readonly unknown[]>
  readonly sides: (values: readonly unknown[]) => Sides | Promise<Sides>
}

/** A law, from what values it is about and its two sides.
 *
 *  The sides are computed on the backend that is set, and are plain data; the tensors made on the way must be gone
 *  afterwards (see `tidily`). A case to which the law says nothing is left with `fc.pre`.
 *
 *  @example law(exactly)({ name: 'unit', equation: 'a + 0 = a', reason: '…' }, [dyadic], (a) => ({ left: a + 0, right: a })) */
export const law =
  (agreement: Agreement) =>
  <As extends readonly fc.Arbitrary<unknown>[] | []>(
    text: LawText,
    arbitraries: As,
    sides: (...values: ValuesOf<As>) => Sides | Promise<Sides>,
  ): Law => ({
    ...text,
    agreement,
    values: fc.tuple(...arbitraries),
    sides: (values) => {
      try {
        const found = sides(...(values as ValuesOf<As>)) // the values are those of the arbitraries
        return found instanceof Promise ? found.catch(sidesOf) : found
      } catch (thrown) {
        return sidesOf(thrown)
      }
    },
  })

/** Lists that could not be compared member by member are sides, too. */
const sidesOf = (thrown: unknown): Sides => {
  if (thrown instanceof Apart) return thrown.sides
  throw thrown
}

/** What a list of arbitraries makes. */
export type ValuesOf<As extends readonly unknown[]> = {
  readonly [K in keyof As]: As[K] extends fc.Arbitrary<infer A> ? A : never
}

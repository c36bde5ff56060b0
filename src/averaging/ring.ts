/** @internal */
import type { Arithmetic } from '../equation/Arithmetic.js'
import type { Equation } from '../equation/Equation.js'
import type { Host } from '../equation/Host.js'
import { copied, type Slot } from '../equation/Slot.js'
import { steadyEquationOf } from '../transformation/steadyEquation.js'
import { boundedMemory } from '../tree/boundedMemory.js'
import { seen } from './moved.js'
import { entry } from './entry.js'

/** Snapshots in a ring of slots `snapshot0`, `snapshot1`, … of full length from the start on, and their mean. */
export interface Ring {
  readonly slots: Readonly<Record<string, Slot>>
  /** Nothing moves but the host's numbers. */
  readonly rest: Equation
  /** The parameters go into one place, and the average becomes the mean of those that count. */
  readonly take: (place: number) => Equation
}

/** How a ring is filled. */
export interface RingParts {
  readonly name: string
  readonly size: number
  readonly order: 'sequential' | 'concurrent'
  readonly host: { readonly init: Host; readonly next: (host: Host, extra: unknown) => Host }
  /** For each place, its weight in the mean beside the new snapshot: 1/n or 0. */
  readonly weights: (host: Host, extra: unknown) => readonly number[]
}

/** A ring's equations. The mean is written from the new snapshot on in differences, A = x − Σ w·(x − snapshot), so that
 *  a constant is kept bitwise; places that do not count yet hold the start, and weigh nothing. */
export const ring = ({ name, size, order, host, weights }: RingParts): Ring => {
  const places = Array.from({ length: size }, (_, i) => `snapshot${i}`)
  const slots: Readonly<Record<string, Slot>> = Object.fromEntries(['average', ...places].map((slot) => [slot, copied]))
  const parts = {
    name,
    slots,
    host,
    scalars: (numbers: Host, extra: unknown): Readonly<Record<string, number>> =>
      Object.fromEntries(weights(numbers, extra).map((w, i) => [`w${i}`, w])),
    observes: true,
  }
  const known = boundedMemory<Equation>(most)
  return {
    slots,
    // Without slots: what it does not touch stays in the state as it is, and costs nothing.
    rest: steadyEquationOf({ name, host })(() => ({ update }) => ({ update })),
    take: (place) =>
      known(String(place), () =>
        steadyEquationOf(parts)((A) => (x, scalars) => {
          const now = seen(A, order, { param: entry(x, 'param'), update: entry(x, 'update') })
          const average = places.reduce(
            (mean, slot, i) => (i === place ? mean : less(A, mean, entry(scalars, `w${i}`), now, entry(x, slot))),
            now,
          )
          return {
            update: entry(x, 'update'),
            average,
            ...Object.fromEntries(places.map((slot, i) => [slot, i === place ? now : entry(x, slot)])),
          }
        }),
      ),
  }
}

/** As many places have their own program. */
const most = 256

const less = <A, B>(a: Arithmetic<A, B>, mean: A, weight: A, now: A, snapshot: A): A =>
  a.sub(mean, a.mul(weight, a.sub(now, snapshot)))

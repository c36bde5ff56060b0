/** @internal */
import type { Host } from '../equation/Host.js'
import { extras } from '../scalars/extras.js'
import { nonNegative } from '../scalars/numbers.js'
import { required } from '../scalars/options.js'
import { shown } from '../scalars/shown.js'
import type { CoefficientRule } from './CoefficientRule.js'
import type { AnyScheme, Moment } from './Scheme.js'
import { entry } from './entry.js'

/** On which steps an average moves. */
export interface Beat {
  /** The steps before the average begins. */
  readonly start: number
  /** What it is until then: the parameters of the day, or those at the start. */
  readonly before: 'copy' | 'rest'
  /** Every how many steps it moves. */
  readonly every: number
}

/** The rule of a scheme at a beat.
 *
 *  ```text
 *  t = steps since the start, this one counted
 *  t < 0: c = 1 (copy) or 0 (rest);  t = 0: c = 1, the average begins at these parameters;
 *  t > 0: the scheme's own on multiples of `every`, else 0
 *  ```
 */
export const schemeRule = (owner: string, scheme: AnyScheme, beat: Beat): CoefficientRule => {
  const { start, every } = beat
  refuseOwnNames(owner, scheme)
  const total = scheme.unit === 'steps' ? undefined : extras(owner, { [scheme.unit]: required(nonNegative) })
  const ownOf = (host: Host): Host => Object.fromEntries(Object.keys(scheme.init).map((key) => [key, entry(host, key)]))
  const clocked = (host: Host, extra: unknown): Clock | undefined => {
    if (total === undefined) return undefined
    const [now, clock] = [entry(total(extra), scheme.unit), entry(host, 'clock')]
    if (now < clock)
      throw new RangeError(
        `${owner}: ${scheme.unit} is the total so far and never decreases, found ${now} after ${clock}. ` +
          `Pass { ${scheme.unit} } counted from the start of the training, not the amount of one step.`,
      )
    return { now, clock, origin: entry(host, 'origin') }
  }
  const momentAt = (t: number, clock: Clock | undefined): Moment => ({
    n: t / every,
    ...(clock === undefined
      ? { from: t - every, to: t }
      : { from: clock.clock - clock.origin, to: clock.now - clock.origin }),
  })
  return {
    told: total !== undefined || scheme.asks !== undefined,
    ...(scheme.power === undefined
      ? {}
      : {
          profile: {
            gamma: scheme.power,
            timeAt: (host: Host) =>
              total === undefined
                ? every * Math.floor(Math.max(0, entry(host, 'count') - start) / every)
                : entry(host, 'clock') - entry(host, 'origin'),
          },
        }),
    init: { ...scheme.init, count: 0, ...(total === undefined ? {} : { clock: 0, origin: 0 }) },
    coefficient: (host, extra) => {
      const [{ t, phase }, clock] = [phaseOf(beat, host), clocked(host, extra)]
      if (phase !== 'move') return phase === 'begin' ? 1 : 0
      const moment = momentAt(t, clock)
      // What a scheme asks for it checks; its numbers are its own.
      return checked(owner, scheme, moment, scheme.coefficient(moment, ownOf(host) as never, extra as never))
    },
    // What changes, and no more: the record that is handed in holds the tensors, too.
    next: (host, extra) => {
      const [{ t, phase }, clock] = [phaseOf(beat, host), clocked(host, extra)]
      const count = entry(host, 'count') + 1
      if (t <= 0) return { count, ...(clock === undefined ? {} : { clock: clock.now, origin: clock.now }) }
      if (phase === 'rest') return { count }
      const own = scheme.next(momentAt(t, clock), ownOf(host) as never, extra as never) // as above
      return { ...kept(owner, scheme, own), count, ...(clock === undefined ? {} : { clock: clock.now }) }
    },
  }
}

/** Where in its beat a step is: t steps after the start, this one counted. */
export const phaseOf = (
  { start, before, every }: Beat,
  host: Host,
): { readonly t: number; readonly phase: 'begin' | 'rest' | 'move' } => {
  const t = entry(host, 'count') + 1 - start
  if (t <= 0) return { t, phase: t === 0 || before === 'copy' ? 'begin' : 'rest' }
  return { t, phase: t % every === 0 ? 'move' : 'rest' }
}

/** The total handed in with this step, that at the last update, and that at the start. */
interface Clock {
  readonly now: number
  readonly clock: number
  readonly origin: number
}

const taken = ['count', 'clock', 'origin', 'average', 'residual', 'inner', 'update', 'param']

const refuseOwnNames = (owner: string, { name, init }: AnyScheme): void => {
  const clash = Object.keys(init).find((key) => taken.includes(key))
  if (clash !== undefined)
    throw new TypeError(
      `${owner}: the scheme ${name} keeps a number "${clash}", which an average keeps itself. ` +
        'Call it otherwise: a scheme sees its own numbers only.',
    )
}

const checked = (owner: string, { name }: AnyScheme, { n }: Moment, c: number): number => {
  if (c >= 0 && c <= 1) return c
  throw new RangeError(
    `${owner}: the coefficient of ${name} at update ${n} must be a number in [0, 1], found ${shown(c)}. ` +
      'Mend the scheme: it is the part of the way to the parameters that the average goes.',
  )
}

/** A scheme's numbers, by the names that it declared. */
const kept = (owner: string, { name, init }: AnyScheme, numbers: Host): Host =>
  Object.fromEntries(
    Object.keys(init).map((key) => {
      const value: unknown = numbers[key]
      if (typeof value === 'number' && !Number.isNaN(value)) return [key, value]
      throw new TypeError(
        `${owner}: ${name} must go on with a number "${key}", found ${shown(value)}. ` +
          `Return every number of its init from next: { ${Object.keys(init).join(', ')} }.`,
      )
    }),
  )

/** @internal */
import { ambient } from '../equation/Ambient.js'
import { concatenated, type Plan, surrounded } from '../equation/Program.js'
import type { Checker } from '../scalars/options.js'
import type { Schedule } from '../scalars/Schedule.js'
import { counting } from '../transformation/equation.js'
import { equationOf } from '../transformation/equationOf.js'
import type { Anatomy } from '../transformation/Transformation.js'
import { guarded, type Hyperparams, schedulable, type Sources, startOf, takes } from './hyperparamSources.js'
import { alone, under } from './segments.js'

/** The plan of what a constructor makes of its options. It is made once for all values of those that may be schedules:
 *  they are handed in as functions that read the state of the step that is running. */
export const injectedPlan = (
  make: (options: object) => Anatomy,
  record: Readonly<Record<string, unknown>>,
  given: Sources,
  checker: Checker | undefined,
): Plan => {
  const here = ambient()
  const entries = Object.entries(guarded(given, checker)).map(([name, source]) => ({
    name,
    now: (): number => {
      const { count, hyperparams } = here.value() as Kept // the wrapper's record
      return typeof source === 'number' ? valueIn(hyperparams, name) : source(count)
    },
  }))
  const now = (): Hyperparams => Object.fromEntries(entries.map((entry) => [entry.name, entry.now()]))
  const first = startOf(given)
  const readers = Object.fromEntries(
    schedulable(given, checker).flatMap((name) => entries.filter((entry) => entry.name === name).map(reader)),
  )
  const live = here.during({ count: 0, hyperparams: first }, () =>
    isMade(() => make({ ...record, ...first, ...readers })) ? readers : {},
  )
  const plans = remembered(
    Object.keys(given).filter((name) => !(name in live)),
    (values) => under('inner', make({ ...record, ...values, ...live }).plan),
  )
  const surround = surrounded([{ ambient: here, at: [] }])
  const keep = { ...keeper, host: first, next: now }
  // These come last: whatever runs before them finds the record as it was.
  const rest = surround({
    segments: [{ kind: 'stage', at: ['hyperparams'], scope: null, equation: keep }, ...counter.segments],
  })
  const join = concatenated()
  return (state, occasion) =>
    here.during(state, () => {
      const values = now()
      // A number that was written into the state is refused in the constructor's own words.
      if (!Object.keys(live).every((name) => takes(checker, name, values[name]))) make({ ...record, ...values })
      return join([surround(plans(values)(state, occasion)), rest])
    })
}

/** What the wrapper's record holds beside the inner state. */
interface Kept {
  readonly count: number
  readonly hyperparams?: Hyperparams
}

const valueIn = (hyperparams: Hyperparams | undefined, name: string): number => {
  const value = hyperparams?.[name]
  if (typeof value !== 'number')
    throw new TypeError(
      `injectHyperparams: there is no number at state.hyperparams.${name}. Pass the state that init or the last step returned.`,
    )
  return value
}

/** An option that reads the hyperparameter of its name. Whoever takes it for a number has not said so. */
const reader = ({ name, now }: { readonly name: string; readonly now: () => number }): readonly [string, Schedule] => [
  name,
  Object.assign((_count: number) => now(), {
    [Symbol.toPrimitive]: () => {
      throw new TypeError(`injectHyperparams: ${name} is a schedule here, and no number.`)
    },
  }),
]

const isMade = (make: () => unknown): boolean => {
  try {
    make()
    return true
  } catch {
    return false
  }
}

const counter = alone(equationOf({ name: 'injectHyperparams', host: counting })(() => ({ update }) => ({ update })))
const keeper = equationOf({ name: 'hyperparams' })(() => ({ update }) => ({ update }))

/** As many sets of values are remembered. */
const most = 8

/** The plan for the values of some hyperparameters; the last few are remembered, so that what does not change is made
 *  and compiled once. */
const remembered = (names: readonly string[], make: (values: Hyperparams) => Plan): ((values: Hyperparams) => Plan) => {
  const known = new Map<string, Plan>()
  return (values) => {
    const key = names.map((name) => values[name]).join()
    const found = known.get(key)
    if (found !== undefined) return found
    const plan = make(values)
    known.set(key, plan)
    for (const old of known.keys()) if (known.size > most) known.delete(old)
    return plan
  }
}

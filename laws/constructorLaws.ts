import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import type { Schedule } from '../src/scalars/Schedule.js'
import { describeSchedule } from '../src/schedules/described.js'
import { exactly } from './Agreement.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'
import { plainly, strange, type Told, within } from './telling.js'
import { zipped } from './zipped.js'

/** A constructor that takes one record of options, and what is told of what it makes. */
export interface ConstructorSubject<O extends object, M> {
  /** How it is called. */
  readonly name: string
  readonly make: (options: O) => M
  /** Options that it takes. */
  readonly options: fc.Arbitrary<O>
  /** What is told of what was made: `describe`, `describeSchedule`. */
  readonly told: (made: M) => Told | undefined
  /** What that which was made does, as plain data.
   *
   *  @defaultValue nothing: what is made again is compared by what is told of it */
  readonly does?: (made: M) => unknown
  /** What a schedule among its options was made from, where that is known.
   *
   *  @defaultValue describeSchedule */
  readonly schedule?: (schedule: Schedule) => Told | undefined
  /** Options that it must refuse, each with a word that its message must have: the option's name, mostly.
   *
   *  @defaultValue none besides those that no constructor takes */
  readonly wrong?: readonly (readonly [options: object, word: string])[]
  /** What options that are left out stand for, where that matters.
   *
   *  @defaultValue nothing is said */
  readonly usual?: Readonly<Record<string, unknown>>
}

/** The laws of constructors with options: what is told of what they make is what was asked for, and what they cannot do
 *  is refused by name.
 *
 *  @example
 *  await checkLaws(constructorLaws({
 *    name: 'constantSchedule',
 *    make: constantSchedule,
 *    options: fc.record({ value: fc.constantFrom(0, 1) }),
 *    told: describeSchedule,
 *  })) */
export const constructorLaws = <O extends object, M>(given: ConstructorSubject<O, M>): Suite => lawsOf(known(given))

const lawsOf = <O extends object, M>({
  name,
  make,
  options,
  told,
  wrong = [],
  usual,
  schedule = describeSchedule,
  does = () => undefined,
}: ConstructorSubject<O, M>): Suite => {
  const toldOf = (made: M): Told => {
    const found = told(made)
    if (found === undefined) throw new TypeError(`nothing is told of what ${name} has made`)
    return found
  }
  return {
    name: `constructor ${name}`,
    laws: [
      law(exactly)(
        {
          name: 'told whole',
          equation: 'told(make(o)) = { name, options: o and what was left out of it }, plain and frozen',
          reason: 'a run is repeated from what is told of it',
          bug: 'a fingerprint that said of each schedule that it was a function: two trainings with one name',
        },
        [options],
        (given) => {
          const found = toldOf(make(given))
          const asked = plainly(schedule)(given)
          return {
            left: { name: found.name, options: within(asked, found.options), strange: strange(found.options) },
            right: { name, options: asked, strange: [] },
          }
        },
      ),
      law(exactly)(
        {
          name: 'made again',
          equation:
            'make(o) = make(o, and what is told of all that was left out): told alike, and alike in what it does',
          reason: 'a default that is told is the one that is taken',
          bug: 'a default that was told and another one taken: written out, the options made something else',
        },
        [options],
        (given) => {
          const made = make(given)
          const { options: found } = toldOf(made)
          const known = Object.entries(found).filter(([, value]) => typeof value !== 'object')
          const again = make({ ...Object.fromEntries(known), ...given })
          return {
            left: { told: toldOf(again).options, does: does(again) },
            right: { told: found, does: does(made) },
          }
        },
      ),
      law(exactly)(
        {
          name: 'refuses what is no number',
          equation: 'NaN or a text in place of any number ⇒ it throws, and says its name and the option’s',
          reason: 'a NaN among the options is found after a day of training, in every parameter',
          bug: 'x < 0 asked of NaN: nothing is out of range that is no number',
        },
        [options, fc.constantFrom<unknown>(Number.NaN, 'a text')],
        (given, what) => {
          const numbers = Object.entries(toldOf(make(given)).options).filter(([, value]) => typeof value === 'number')
          const said = numbers.map(([key]) => heard(() => make({ ...given, [key]: what })))
          return {
            left: zipped(said, numbers, (text, [key]) => [name, key].filter((word) => text.includes(word))),
            right: numbers.map(([key]) => [name, key]),
          }
        },
      ),
      law(exactly)(
        {
          name: 'refuses what it does not know',
          equation: 'an option that it does not have ⇒ it throws, and says its name and the option’s',
          reason: 'a misspelt option is an option that has no effect',
          bug: '{ weight_decay: 0.1 }: a week of training without a decay',
        },
        [options, fc.constantFrom('nonsense', 'learning_rate', 'beta_1')],
        (given, key) => {
          const said = heard(() => make({ ...given, [key]: 1 }))
          return { left: [name, key].filter((word) => said.includes(word)), right: [name, key] }
        },
      ),
      ...(usual === undefined
        ? []
        : [
            law(exactly)(
              {
                name: 'what is left out',
                equation: 'told(make(o)) has the usual value of each option that is not in o',
                reason: 'who leaves an option out has read somewhere what it is then',
                bug: 'AdamW without a decay, because the default of Adam was taken for its own',
              },
              [options],
              (given) => {
                const { options: found } = toldOf(make(given))
                const left = Object.entries(usual).filter(([key]) => !(key in given))
                return {
                  left: Object.fromEntries(left.map(([key]) => [key, found[key]])),
                  right: Object.fromEntries(left),
                }
              },
            ),
          ]),
      ...(wrong.length === 0
        ? []
        : [
            law(exactly)(
              {
                name: 'refuses what it cannot do',
                equation: 'options that go together in no way ⇒ it throws, and says its name and which',
                reason: 'what is done instead is not what was asked for',
                bug: 'a warm-up longer than the whole schedule, that went over into its decay from above',
                share: 0,
              },
              [fc.constant(wrong)],
              (all) => ({
                // what it must refuse
                left: all.map(([given, word]) => {
                  const said = heard(() => make(given as O))
                  return [name, word].filter((one) => said.includes(one))
                }),
                right: all.map(([, word]) => [name, word]),
              }),
            ),
          ]),
    ],
  }
}

/** What an error says; nothing where none was thrown, or one that says nothing of options. */
const heard = (attempt: () => unknown): string => {
  try {
    attempt()
    return ''
  } catch (cause) {
    return cause instanceof RangeError || cause instanceof TypeError ? cause.message : ''
  }
}

const known = knownOnly<ConstructorSubject<never, never>>('constructorLaws', {
  name: 'required',
  make: 'required',
  options: 'required',
  told: 'required',
  does: true,
  schedule: true,
  wrong: true,
  usual: true,
})

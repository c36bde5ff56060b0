import { heard } from './heard.js'
import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { conditionallyMask } from '../src/combinators/conditionallyMask.js'
import { conditionallyTransform } from '../src/combinators/conditionallyTransform.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { exactly } from './Agreement.js'
import { trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { anewLaw } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { updatesIn } from './combining/paths.js'
import { law } from './Law.js'
import { mapNumbers, numbersFrom, tensorsFrom, tidily, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'

/** A transformation that runs only where a condition on the count of steps, from 0 on, holds. Elsewhere updates pass, or
 *  are zero; by default `conditionallyTransform` and `conditionallyMask`. */
export interface ConditionalSubject {
  readonly only: (
    holds: (step: number) => boolean,
    otherwise: 'pass' | 'zero',
  ) => (tx: Transformation<Opaque>) => Transformation<Opaque>
  /** The same, where the condition also reads what is handed in with the step, by name.
   *
   *  @defaultValue the library's, where `only` is left out, too; else nothing is asked */
  readonly told?: (
    holds: (step: number, extra: { readonly go: boolean }) => boolean,
    otherwise: 'pass' | 'zero',
  ) => (tx: Transformation<Opaque>) => Transformation<Opaque, { readonly go: boolean }>
}

const otherwise = fc.constantFrom('pass' as const, 'zero' as const)
const zero = mapNumbers(({ shape, values }) => ({ shape, values: values.map(() => 0) }))

/** The laws of conditions.
 *
 *  @example await checkLaws(conditionalLaws()) */
export const conditionalLaws = (subject: Partial<ConditionalSubject> = {}): Suite => {
  const given = known(subject)
  const { only, told } = 'only' in given ? { ...usual, told: undefined, ...given } : { ...usual, ...given }
  return {
    name: 'conditions',
    laws: [
      law(exactly)(
        {
          name: 'its own steps only',
          equation: 'updates where the condition holds are those of f on these gradients alone; elsewhere g, or 0',
          reason: 'a stage that is off sees nothing, and remembers what it knew',
          bug: 'a momentum that went on gathering while it was off;  a condition asked with the count of the steps taken',
        },
        [
          exactTransformations,
          fc.integer({ min: 1, max: 5 }),
          fc.nat({ max: 4 }),
          otherwise,
          trainings({ maxSteps: 9 }),
        ],
        (f, period, phase, elsewhere, { params, grads }) => {
          const holds = (step: number): boolean => (step + phase) % period === 0
          const own = updatesIn(f, { params, grads: grads.filter((_, t) => holds(t)) })
          let next = 0
          return {
            left: updatesIn(only(holds, elsewhere)(f), { params, grads }),
            right: grads.map((g, t): TreeSpec | undefined =>
              holds(t) ? own[next++] : elsewhere === 'pass' ? g : zero(g),
            ),
          }
        },
      ),
      ...(told === undefined
        ? []
        : [
            law(exactly)(
              {
                name: 'what is told with the step',
                equation:
                  'a condition on what is handed in, which may also be printed ⇒ steps where it holds are those of f alone; nothing handed in ⇒ it throws, and says what is read',
                reason: 'undefined is no answer: the stage would be off for ever',
                bug: 'a flag that was handed in under another name: false at every step',
              },
              [
                exactTransformations,
                fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
                otherwise,
                trainings({ maxSteps: 5 }),
                fc.constantFrom(undefined, null, {}, { goes: true }),
              ],
              (f, go, elsewhere, { params: spec, grads }, wrong) =>
                tidily(() => {
                  // a line in a log shows all that was handed in
                  const asked = told((_, extra) => extra.go && printed(extra) !== '', elsewhere)(f)
                  const holds = grads.map((_, t) => go[t % go.length] ?? true)
                  const params = tensorsFrom(spec)
                  let state = asked.init(params)
                  const left = grads.map((g, t) => {
                    const [updates, next] = asked.update(tensorsFrom(g), state, params, { go: holds[t] ?? true })
                    state = next
                    return numbersFrom(updates)
                  })
                  const own = updatesIn(only((step) => holds[step] ?? true, elsewhere)(f), { params: spec, grads })
                  // what it must refuse
                  const text = heard(() => asked.update(tensorsFrom(grads[0] ?? null), state, params, wrong as never))
                  const said = text !== undefined && /\bgo\b/.test(text) ? 'it says go' : text
                  return { left: [left, said], right: [own, 'it says go'] }
                }),
            ),
          ]),
      anewLaw((f, period) => only((step) => step % period === 0, period % 2 === 0 ? 'pass' : 'zero')(f)),
      handedInLaw((f, period) => only((step) => step % period === 0, period % 2 === 0 ? 'pass' : 'zero')(f)),
    ],
  }
}

const printed = (extra: unknown): string => `${String(extra)} ${JSON.stringify(extra)}`

const usual: Required<ConditionalSubject> = {
  only: (holds, elsewhere) => (tx) =>
    hide((elsewhere === 'pass' ? conditionallyTransform : conditionallyMask)({ shouldTransformFn: holds })(tx)),
  told: (holds, elsewhere) => (tx) => {
    const shouldTransformFn = (step: number, extra: { readonly go: boolean }): boolean => holds(step, extra)
    return hide((elsewhere === 'pass' ? conditionallyTransform : conditionallyMask)({ shouldTransformFn })(tx))
  },
}

const known = knownOnly<Partial<ConditionalSubject>>('conditionalLaws', { only: true, told: true })

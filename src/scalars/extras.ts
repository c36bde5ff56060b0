import { either as E } from 'fp-ts'

import { didYouMean } from './didYouMean.js'
import type { Checked, Spec } from './options.js'
import { shown } from './shown.js'

/** Check what a step is handed beside gradients, state and parameters: missing names, wrong types, NaN, numbers out of
 *  range. Names that are not in the spec are another part's, and stay.
 *
 *  @throws RangeError for a value of the right type that is out of range, else TypeError: with the transformation,
 *    the name, the range, the value and a way out.
 *  @laws the result holds exactly the spec's names; what is handed in is not touched.
 *  @example
 *  ```ts
 *  const needed = extras('scaleByLoss', { value: required(finite) })
 *  needed({ value: 2 })   // { value: 2 }
 *  needed(undefined)   // TypeError: scaleByLoss: needs { value } as the argument after params, …
 *  ```
 */
export const extras = <S extends Spec>(where: string, spec: S): ((extra: unknown) => Checked<S>) => {
  const entries = Object.entries(spec)
  return (extra) => {
    const checked: Record<string, unknown> = {}
    for (const [name, { kind }] of entries) {
      const value = isRecord(extra) ? extra[name] : undefined
      if (value === undefined) throw missing(where, spec, name, extra)
      const read = kind.codec.validate(value, [{ key: `${where}: ${name}`, type: kind.codec, actual: value }])
      if (E.isLeft(read)) {
        const message = `${where}: ${name} must be ${kind.range}, found ${shown(value)}. It is handed in with the step, as { ${name} } after params.`
        throw kind.sorts.includes(typeof value) ? new RangeError(message) : new TypeError(message)
      }
      checked[name] = read.right
    }
    // Built name by name from the spec, which is what Checked<S> says.
    return checked as Checked<S>
  }
}

const isRecord = (u: unknown): u is Readonly<Record<string, unknown>> => typeof u === 'object' && u !== null

const missing = (where: string, spec: Spec, name: string, extra: unknown): TypeError => {
  const names = Object.keys(spec).join(', ')
  const meant = isRecord(extra)
    ? Object.keys(extra).find((key) => !Object.hasOwn(spec, key) && didYouMean(key, [name]) === name)
    : undefined
  return new TypeError(
    `${where}: needs { ${names} } as the argument after params, found ${extra === undefined ? 'nothing' : shown(extra)}. ` +
      (meant === undefined ? '' : `Did you mean ${name} where it says ${meant}? `) +
      `${name} is ${spec[name]?.kind.range}. Pass it as step(optimizer)(grads, state, params, { ${names} }); ` +
      `minimize and fit make it with { extra: (evaluated) => ({ ${names} }) }.`,
  )
}

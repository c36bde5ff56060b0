import { spell } from '../tree/Skeleton.js'

/** The average of a state that has one at the top: parameters to evaluate with, by no swap and no copy.
 *
 *  ```text
 *  averaged({ inner, average, count }) = average
 *  ```
 *
 *  @shapes those of the parameters.
 *  @laws pure: changes nothing; the tensors are the state's own, borrowed.
 *  @example loss(averaged(now.state)) */
export const averaged = <P>(state: { readonly average: P }): P => averageIn('averaged', state).average

/** A state that has an average at its top. Throws `TypeError` for anything else, as JavaScript may pass it.
 *
 *  @internal */
export const averageIn = <S extends { readonly average: unknown }>(where: string, state: S): S => {
  const given: unknown = state
  if (typeof given === 'object' && given !== null && 'average' in given) return state
  throw new TypeError(
    `${where}: the state must have an average at its top, as withMovingAverage makes it, found ${spell(given)}. ` +
      'Of an average deeper inside: averages(optimizer).',
  )
}

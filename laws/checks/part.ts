import { inject } from 'vitest'
import { backendName } from './backend.js'

declare module 'vitest' {
  interface ProvidedContext {
    readonly whole: boolean
  }
}

/** Whether every case is asked for, as `POLYAK_WHOLE=1 npm test` does; that takes half an hour. */
export const whole: boolean = inject('whole')

/** Every nth of a list of cases, and all of them in a whole run. */
export const part = <A>(cases: readonly A[], n: number): readonly A[] =>
  whole ? cases : cases.filter((_, i) => i % n === 0)

/** The same on WebGL only, and of those every third: a software rasteriser takes ten times as long as the other backends,
 *  which run them all. */
export const partOnWebgl = <A>(cases: readonly A[], n: number): readonly A[] =>
  backendName === 'webgl' ? part(cases, 3 * n) : cases

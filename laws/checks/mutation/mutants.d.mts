/** A small change of a text: what stands from `start` to `end` becomes `to`. */
export interface Mutant {
  readonly file: string
  readonly line: number
  readonly start: number
  readonly end: number
  readonly operator: string
  readonly kind: 'behaviour' | 'refusals' | 'defaults' | 'words'
  readonly from: string
  readonly to: string
  /** The number of its place, as the marked text tells it; none for code that runs when the module is loaded. */
  readonly site?: number
}
export declare const mutantsOf: (
  file: string,
  text: string,
  offset?: number,
) => { readonly mutants: readonly Mutant[]; readonly marked: string; readonly sites: number }
export declare const changed: (text: string, mutant: Mutant) => string

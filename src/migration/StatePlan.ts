/** What becomes of one number or tensor of a state, by its name in a file: a number's path (`inner.0.count`), a tensor's
 *  leaf and slot (`dense/kernel/inner.0.mu`). */
export type PlanLine =
  /** It stays: the same equation, the same leaf, the same numbers; `moved` if its name is another one now. */
  | { readonly kind: 'same' | 'moved'; readonly to: string; readonly from: string }
  /** It stays, in another dtype; `exact` where none of its values can change by that. */
  | { readonly kind: 'cast'; readonly to: string; readonly from: string; readonly exact: boolean }
  /** Nothing was there: it begins. */
  | { readonly kind: 'started'; readonly to: string; readonly at: StartedAt; readonly why: string }
  /** Nothing takes it. */
  | { readonly kind: 'dropped'; readonly from: string; readonly why: string }
  /** Several could be it (`ambiguous`: to be chosen by `slots` or `rename`), or it has another `shape` and would begin
   *  anew. */
  | { readonly kind: 'ambiguous' | 'shape'; readonly to: string; readonly from: string; readonly why: string }

/** Where something begins. */
export type StartedAt = 'zeros' | 'the parameter' | 'as init makes it' | number

/** What can become of a number or tensor. */
export type PlanKind = PlanLine['kind']

/** What of a plan is accepted beside what stays as it is: kinds, or a function of a line. Nothing accepts `ambiguous`. */
export type Accept = readonly Exclude<PlanKind, 'ambiguous'>[] | ((line: PlanLine) => boolean)

/** What a plan cannot know by itself. */
export interface PlanOptions {
  /** Leaves that have another path now, `[from, to]`; patterns as in `byPattern`, where the stars of `to` are those of
   *  `from` in their order. The first that matches a leaf holds. Default: none. */
  readonly rename?: readonly (readonly [from: string, to: string])[]
  /** Whose tensors and numbers an equation takes, new name to old: `{ scaleByAmsgrad: 'scaleByAdam' }`, `{ 'average
   *  Fast': 'average Slow' }`; with a place, `'scaleByAdam at slow.0'`, for one of several; `'nothing'`: it begins anew.
   *  Default: each takes those of its like. */
  readonly slots?: Readonly<Record<string, string>>
}

/** Options of `migrate`. */
export interface MigrateOptions extends PlanOptions {
  /** What may happen beside what is the same or has moved. Default: nothing. */
  readonly accept?: Accept
}

/** What becomes of a state under another chain or other parameters, line by line. */
export interface StatePlan {
  /** In the order of the new state; what is dropped comes last. */
  readonly lines: readonly PlanLine[]
  /** Whether nothing begins, is lost or changes its value. */
  readonly exact: boolean
}

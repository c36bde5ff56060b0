import type { Accept, MigrateOptions } from '../../../src/migration/StatePlan.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'

/** The parameters of the table: two leaves, so that numbers of lines are small. */
export interface Dense<L> {
  readonly dense: { readonly kernel: L; readonly bias: L }
}

/** A change of a chain between two steps, and what becomes of its state, worked out by hand. */
export interface Change {
  readonly change: string
  readonly from: AnyTransformation
  readonly to: AnyTransformation
  /** How many lines there are of each kind. */
  readonly plan: string
  /** What must be accepted. */
  readonly needs: Extract<Accept, readonly unknown[]>
  /** What goes on: paths in the new state, each with the path in the old one. The rest begins. */
  readonly carried: Readonly<Record<string, string>>
  readonly options?: Pick<MigrateOptions, 'slots' | 'rename'>
  /** The parameters after the change, of those before it. Default: the same. */
  readonly params?: <L>(now: Dense<L>, make: (shape: readonly number[], values: readonly number[]) => L) => unknown
  /** Whether the parameters go on as if nothing had changed, bit for bit. */
  readonly goesOn?: boolean
  /** Something in it is no equation, which the references cannot run. */
  readonly opaque?: boolean
  /** Whether nothing can be made of it without a choice. */
  readonly refused?: boolean
}

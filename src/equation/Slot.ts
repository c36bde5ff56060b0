/** How a slot of an equation's state is laid out and where it starts. */
export interface Slot {
  /** `element`: a tensor like the parameter; `leaf`: one number for each leaf; `tree`: one number for all of them. */
  readonly per: 'element' | 'leaf' | 'tree'
  /** The number that fills it at the start; `param`: it starts as a copy of the parameter. */
  readonly start: number | 'param'
}

/** A slot like the parameter, filled with a number at the start. */
export const filled = (start: number) => ({ per: 'element', start }) as const

/** A slot like the parameter that starts at zero. */
export const zeros = filled(0)

/** A slot that starts as a copy of the parameter. */
export const copied = { per: 'element', start: 'param' } as const

/** One number for each leaf. */
export const perLeaf = (start: number) => ({ per: 'leaf', start }) as const

/** One number for the whole tree. */
export const perTree = (start: number) => ({ per: 'tree', start }) as const

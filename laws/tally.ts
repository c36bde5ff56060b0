/** How much was checked: laws or properties, and the cases that they held for. */
export interface Checked {
  readonly number: number
  readonly cases: number
}

declare module 'vitest' {
  interface TaskMeta {
    /** The law that a test checked, with the number of its cases. */
    law?: Checked
    /** The properties of a test, with the number of their cases. */
    properties?: Checked
  }
}

export const nothingChecked: Checked = { number: 0, cases: 0 }

/** What both together are. */
export const bothChecked = (a: Checked, b: Checked): Checked => ({ number: a.number + b.number, cases: a.cases + b.cases })

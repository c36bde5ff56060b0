/** How much was checked: laws or properties, and the cases that they held for. */
export interface Checked {
  readonly number: number
  readonly cases: number
}

/** What a test tells of itself in its `meta`, which vitest hands to reporters. */
export interface Told {
  /** The law that it checked. */
  readonly law?: Checked
  readonly properties?: Checked
}

/** Tells it. `meta` is vitest's place for that. */
export const tell = (meta: object, told: Told): void => {
  Object.assign(meta, told)
}

export const nothingChecked: Checked = { number: 0, cases: 0 }

/** What both together are. */
export const bothChecked = (a: Checked, b: Checked): Checked => ({
  number: a.number + b.number,
  cases: a.cases + b.cases,
})

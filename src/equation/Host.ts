/** The plain numbers in an equation's state. */
export type Host = Readonly<Record<string, number>>

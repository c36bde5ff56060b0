import type { Law } from './Law.js'

/** Laws that belong together, and the suites that they build on. */
export interface Suite {
  readonly name: string
  readonly parents?: readonly Suite[]
  readonly laws: readonly Law[]
  /** What is tested, for reports: its name, then its rule where it has one. Parents are about the same. */
  readonly about?: () => Subject
}

/** What is tested, in words. */
export interface Subject {
  readonly name: string
  /** Its equations, a line each. */
  readonly rule?: string
}

/** A law with the suite that it comes from. */
export interface Placed {
  readonly suite: string
  readonly law: Law
  readonly about?: () => Subject
}

/** The laws of a suite after those of its parents, each suite once by its name, however many paths lead to it.
 *
 *  @throws `TypeError` where two laws of one suite have one name: a report could not tell them apart. */
export const lawsOf = (suite: Suite): readonly Placed[] => {
  const seen = new Set<string>()
  const visit = ({ name, parents = [], laws, about = suite.about }: Suite): readonly Placed[] => {
    if (seen.has(name)) return []
    seen.add(name)
    const names = new Set<string>()
    for (const law of laws) {
      if (names.has(law.name)) throw new TypeError(`the suite "${name}" has two laws called "${law.name}". Rename one.`)
      names.add(law.name)
    }
    return [
      ...parents.flatMap(visit),
      ...laws.map((law) => ({ suite: name, law, ...(about === undefined ? {} : { about }) })),
    ]
  }
  return visit(suite)
}

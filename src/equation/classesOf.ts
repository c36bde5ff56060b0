/** @internal */
import { boundedMemory } from '../tree/boundedMemory.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { rememberedFirst, rememberedOne } from './Program.js'
import type { Stage } from './Stage.js'
import type { Woken } from './Gathering.js'
import type { Work } from './Work.js'

/** Leaves on which the same stages run: they share one graph. */
export interface LeafClass {
  /** Indices into the skeleton. */
  readonly leaves: readonly number[]
  /** For each stage, whether it runs on these leaves. */
  readonly active: readonly boolean[]
  /** Whether these leaves have a gradient; where not, the update is literally zero at first, and only observers run
   *  until gathered updates go on. */
  readonly graded: boolean
  /** Whether these leaves have an update at the end. */
  readonly emits: boolean
}

/** Classes of the same stages and kind run the same graph, whichever their leaves are. */
export const kindOf = ({ active, graded, emits }: Pick<LeafClass, 'active' | 'graded' | 'emits'>): string =>
  [graded, emits, ...active].map(Number).join('')

/** The classes of leaves of a work, in the order of their first leaf. The same objects for the same program,
 *  skeleton and pattern of gradients, of which the last {@link most} are remembered. */
export const classesOf = (
  work: Pick<Work<Leaf>, 'stages' | 'skeleton' | 'updates' | 'woken'>,
): readonly LeafClass[] => {
  const { stages, skeleton, updates, woken = nobody } = work
  return patternsOf(stages)(skeleton)(patternOf(updates, woken), () => classify(stages, skeleton, updates, woken))
}

/** Mostly every leaf has a gradient and nothing gathers, and nothing is spelt out. */
const patternOf = (updates: readonly (Leaf | null)[], woken: readonly (Woken | undefined)[]): string =>
  updates.includes(null) || woken.length > 0 ? JSON.stringify([updates.map((u) => u !== null), woken]) : ''

/** Mostly nothing gathers, and a work says nothing about it. */
const nobody: readonly never[] = []

/** As many patterns of gradients are remembered: those that alternate, where experts or heads take turns. */
const most = 128

const patternsOf = rememberedOne((_stages: readonly Stage[]) =>
  rememberedFirst((_skeleton: Skeleton) => boundedMemory<readonly LeafClass[]>(most)),
)

const classify = (
  stages: readonly Stage[],
  skeleton: Skeleton,
  updates: readonly (Leaf | null)[],
  woken: readonly (Woken | undefined)[],
): readonly LeafClass[] => {
  const classes = new Map<string, LeafClass & { readonly leaves: number[] }>()
  const included = stages.map(({ scope }) => scope?.includes(skeleton))
  updates.forEach((update, leaf) => {
    const graded = update !== null
    // A leaf that is not float32 has no equations, unless it is given a gradient.
    const watched = skeleton.dtypes[leaf] === 'float32'
    let emits = graded
    const active = stages.map(({ equation }, s) => {
      if (included[s]?.[leaf] === false) return false
      const here = woken[s]?.leaves[leaf] === true
      const runs = emits || here || (watched && equation.observes)
      if (here && woken[s]?.emits === true) emits = true
      return runs
    })
    const kind = kindOf({ active, graded, emits })
    const known = classes.get(kind)
    if (known === undefined) classes.set(kind, { leaves: [leaf], active, graded, emits })
    else known.leaves.push(leaf)
  })
  return [...classes.values()]
}

/** @internal */
import { withKept } from '../equation/incoming.js'
import { type Plain, type Program, rememberedOne } from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'
import { broken } from '../scalars/must.js'

/** What is run at once: a transformation that is no equation, or stages in a row. */
export type Stretch = Plain | { readonly kind: 'stages'; readonly stages: readonly Stage[] }

/** A straight program cut where something is no equation; the stages that lie between are fused. */
export const stretchesOf = rememberedOne((program: Program): readonly Stretch[] => {
  const stretches: (Plain | { kind: 'stages'; stages: Stage[] })[] = []
  for (const segment of program.segments) {
    const last = stretches.at(-1)
    if (segment.kind === 'plain') stretches.push(segment)
    else if (segment.kind !== 'stage') throw broken(`a ${segment.kind} stands in what should be straight`)
    else if (last?.kind === 'stages') last.stages.push(segment)
    else stretches.push({ kind: 'stages', stages: [segment] })
  }
  return stretches.map((part) => (part.kind === 'plain' ? part : { ...part, stages: withKept(part.stages) }))
})

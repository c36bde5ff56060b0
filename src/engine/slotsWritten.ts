/** @internal */
import { rememberedOne } from '../equation/Program.js'
import type { Stage, StatePath } from '../equation/Stage.js'

/** The slots of each stage that no later one on the same record has. What begins anew stands behind what it was: that one
 *  writes the record, and what the record held is of one use, not of two. */
export const slotsWritten = rememberedOne((stages: readonly Stage[]): readonly (readonly string[])[] =>
  stages.map(({ at, equation }, s) => {
    const later = stages.slice(s + 1).filter((one) => isSamePath(one.at, at))
    return Object.keys(equation.slots).filter((name) => !later.some((one) => Object.hasOwn(one.equation.slots, name)))
  }),
)

const isSamePath = (a: StatePath, b: StatePath): boolean => a.length === b.length && a.every((key, i) => key === b[i])

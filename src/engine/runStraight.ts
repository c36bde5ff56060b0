/** @internal */

import { type Occasion, type Program } from '../equation/Program.js'
import { wholeView } from '../equation/View.js'
import { must } from '../scalars/must.js'
import { at, put } from '../state/paths.js'
import { buildTree } from '../tree/leaves.js'
import type { Leaf } from '../tree/Tree.js'
import type { Joined } from './joinedOf.js'
import { completed, recordWith } from './kept.js'
import type { Manner } from '../equation/Manner.js'
import { readOf, recordAt, recordsOf, slotLeaves } from './records.js'
import { releaseExcept } from './releaseExcept.js'
import { runPlain } from './runPlain.js'
import { runRow } from './runRow.js'
import { runStages } from './runStages.js'
import { stretchesOf } from './stretchesOf.js'

/** Runs a program without forks and trials once. `held` are the states that somebody else holds: mostly the very one that
 *  it starts from, unless that came of an earlier run of the same step. */
export const runStraight = <L extends Leaf>(
  manner: Manner<L>,
  program: Program,
  occasion: Occasion,
  joined: Joined<L>,
  state: unknown,
  held: readonly unknown[],
): readonly [tree: unknown, state: unknown] => {
  const { skeleton, params, updates } = joined
  const { extra, incoming, view = wholeView } = occasion
  const stretches = stretchesOf(program)
  const only = stretches.length === 1 ? stretches[0] : undefined
  if (only?.kind === 'stages') {
    // Mostly what follows a fork is one run, and there is nothing in between to be released.
    const done = runRow(manner, { ...readOf(only.stages, state, extra), completed }, joined, occasion, state)
    if (!manner.donate && !held.includes(state)) releaseExcept(manner, state, [held, done, params])
    return done
  }
  // All numbers of the step come first: one that is refused leaves nothing behind.
  const scalars = stretches.map((part) => (part.kind === 'plain' ? [] : readOf(part.stages, state, extra).scalars))
  // Found now, while everything is as it was.
  for (const part of stretches)
    if (part.kind === 'stages')
      for (const stage of part.stages) slotLeaves(stage, joined, recordWith(recordAt(state, stage), stage, incoming))
  const given = new Set(updates)
  let current = updates
  let next = state
  let stepped: readonly (L | null)[] | undefined
  try {
    stretches.forEach((part, i) => {
      const last = i === stretches.length - 1
      const before = current
      if (part.kind === 'plain') {
        const [out, inner] = runPlain(manner, part, {
          skeleton,
          updates: current,
          params,
          extra,
          view,
          state: next,
        })
        // slots that an earlier part of this step has made are nobody's once they are replaced; donated, so are the others
        const replaced = at(next, part.at)
        next = put(next, part.at, inner)
        releaseExcept(manner, replaced, [manner.donate ? null : held, next, params, current, out])
        current = out
      } else {
        const its: Manner<L> = last ? manner : { ...manner, mode: 'update' }
        const numbers = must(scalars[i], 'scalars')
        const { leaves, state: after } = runStages(
          its,
          { stages: part.stages, records: recordsOf(part.stages, next), scalars: numbers, completed },
          { ...joined, updates: current },
          occasion,
          next,
        )
        const replaced = next
        next = after
        if (its.mode === 'step') stepped = leaves
        else current = leaves
        if (!manner.donate && !held.includes(replaced)) releaseExcept(manner, replaced, [held, next, params, leaves])
      }
      const kept = new Set(stepped === undefined ? current : [])
      for (const leaf of before) if (leaf !== null && !given.has(leaf) && !kept.has(leaf)) manner.release(leaf)
    })
  } catch (error) {
    releaseExcept(manner, [current, next], [updates, params, state])
    throw error
  }
  if (manner.mode === 'update') return [buildTree(skeleton, current), next]
  const applied =
    stepped ??
    params.map((p, i) => {
      const u = current[i] ?? null
      if (p === null || u === null) return p
      const sum = manner.add(p, u)
      if (manner.donate) manner.release(p)
      return sum
    })
  if (stepped === undefined) for (const leaf of current) if (leaf !== null && !given.has(leaf)) manner.release(leaf)
  return [buildTree(skeleton, applied), next]
}

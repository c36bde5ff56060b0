/** @internal */

import { checkGradients } from './checkGradients.js'
import { withKept } from '../equation/incoming.js'
import type { Occasion, Plain, Program } from '../equation/Program.js'
import { rememberedOne } from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'
import { wholeView } from '../equation/View.js'
import type { Executor } from '../equation/Work.js'
import { must } from '../scalars/must.js'
import { at, put } from '../state/paths.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { buildTree, leavesOf } from '../tree/leaves.js'
import { refuseDisposed } from '../tree/refuseDisposed.js'
import { skeletonOf, type Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { cross, crossingOf } from './cross.js'
import { recordWith } from './kept.js'
import { recordAt, scalarsOf, slotLeaves } from './records.js'
import { refuseMissing } from './refuseMissing.js'
import { refuseVariables } from './refuseVariables.js'
import { runPlain } from './runPlain.js'
import { runStages } from './runStages.js'

/** How a program is run. */
export interface Manner<L extends Leaf> {
  readonly executor: Executor<L>
  readonly mode: 'update' | 'step'
  readonly donate: boolean
  /** What the caller names the tree that arrives, for errors. Default `updates`. */
  readonly given?: 'grads' | 'updates'
  /** For programs that end in a transformation that is no equation. */
  readonly add: (param: L, update: L) => L
  /** Disposes what a transformation that is no equation has replaced. */
  readonly release: (leaf: L) => void
  /** A copy that can be disposed without the original. */
  readonly copied: (leaf: L) => L
}

/** Runs a program once: the new parameters (`step`) or the updates (`update`), and the next state. */
export const run = <L extends Leaf>(
  manner: Manner<L>,
  program: Program,
  { updates, params, extra, incoming, view = wholeView }: Occasion,
  state: unknown,
): readonly [tree: unknown, state: unknown] => {
  const skeleton = skeletonOf(params, 'params')
  const named = manner.given ?? 'updates'
  const parameters = leavesOf<L>(skeleton, params, { where: 'params', nullable: false, alike: true })
  let current = leavesOf<L>(skeleton, updates, { where: named, nullable: true, alike: true })
  checkGradients(named, skeleton, current)
  refuseUnusable(manner, skeleton, { updates, params }, state)
  const crossing = crossingOf(program)
  if (crossing !== null)
    return cross(
      run,
      manner,
      crossing,
      { updates, params, extra, view, ...(incoming === undefined ? {} : { incoming }) },
      state,
    )
  const runs = runsOf(program)
  // All numbers of the step come first: one that is refused leaves nothing behind.
  const scalars = runs.map((part) => (part.kind === 'plain' ? [] : scalarsOf(part.stages, state, extra)))
  const only = runs.length === 1 ? runs[0] : undefined
  if (only?.kind === 'stages') {
    // Mostly a program is one run, and there is nothing in between to be released.
    const { leaves, state: after } = runStages(
      manner,
      only.stages,
      must(scalars[0], 'scalars of a run of stages'),
      manner.mode,
      skeleton,
      current,
      parameters,
      extra,
      incoming,
      state,
    )
    return [leaves === parameters ? params : leaves === current ? updates : buildTree(skeleton, leaves), after]
  }
  // Found now, while everything is as it was.
  for (const part of runs)
    if (part.kind === 'stages')
      for (const stage of part.stages)
        refuseMissing(
          stage,
          skeleton,
          slotLeaves(stage, skeleton, recordWith(recordAt(state, stage), stage, incoming)),
          current,
        )
  const given = new Set(current)
  let next = state
  let stepped: readonly (L | null)[] | undefined
  runs.forEach((part, i) => {
    const last = i === runs.length - 1
    const before = current
    if (part.kind === 'plain') {
      const [out, inner] = runPlain(manner, part, {
        skeleton,
        updates: current,
        params: parameters,
        extra,
        view,
        state: next,
      })
      if (manner.donate) disposeExcept(at(next, part.at), [inner, parameters, current])
      next = put(next, part.at, inner)
      current = out
    } else {
      const mode = last ? manner.mode : 'update'
      const { leaves, state: after } = runStages(
        manner,
        part.stages,
        must(scalars[i], 'scalars of a run of stages'),
        mode,
        skeleton,
        current,
        parameters,
        extra,
        incoming,
        next,
      )
      next = after
      if (mode === 'step') stepped = leaves
      else current = leaves
    }
    const kept = new Set(stepped === undefined ? current : [])
    for (const leaf of before) if (leaf !== null && !given.has(leaf) && !kept.has(leaf)) manner.release(leaf)
  })
  if (manner.mode === 'update') return [buildTree(skeleton, current), next]
  const applied =
    stepped ??
    parameters.map((p, i) => {
      const u = current[i] ?? null
      if (p === null || u === null) return p
      const sum = manner.add(p, u)
      if (manner.donate) manner.release(p)
      return sum
    })
  if (stepped === undefined) for (const leaf of current) if (leaf !== null && !given.has(leaf)) manner.release(leaf)
  return [buildTree(skeleton, applied), next]
}

/** What no executor may meet, refused before anything is done. */
const refuseUnusable = (
  { donate }: Pick<Manner<Leaf>, 'donate'>,
  skeleton: Skeleton,
  { updates, params }: Pick<Occasion, 'updates' | 'params'>,
  state: unknown,
): void => {
  refuseDisposed('updates', updates, skeleton)
  refuseDisposed('params', params, skeleton)
  refuseDisposed('state', state, skeleton)
  if (!donate) return
  refuseVariables('params', params, skeleton)
  refuseVariables('state', state, skeleton)
}

type Run = Plain | { readonly kind: 'stages'; readonly stages: readonly Stage[] }

/** A program cut where something is no equation; what lies between is one run, and is fused. */
const runsOf = rememberedOne((program: Program): readonly Run[] => {
  const runs: (Plain | { kind: 'stages'; stages: Stage[] })[] = []
  for (const segment of program.segments) {
    const last = runs.at(-1)
    if (segment.kind === 'plain') runs.push(segment)
    else if (segment.kind !== 'stage')
      continue // crossed before
    else if (last?.kind === 'stages') last.stages.push(segment)
    else runs.push({ kind: 'stages', stages: [segment] })
  }
  return runs.map((part) => (part.kind === 'plain' ? part : { ...part, stages: withKept(part.stages) }))
})

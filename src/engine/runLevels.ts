/** @internal */

import { concatenated, type Occasion, type OpenTrial, type Program } from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'
import { wholeView } from '../equation/View.js'
import { must } from '../scalars/must.js'
import type { Leaf } from '../tree/Tree.js'
import { attemptOf, judgementOf, passing } from './attempt.js'
import { aggregatingOf, crossingOf } from './crossings.js'
import type { Manner } from '../equation/Manner.js'
import { joinedOf } from './joinedOf.js'
import { releaseAll } from './releaseAll.js'
import { releaseExcept } from './releaseExcept.js'
import { runStraight } from './runStraight.js'

/** A level of a run: the whole, or what a trial tries. */
interface Level<L extends Leaf> {
  readonly manner: Manner<L>
  /** What is still to be run. */
  rest: Program
  state: unknown
  /** The states that somebody else holds: what is replaced and in none of them is nobody's. */
  readonly held: readonly unknown[]
  /** The updates that arrived, and what became of them so far. */
  readonly trees: unknown[]
  /** Updates that arrived at an earlier place, for who reads them behind it. */
  incoming: Occasion['incoming']
  /** What is tried here. */
  readonly trial: OpenTrial | null
}

/** Runs a program that is not straight once: as far as it is; then a fork chooses what comes next, and what a trial tries
 *  is run on a level of its own, and kept or dropped. Before the first of them there is mostly nothing, and all that
 *  follows a fork is one run. */
export const runLevels = <L extends Leaf>(
  manner: Manner<L>,
  program: Program,
  { updates, params, extra, incoming, view = wholeView }: Occasion,
  state: unknown,
): readonly [tree: unknown, state: unknown] => {
  const aggregates = aggregatingOf(program)
  const begun =
    aggregates === undefined
      ? { rest: program, state, trees: [updates] }
      : aggregates(manner, program, { updates, params, extra, incoming, view }, state)
  const levels: Level<L>[] = [{ ...begun, manner, held: [state], incoming, trial: null }]
  try {
    for (;;) {
      const level = must(levels.at(-1), 'level of a run')
      const occasion = { updates: level.trees.at(-1), params, extra, incoming: level.incoming, view }
      const joined = joinedOf(level.manner, occasion, level.state)
      const crossing = crossingOf(level.rest)
      if (crossing === null) {
        const done = runStraight(level.manner, level.rest, occasion, joined, level.state, level.held)
        releaseBetween(level, params, done[0])
        if (level.trial === null) return done
        levels.pop()
        const outer = must(levels.at(-1), 'level around a trial')
        const there = { ...occasion, updates: outer.trees.at(-1) }
        const { settle } = level.trial.of
        const { updates: kept, state: after, next } = settle(outer.manner, level.trial, there, done, outer.held)
        outer.trees.push(kept)
        outer.state = after
        if (next !== null) outer.rest = inSequence([next, outer.rest])
      } else if (crossing.before !== null) {
        const { manner: its, state: from, held } = level
        const [tree, after] = runStraight(updating(its), crossing.before, occasion, joined, from, held)
        level.trees.push(tree)
        level.state = after
        level.rest = crossing.from
      } else if (crossing.here.kind === 'fork')
        level.rest = inSequence([crossing.here.way(level.manner, crossing.here, occasion, level.state), crossing.after])
      else if (crossing.here.kind === 'stage') {
        level.incoming = keeping(crossing.here, occasion)
        level.rest = crossing.after
      } else {
        const { here: of, after } = crossing
        const { state: from, held } = level
        const judged =
          of.judges === 'updatesAndState'
            ? from
            : runStraight(updating(level.manner), judgementOf(of), occasion, joined, from, [...held, from])[1]
        levels.push({
          // Both outcomes are needed until one is selected, so nothing is donated.
          manner: { ...updating(level.manner), donate: false },
          rest: attemptOf(of),
          state: judged,
          held: [...held, from, judged],
          trees: [occasion.updates],
          incoming: level.incoming,
          trial: { of, given: from, judged },
        })
        level.rest = after.segments.length === 0 ? passing : after
      }
    }
  } catch (error) {
    const made = levels.flatMap((level) => [level.trees, level.state, level.trial?.judged])
    releaseExcept(manner, made, [updates, params, state])
    throw error
  }
}

const inSequence = concatenated()

/** What was kept so far, and the update that arrives at a mark. */
const keeping = ({ equation: { marks } }: Stage, { incoming, updates }: Occasion): Occasion['incoming'] =>
  marks === undefined ? incoming : new Map([...(incoming ?? []), [marks, updates]]) // mostly none so far

const updating = <L extends Leaf>(manner: Manner<L>): Manner<L> => ({ ...manner, mode: 'update' })

/** Disposes what the updates were in between, unless it arrived, or is what came of them. */
const releaseBetween = <L extends Leaf>({ manner, trees }: Level<L>, params: unknown, result: unknown): void => {
  const kept = manner.mode === 'update' ? result : null
  for (let k = trees.length - 1; k > 0; k--) releaseAll(manner, params, trees[k], [trees[k - 1], kept])
}

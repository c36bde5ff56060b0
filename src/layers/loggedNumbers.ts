/** @internal */
import { must } from '../scalars/must.js'
import { recordAt } from '../engine/records.js'
import { within } from '../engine/within.js'
import type { Segment } from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'
import { at } from '../state/paths.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import { buildTree } from '../tree/leaves.js'
import type { AverageRecord } from '../averaging/averageRecords.js'
import type { Held } from './Held.js'
import { treeOf } from './heldOf.js'

/** What the next step goes by: `learningRate`, of each place in the state where a chain has several
 *  (`learningRate_inner.0.1`), and `averageDecay`, how much of the average a step keeps. */
export const loggedNumbers = (
  { anatomy }: AnyTransformation,
  { members, skeleton, state }: Held,
  average: AverageRecord,
): Readonly<Record<string, number>> => {
  const updates = buildTree(
    skeleton,
    skeleton.paths.map(() => null),
  )
  const { segments } = anatomy.plan(state, { updates, params: treeOf(members), extra: undefined })
  const rates = segments.flatMap(stagesIn).filter(({ equation }) => equation.name === 'scaleByLearningRate')
  return {
    ...Object.fromEntries(
      rates.map((stage) => [
        rates.length === 1 ? 'learningRate' : `learningRate_${stage.at.join('.')}`,
        Math.abs(must(scalarsOf(stage, state)['s'], 'scalar of scaleByLearningRate')),
      ]),
    ),
    ...(average.rule === undefined
      ? {}
      : { averageDecay: 1 - average.rule.coefficient(numbersAt(state, average.at), undefined) }),
  }
}

const stagesIn = (segment: Segment): readonly Stage[] =>
  segment.kind === 'stage' ? [segment] : segment.kind === 'trial' ? segment.program.segments.flatMap(stagesIn) : []

const scalarsOf = (stage: Stage, state: unknown): Readonly<Record<string, number>> =>
  within(stage, state, () => stage.equation.scalars(numbersOf(recordAt(state, stage)), undefined))

// the host part of a record, which is all that an equation reads of it
const numbersOf = (record: unknown) => record as Readonly<Record<string, number>>
const numbersAt = (state: unknown, path: AverageRecord['at']) => numbersOf(at(state, path))

import { describe, expect, test } from 'vitest'
import type { Equation } from '../../equation/Equation.js'
import type { Write } from '../../equation/Graph.js'
import { perLeaf, perTree, zeros } from '../../equation/Slot.js'
import type { Stage } from '../../equation/Stage.js'
import { steadyEquationOf } from '../../transformation/steadyEquation.js'
import type { Outline } from './Outline.js'
import { outlineOf } from './outlineOf.js'
import { nameOf } from './WorkList.js'

const stage = (equation: Equation): Stage => ({ kind: 'stage', at: [], scope: null, equation })

/** The outline where the first class runs all stages, and the second all but those named. */
const outline = (
  stages: readonly Stage[],
  without: readonly number[] = [],
  mode: 'update' | 'step' = 'step',
): Outline =>
  outlineOf(stages, mode, [
    { active: stages.map(() => true), graded: true, emits: true },
    { active: stages.map((_, s) => !without.includes(s)), graded: true, emits: true },
  ])

const foldings = ({ classes }: Outline) =>
  classes.map((one) => one.foldings.map((phase) => phase.map(({ fold, total, isWide }) => ({ fold, total, isWide }))))

const names = (writes: readonly Write[]): readonly string[] => writes.map(({ list }) => nameOf(list))

const centred = stage(
  steadyEquationOf({ name: 'centred' })((A) => ({ update }) => ({
    update: A.sub(update, A.div(A.leafSum(update), A.leafSize())),
  })),
)
const clipped = stage(
  steadyEquationOf({ name: 'clipped' })((A) => ({ update }) => ({ update: A.div(update, A.treeNorm(update)) })),
)

describe('phases', () => {
  test('all classes go through them together: a sum over the tree waits for the last class', () => {
    const { phases, classes } = outline([centred, clipped], [0])
    expect(phases).toBe(2)
    const levels = classes.map(({ graph: { nodes }, phase }) =>
      nodes.flatMap((node) => (node.op === 'treeNorm' ? [phase.get(node)] : [])),
    )
    expect(levels).toEqual([[2], [2]])
    expect(foldings(outline([centred, clipped], [0]))).toEqual([
      [[{ fold: 'sum', total: undefined, isWide: true }], [{ fold: 'squares', total: 0, isWide: true }]],
      [[], [{ fold: 'squares', total: 0, isWide: true }]],
    ])
  })

  test('a sum that nothing needs is not taken, nor what it would be made of', () => {
    const wasteful = stage(
      steadyEquationOf({ name: 'wasteful' })((A) => ({ update }) => {
        A.treeSum(A.exp(A.leafMax(update)))
        return { update: A.neg(update) }
      }),
    )
    const { phases, totals, classes } = outline([wasteful])
    expect([phases, totals]).toEqual([0, 0])
    expect(classes.map(({ graph: { nodes } }) => nodes.map(({ op }) => op))).toEqual([
      ['param', 'update', 'neg', 'add'],
      ['param', 'update', 'neg', 'add'],
    ])
  })

  test('a sum that one class needs is taken over all of them', () => {
    const measured = stage(
      steadyEquationOf({ name: 'measured', slots: { size: perTree(0) } })((A) => ({ update }) => ({
        update,
        size: A.treeSum(A.leafSize()),
      })),
    )
    const both = outline([measured], [], 'update')
    expect(foldings(both)).toEqual([
      [[{ fold: 'sum', total: 0, isWide: false }]],
      [[{ fold: 'sum', total: 0, isWide: false }]],
    ])
  })
})

describe('who writes what', () => {
  const slots = { all: perTree(0), each: perLeaf(0), m: zeros }
  const counted = stage(
    steadyEquationOf({ name: 'counted', slots })((A) => ({ update }) => ({
      update: A.neg(update),
      all: A.treeSum(update),
      each: A.leafSum(update),
      m: update,
    })),
  )

  test('the new parameters or updates come first, then slots; a number for the tree is written by the first class', () => {
    const { classes, lists } = outline([counted])
    expect(classes.map(({ elements }) => names(elements))).toEqual([
      ['param', '0 m'],
      ['param', '0 m'],
    ])
    expect(classes.map(({ perLeaf }) => names(perLeaf))).toEqual([['0 each'], ['0 each']])
    expect(classes.map(({ perTree }) => names(perTree))).toEqual([['0 all'], []])
    expect(lists.map(nameOf)).toEqual(['update', 'param', '0 m'])
    expect(names(outline([counted], [], 'update').classes[0]?.elements ?? [])).toEqual(['update', '0 m'])
  })

  test('by the first class that has it', () => {
    const hidden = outlineOf([counted], 'step', [
      { active: [false], graded: true, emits: true },
      { active: [true], graded: true, emits: true },
    ])
    expect(hidden.classes.map(({ perTree }) => names(perTree))).toEqual([[], ['0 all']])
  })
})

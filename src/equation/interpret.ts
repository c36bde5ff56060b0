/** @internal */
import { shapeAt } from '../tree/Skeleton.js'
import { must } from '../scalars/must.js'
import type { Leaf } from '../tree/Tree.js'
import { classesOf } from './classesOf.js'
import { type Carrier, type Cell, isLiteralZero, known, lifted, type LeafOperations, nothing, plain } from './lifted.js'
import type { Mark } from './Mark.js'
import { present } from './present.js'
import type { Done, SlotLeaves, Work } from './Work.js'

/** Runs the stages one after the other on whole trees: the direct reading of the equations, without a graph. */
export const interpret =
  <L extends Leaf>(operations: LeafOperations<L>) =>
  (work: Work<L>): Done<L> => {
    const { stages, skeleton } = work
    const classes = classesOf(work)
    const update: Cell<L>[] = work.updates.map((u) => u ?? nothing)
    const slots: SlotLeaves<L>[] = [...work.slots]
    const marked = new Map<Mark, readonly Cell<L>[]>()
    stages.forEach((stage, s) => {
      const leaves = classes.flatMap((c) => (c.active[s] === true ? c.leaves : [])).sort((a, b) => a - b)
      if (leaves.length === 0) return
      const own = must(work.slots[s], 'slots')
      const inputs: Record<string, Carrier<L>> = {
        update: leaves.map((i) => must(update[i], 'update')),
        param: leaves.map((i) => present(work.params[i])),
      }
      const { marks, since } = stage.equation
      if (marks !== undefined) marked.set(marks, [...update])
      if (since !== undefined) {
        const before = marked.get(since)
        inputs['incoming'] = leaves.map((i) => before?.[i] ?? nothing) // zero where none arrived there
      }
      for (const [name, { per }] of Object.entries(stage.equation.slots))
        inputs[name] = leaves.map((i) => present(own[name]?.[per === 'tree' ? 0 : i]))
      const scalars: Record<string, Carrier<L>> = {}
      for (const [name, value] of Object.entries(must(work.scalars[s], 'scalars')))
        scalars[name] = leaves.map(() => known(operations.round(value)))
      const shapeOf = (i: number): readonly number[] => shapeAt(skeleton, i)
      const sizes = leaves.map((i) => sizeOf(shapeOf(i)))
      const result = stage.equation.rule(lifted(operations, sizes))(inputs, scalars)
      const next: Record<string, readonly (L | null)[]> = { ...own }
      for (const [name, { per }] of Object.entries(stage.equation.slots)) {
        const values = must(result[name], `slot ${name} that ${stage.equation.name} returns`)
        if (values === inputs[name]) continue
        const list = [...must(own[name], 'slot')]
        const places = per === 'tree' ? [0] : leaves
        places.forEach((i, k) => {
          list[i] = operations.spread(plain(present(values[k])), per === 'element' ? shapeOf(i) : [])
        })
        next[name] = list
      }
      slots[s] = next
      const emitted = must(result['update'], `update that ${stage.equation.name} returns`)
      leaves.forEach((i, k) => {
        update[i] = must(emitted[k], 'update')
      })
    })
    const emitted = new Set(classes.flatMap(({ emits, leaves: own }) => (emits ? own : [])))
    const leaves = skeleton.shapes.map((shape, i): L | null => {
      const u = must(update[i], 'update')
      const p = present(work.params[i])
      const given = must(work.updates[i], 'update')
      if (work.mode === 'update')
        return !emitted.has(i) ? null : u === given ? given : operations.spread(plain(u), shape)
      return isLiteralZero(u) ? p : operations.spread(operations.operations.add(p, plain(u)), shape)
    })
    return { leaves, slots }
  }

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1)

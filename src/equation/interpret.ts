/** @internal */
import type { Leaf } from '../tree/Tree.js'
import { type Carrier, type Cell, isLiteralZero, known, type LeafOperations, lifted, nothing, plain } from './lifted.js'
import type { Mark } from './Mark.js'
import { classesOf, type Done, type SlotLeaves, type Work } from './Work.js'

/** Runs the stages one after the other on whole trees: the direct reading of the equations, without a graph. */
export const interpret =
  <L extends Leaf, C>(operations: LeafOperations<L, C>) =>
  (work: Work<L>): Done<L> => {
    const { stages, skeleton } = work
    const classes = classesOf(work)
    const update: Cell<L>[] = work.updates.map((u) => u ?? nothing)
    const slots: SlotLeaves<L>[] = [...work.slots]
    const marked = new Map<Mark, readonly Cell<L>[]>()
    stages.forEach((stage, s) => {
      const leaves = classes.flatMap((c) => (c.active[s] === true ? c.leaves : [])).sort((a, b) => a - b)
      if (leaves.length === 0) return
      const own = work.slots[s] ?? {}
      const inputs: Record<string, Carrier<L>> = {
        update: leaves.map((i) => update[i] ?? nothing),
        param: leaves.map((i) => present(work.params[i])),
      }
      const { marks, since } = stage.equation
      if (marks !== undefined) marked.set(marks, [...update])
      if (since !== undefined) {
        const before = marked.get(since)
        inputs['incoming'] = leaves.map((i) => before?.[i] ?? nothing)
      }
      for (const [name, { per }] of Object.entries(stage.equation.slots))
        inputs[name] = leaves.map((i) => present(own[name]?.[per === 'tree' ? 0 : i]))
      const scalars: Record<string, Carrier<L>> = {}
      for (const [name, value] of Object.entries(work.scalars[s] ?? {}))
        scalars[name] = leaves.map(() => known(operations.round(value)))
      const sizes = leaves.map((i) => sizeOf(skeleton.shapes[i] ?? []))
      const result = stage.equation.rule(lifted(operations, sizes))(inputs, scalars)
      const next: Record<string, readonly (L | null)[]> = { ...own }
      for (const [name, { per }] of Object.entries(stage.equation.slots)) {
        const values = result[name] ?? []
        if (values === inputs[name]) continue
        if (per === 'tree') next[name] = [operations.spread(plain(present(values[0])), [])]
        else {
          const list = [...(own[name] ?? [])]
          leaves.forEach((i, k) => {
            list[i] = operations.spread(plain(present(values[k])), per === 'leaf' ? [] : (skeleton.shapes[i] ?? []))
          })
          next[name] = list
        }
      }
      slots[s] = next
      leaves.forEach((i, k) => {
        update[i] = result['update']?.[k] ?? nothing
      })
    })
    const emitted = new Set(classes.flatMap(({ emits, leaves: own }) => (emits ? own : [])))
    const leaves = skeleton.paths.map((_, i): L | null => {
      const u = update[i] ?? nothing
      const p = present(work.params[i])
      const given = work.updates[i] ?? null
      if (work.mode === 'update')
        return !emitted.has(i) ? null : u === given ? given : operations.spread(plain(u), skeleton.shapes[i] ?? [])
      return isLiteralZero(u) ? p : operations.spread(operations.binary('add', p, plain(u)), skeleton.shapes[i] ?? [])
    })
    return { leaves, slots }
  }

const present = <A>(value: A | null | undefined): A => {
  if (value === null || value === undefined)
    throw new TypeError('a leaf is missing in a state: was the state made by this optimizer?')
  return value
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1)

/** @internal */
import { sizeOf } from '../tree/sizeOf.js'
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
  <L extends Leaf>(o: LeafOperations<L>) =>
  (work: Work<L>): Done<L> => {
    const { stages, skeleton, params, mode } = work
    const classes = classesOf(work)
    const updates: Cell<L>[] = work.updates.map((u) => u ?? nothing)
    const marked = new Map<Mark, readonly Cell<L>[]>()
    const spread = (x: Cell<L>, shape: readonly number[]): L => o.spread(plain(x), shape)
    const slots = stages.map(({ equation }, s): SlotLeaves<L> => {
      const { name: owner, slots: declared, marks, since, rule } = equation
      const own = must(work.slots[s], 'slots')
      const leaves = classes.flatMap(({ active, leaves: all }) => (active[s] === true ? all : [])).sort((a, b) => a - b)
      if (leaves.length === 0) return own
      const inputs: Record<string, Carrier<L>> = {
        update: leaves.map((i) => must(updates[i], 'update')),
        param: leaves.map((i) => present(params[i])),
      }
      if (marks !== undefined) marked.set(marks, [...updates])
      if (since !== undefined) {
        const before = marked.get(since)
        inputs['incoming'] = leaves.map((i) => before?.[i] ?? nothing) // zero where none arrived there
      }
      for (const [name, { per }] of Object.entries(declared))
        inputs[name] = leaves.map((i) => present(own[name]?.[per === 'tree' ? 0 : i]))
      const scalars: Record<string, Carrier<L>> = {}
      for (const [name, value] of Object.entries(must(work.scalars[s], 'scalars')))
        scalars[name] = leaves.map(() => known(o.round(value)))
      const shapes = leaves.map((i) => shapeAt(skeleton, i))
      const result = rule(lifted(o, shapes.map(sizeOf)))(inputs, scalars)
      must(result['update'], `update that ${owner} returns`).forEach((u, k) => {
        updates[must(leaves[k], 'leaf')] = u
      })
      const next: Record<string, readonly (L | null)[]> = { ...own }
      for (const [name, { per }] of Object.entries(declared)) {
        const values = must(result[name], `slot ${name} that ${owner} returns`)
        if (values === inputs[name]) continue
        const list = [...must(own[name], 'slot')]
        const places = per === 'tree' ? [0] : leaves
        places.forEach((i, k) => {
          list[i] = spread(present(values[k]), per === 'element' ? must(shapes[k], 'shape') : [])
        })
        next[name] = list
      }
      return next
    })
    const emitted = new Set(classes.flatMap(({ emits, leaves }) => (emits ? leaves : [])))
    const leaves = updates.map((u, i): L | null => {
      const shape = shapeAt(skeleton, i)
      if (mode === 'update') return !emitted.has(i) ? null : u === work.updates[i] ? u : spread(u, shape)
      const p = present(params[i])
      return isLiteralZero(u) ? p : spread(o.operations.add(p, plain(u)), shape)
    })
    return { leaves, slots }
  }

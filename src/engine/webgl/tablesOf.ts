/** @internal */
import type { Graph } from '../../equation/Graph.js'
import type { Node } from '../../equation/Node.js'
import { must } from '../../scalars/must.js'
import type { FoldKind } from '../plan/foldOf.js'
import type { ClassOutline, Folding, Outline } from '../plan/Outline.js'
import type { DrawPass, TablePlace, TablePlaces } from './DrawPass.js'
import { passesOf, type Limits } from './passesOf.js'

/** What a column of a table folds, and whether it has one value for the tree or one for each leaf. */
export interface Column {
  readonly fold: FoldKind
  readonly per: 'leaf' | 'tree'
}

/** Up to four collectives of one phase. */
export interface Table {
  readonly index: number
  readonly columns: readonly Column[]
  readonly members: readonly Member[]
}

/** The part of one class of leaves in a table. */
export interface Member {
  readonly inClass: number
  readonly drafts: readonly DrawPass[]
  /** Computes the operands. */
  readonly pass: DrawPass
  /** For each wanted node of the pass, its columns. */
  readonly columns: readonly (readonly number[])[]
}

export interface Tables {
  readonly phases: readonly (readonly Table[])[]
  /** For each class, where the collectives' values are found. */
  readonly places: readonly TablePlaces[]
}

/** Lays out the collectives of an outline. */
export const tablesOf = ({ classes, phases: count }: Outline, limits: Limits): Tables => {
  const places = classes.map(() => new Map<Node, TablePlace>())
  let index = 0
  const phases = Array.from({ length: count }, (_, phase) => {
    const columns = columnsAt(classes, phase)
    const tables: Table[] = []
    for (let first = 0; first < columns.length; first += most) {
      const own = columns.slice(first, first + most)
      const members = classes.flatMap(({ graph }, c) => memberOf(graph, c, own, must(places[c], 'place'), limits))
      own.forEach(({ foldings }, component) =>
        foldings.forEach((folded, c) => {
          for (const { node } of folded) must(places[c], 'place').set(node, { table: index, component })
        }),
      )
      tables.push({ index: index++, columns: own, members })
    }
    return tables
  })
  return { phases, places }
}

/** A texel has so many components. */
const most = 4

/** A collective of one phase, with its foldings in each class. */
interface SharedColumn extends Column {
  readonly foldings: readonly Folding[][]
}

/** The collectives of one phase: a sum over the tree is one column for all classes; leaves of different classes share
 *  columns otherwise. */
const columnsAt = (classes: readonly ClassOutline[], phase: number): readonly SharedColumn[] => {
  const columns = new Map<string, SharedColumn>()
  classes.forEach(({ foldings }, c) => {
    const count = { sum: 0, max: 0, squares: 0 }
    for (const folding of must(foldings[phase], 'phase')) {
      const { fold, total } = folding
      const key = total === undefined ? `${fold} ${(count[fold] += 1)}` : `tree ${total}`
      const column = columns.get(key) ?? {
        fold,
        per: total === undefined ? 'leaf' : 'tree',
        foldings: classes.map(() => []),
      }
      must(column.foldings[c], 'phase').push(folding)
      columns.set(key, column)
    }
  })
  return [...columns.values()]
}

/** The part of a class in a table, if it has one. Its operands are of this phase, so that no collective of a later one is
 *  below them. */
const memberOf = (
  graph: Graph,
  inClass: number,
  columns: readonly SharedColumn[],
  places: TablePlaces,
  limits: Limits,
): readonly Member[] => {
  const operands = new Map<Node, number[]>()
  columns.forEach(({ foldings }, column) => {
    for (const { operand } of must(foldings[inClass], 'phase')) {
      const own = operands.get(operand)
      if (own === undefined) operands.set(operand, [column])
      else own.push(column)
    }
  })
  if (operands.size === 0) return []
  // A pass within a loop has one target, however many operands.
  const { drafts, last } = passesOf(graph, [...operands.keys()], places, limits, true)
  return [{ inClass, pass: must(last[0], 'pass'), drafts, columns: [...operands.values()] }]
}

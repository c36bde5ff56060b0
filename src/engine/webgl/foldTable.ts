/** @internal */
import { must } from '../../scalars/must.js'
import { draw } from './draw.js'
import { drawDrafts, drawLeaves, release, type Drawing } from './Drawing.js'
import { foldShader, lanes } from './foldShader.js'
import { inputsOf, type Inputs } from './Inputs.js'
import type { Member, Table } from './tablesOf.js'
import { textured, textureOf } from './texture.js'
import { groupsPerDraw, totalShader } from './totalShader.js'

/** How many leaves are drawn together at most: the 16 textures of a draw, less one. */
const together = 15

/** How many rows a group has after the first of the two last folds. */
const parts = 4

/** Some rows of a texture: the first, and the one after the last. */
type Range = readonly [number, number]

/** Draws the totals of a table: leaf by leaf to rows of `lanes` texels, those to `parts` rows for each group, those to
 *  one texel. The value never leaves the GPU: later shaders read the texel. */
export const foldTable = (drawing: Drawing, table: Table): void => {
  const { context, work, sites, tables, scratch } = drawing
  const groups = groupsOf(table, work.params.length)
  const totals = scratchTexture(drawing, 1, groups)
  const kept = scratch.length
  const height = Math.max(1, rowsOf(table, sites))
  const first = scratchTexture(drawing, lanes, height)
  const ranges: Range[] = []
  let row = 0
  /** Folds some leaves. A short batch is filled up, so that it is no other program. */
  const fold = (member: Member, leaves: readonly Inputs[], count: number): void => {
    const start = row
    const own = leaves.map((one): Inputs => {
      const firstRow = row
      row += one.site.geometry.bands
      ranges[1 + one.site.leaf] = [firstRow, row]
      return { ...one, firstRow }
    })
    const filler = { ...must(own[0], 'leaf'), firstRow: 0x7fffffff }
    const all = Array.from({ length: count }, (_, i) => own[i] ?? filler)
    drawLeaves(drawing, member.inClass, member.pass, all, () => foldShader(table, member, all), {
      targets: [first],
      width: lanes,
      height,
      rows: [start, row - start],
    })
  }
  for (const member of table.members) {
    const { inClass, drafts, pass } = member
    const small: Inputs[] = []
    for (const site of must(sites[inClass], 'class')) {
      if (site.geometry.size === 0) continue
      const before = scratch.length
      const made = drawDrafts(drawing, inClass, drafts, site)
      const inputs = inputsOf(context.backend, work, pass, site, made, 'padding')
      if (site.geometry.isLarge || drafts.length > 0) fold(member, [inputs], 1)
      else small.push(inputs)
      release(drawing, before)
    }
    small.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    const room = Math.floor((context.limits.textures - pass.tables.length) / Math.max(1, pass.sources.length))
    const most = Math.max(1, Math.min(together, room))
    for (let i = 0; i < small.length; i += most) fold(member, small.slice(i, i + most), most)
  }
  ranges[0] = [0, row]
  const rows = Array.from({ length: groups }, (_, g): Range => ranges[g] ?? [0, 0]) // a leaf without elements has none
  const second = scratchTexture(drawing, lanes, parts * groups)
  foldGroups(drawing, table, rows, first, second, parts, lanes)
  foldGroups(
    drawing,
    table,
    rows.map((_, g) => [parts * g, parts * (g + 1)]),
    second,
    totals,
    1,
    1,
  )
  tables[table.index] = totals
  release(drawing, kept)
}

/** The height of the highest texture that a table needs. */
export const heightOf = (table: Table, sites: Drawing['sites'], leaves: number): number =>
  Math.max(rowsOf(table, sites), parts * groupsOf(table, leaves))

/** The height of the texture of the first fold. */
const rowsOf = ({ members }: Table, sites: Drawing['sites']): number =>
  members
    .flatMap(({ inClass }) => must(sites[inClass], 'class'))
    .reduce((rows, { geometry }) => rows + geometry.bands, 0)

/** The number of values of each column: one for the tree, then one for each leaf. */
const groupsOf = ({ columns }: Table, leaves: number): number =>
  columns.some(({ per }) => per === 'leaf') ? 1 + leaves : 1

/** Folds groups of rows of a table, each to some rows of a texture. */
const foldGroups = (
  { context }: Drawing,
  table: Table,
  groups: readonly Range[],
  from: WebGLTexture,
  to: WebGLTexture,
  rowsEach: number,
  width: number,
): void => {
  const program = context.variant(table, 'total', () => totalShader(table))
  for (let first = 0; first < groups.length; first += groupsPerDraw) {
    const own = groups.slice(first, first + groupsPerDraw)
    const ints = new Int32Array(4 + 4 * groupsPerDraw)
    ints.set([first, rowsEach, width])
    own.forEach((range, i) => ints.set(range, 4 + 4 * i))
    const target = {
      targets: [to],
      width,
      height: rowsEach * groups.length,
      rows: [rowsEach * first, rowsEach * own.length] as const,
    }
    draw(context, program, target, [from], ints, new Float32Array(4))
  }
}

/** A texture that lives until it is released, at the latest at the end of the step. */
const scratchTexture = ({ context: { backend }, scratch }: Drawing, width: number, height: number): WebGLTexture => {
  const info = textured(backend, [2 * height, 2 * width], [2 * height, 2 * width])
  scratch.push(info)
  return textureOf(backend, info.dataId)
}

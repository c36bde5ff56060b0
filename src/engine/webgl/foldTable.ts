/** @internal */
import { must } from '../../scalars/must.js'
import type { Access } from './Access.js'
import { draw } from './draw.js'
import { foldShader, lanes } from './foldShader.js'
import type { Geometry } from './Geometry.js'
import { accessesOf, intsOf, putLeaf, type Drafts } from './Inputs.js'
import { drawDrafts, geometryOfLeaf, packed, release, tableAt, textureOf, type Drawing } from './Drawing.js'
import type { Member, Table } from './tablesOf.js'
import { groupsPerDraw, parts, totalShader } from './totalShader.js'

/** Leaves of at least so many texels are drawn alone. */
const large = 4096

/** How many leaves are drawn together at most: the 16 textures of a draw, less one. */
const together = 15

/** Rows of a leaf in the first fold: two for a small one, so that the quads of a rasteriser stay within a leaf. */
const bandsOf = ({ texels, width }: Geometry): number =>
  texels < large ? 2 : Math.min(64, Math.max(2, 2 * Math.ceil(texels / width / 64)))

interface Job {
  readonly leaf: number
  readonly geometry: Geometry
  readonly accesses: readonly Access[]
  /** Equal keys are read by equal shaders. */
  readonly key: string
}

/** Draws the totals of a table: leaf by leaf to rows of `lanes` texels, those to `parts` rows for each group, those to
 *  one texel. The value never leaves the GPU: later shaders read the texel. */
export const foldTable = (drawing: Drawing, table: Table): void => {
  const { context, work, tables, scratch } = drawing
  const count = rowsOf(drawing, table)
  const groups = groupsOf(table, work.params.length)
  const totals = scratchTexture(drawing, 1, groups)
  const kept = scratch.length
  const first = scratchTexture(drawing, lanes, Math.max(1, count))
  const ranges = new Map<number, readonly [number, number]>()
  let row = 0
  for (const member of table.members) {
    const small: Job[] = []
    for (const leaf of leavesOf(drawing, member)) {
      const geometry = geometryOfLeaf(drawing, leaf)
      if (geometry.size === 0) continue
      const alone = geometry.texels >= large || member.drafts.length > 0
      const before = scratch.length
      const drafts = drawDrafts(drawing, member.inClass, member.drafts, leaf)
      const job = jobOf(drawing, member, leaf, geometry, drafts)
      if (!alone) {
        small.push(job)
        continue
      }
      row = drawJobs(drawing, table, member, [job], 1, first, count, row, ranges)
      release(drawing, before)
    }
    small.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    const { pass } = member
    const room = Math.floor((context.limits.textures - pass.tables.length) / Math.max(1, pass.sources.length))
    const most = Math.max(1, Math.min(together, room))
    for (let i = 0; i < small.length; i += most)
      row = drawJobs(drawing, table, member, small.slice(i, i + most), most, first, count, row, ranges)
  }
  const rows = Array.from({ length: groups }, (_, g) =>
    g === 0 ? ([0, row] as const) : (ranges.get(g - 1) ?? ([0, 0] as const)),
  )
  drawTotals(drawing, table, first, totals, rows)
  tables[table.index] = totals
  release(drawing, kept)
}

/** The height of the texture of the first fold. */
export const rowsOf = (drawing: Pick<Drawing, 'context' | 'work' | 'plan'>, table: Table): number => {
  const geometries = table.members.flatMap((member) =>
    leavesOf(drawing, member).map((leaf) => geometryOfLeaf(drawing, leaf)),
  )
  return geometries.reduce((rows, geometry) => (geometry.size === 0 ? rows : rows + bandsOf(geometry)), 0)
}

const leavesOf = ({ plan }: Pick<Drawing, 'plan'>, { inClass }: Member): readonly number[] =>
  must(plan.leaves[inClass], 'class')

/** The number of values of each column: one for the tree, then one for each leaf. */
export const groupsOf = ({ columns }: Table, leaves: number): number =>
  columns.some(({ per }) => per === 'leaf') ? 1 + leaves : 1

const jobOf = ({ context, work }: Drawing, { pass }: Member, leaf: number, geometry: Geometry, drafts: Drafts): Job => {
  const accesses = accessesOf(context, work, pass, leaf, geometry, drafts)
  return { leaf, geometry, accesses, key: `${geometry.padding} ${accesses.map(({ mode }) => mode).join()}` }
}

/** Draws the first fold of some leaves, from a row on; returns the next row. A short batch is filled up, so that it is
 *  no other program. */
const drawJobs = (
  drawing: Drawing,
  table: Table,
  member: Member,
  jobs: readonly Job[],
  most: number,
  target: WebGLTexture,
  height: number,
  row: number,
  ranges: Map<number, readonly [number, number]>,
): number => {
  const { context, uniforms } = drawing
  const { pass } = member
  const last = jobs.at(-1)
  if (last === undefined) return row
  const all = Array.from({ length: most }, (_, i) => jobs[i] ?? last)
  const ints = new Int32Array(4 * intsOf(pass) * most)
  let next = row
  all.forEach(({ leaf, geometry, accesses }, i) => {
    const real = i < jobs.length
    const bands = bandsOf(geometry)
    putLeaf(ints, i * intsOf(pass), geometry, leaf, accesses, real ? next : 0x7fffffff, bands)
    if (!real) return
    ranges.set(leaf, [next, next + bands])
    next += bands
  })
  const key = `${table.index} ${all.map((job) => job.key).join('|')}`
  const program = context.variant(pass, key, () =>
    foldShader(
      table,
      member,
      all.map(({ geometry: { padding }, accesses }) => ({ padding, modes: accesses.map(({ mode }) => mode) })),
    ),
  )
  draw(context, {
    program,
    ints,
    width: lanes,
    height,
    rows: [row, next - row],
    targets: [target],
    uniforms: must(uniforms[member.inClass], 'uniform'),
    textures: [
      ...all.flatMap(({ accesses }) => accesses.map(({ texture }) => texture)),
      ...pass.tables.map((t) => tableAt(drawing, t)),
    ],
  })
  return next
}

const drawTotals = (
  drawing: Drawing,
  table: Table,
  first: WebGLTexture,
  totals: WebGLTexture,
  rows: readonly (readonly [number, number])[],
): void => {
  const { context } = drawing
  const none = new Float32Array(4)
  const second = scratchTexture(drawing, lanes, parts * rows.length)
  const program = context.variant(table, 'rows', () => totalShader(table, 'rows'))
  for (let from = 0; from < rows.length; from += groupsPerDraw) {
    const own = rows.slice(from, from + groupsPerDraw)
    const ints = new Int32Array(4 + 2 * groupsPerDraw)
    ints[0] = from
    own.forEach((range, i) => ints.set(range, 4 + 2 * i))
    draw(context, {
      program,
      ints,
      uniforms: none,
      targets: [second],
      textures: [first],
      width: lanes,
      height: parts * rows.length,
      rows: [parts * from, parts * own.length],
    })
  }
  draw(context, {
    program: context.variant(table, 'total', () => totalShader(table, 'total')),
    ints: new Int32Array(4),
    uniforms: none,
    targets: [totals],
    textures: [second],
    width: 1,
    height: rows.length,
  })
}

/** A texture that lives until it is released, at the latest at the end of the step. */
const scratchTexture = ({ context, scratch }: Drawing, width: number, height: number): WebGLTexture => {
  const info = packed(context, [2 * height, 2 * width], [2 * height, 2 * width])
  scratch.push(info)
  return textureOf(context, info)
}

/** @internal */
import type { Access } from './Access.js'
import { declarations, header, readText, statementsOf } from './expressions.js'
import type { Mask } from './Geometry.js'
import { library } from './library.js'
import { isElement } from './Pass.js'
import type { Member, Table } from './tablesOf.js'
import { insideText } from './writeShader.js'

/** How one leaf of a draw is read. */
export interface LeafAccess {
  readonly modes: readonly Access['mode'][]
  readonly mask: Mask
}

/** The number of lanes that walk beside each other over the texels of a leaf. */
export const lanes = 64

/** Texels of a large leaf in one turn of the loop: half the time of one by one, with software at least. */
const unrolled = 4

/** The program that folds several leaves, each to a few rows of `lanes` texels; a component is a column of the table.
 *
 *  Lane x of row r of a leaf walks the texels x, x + lanes, … of the rows r, r + stride, …: no division, and neighbours
 *  read neighbours. Which leaf a row belongs to is found once; only the reading of a texel asks again, as samplers
 *  cannot be indexed. */
export const foldShader = (table: Table, { pass, columns }: Member, leaves: readonly LeafAccess[]): string => {
  const { sources } = pass
  const perLeaf = header + sources.length
  const count = sources.length
  const isOne = leaves.length === 1
  const whole = (i: number): string => (isOne ? `I[${i}]` : `I[base + ${i}]`)
  const text = ({ modes }: LeafAccess, leaf: number, source: number): string =>
    readText(modes[source], `T${leaf * count + source}`, whole, source)
  const readers = isOne
    ? []
    : sources.map((source, s) =>
        [
          `${isElement(source) ? 'vec4' : 'float'} read${s}(int leaf, int base, ivec2 at) {`,
          'switch (leaf) {',
          ...leaves.slice(1).map((leaf, i) => `case ${i + 1}: return ${text(leaf, i + 1, s)};`),
          '}',
          `return ${leaves
            .slice(0, 1)
            .map((leaf) => text(leaf, 0, s))
            .join('')};`,
          '}',
        ].join('\n'),
      )
  const { once, each, nameOf } = statementsOf(
    pass,
    (s) =>
      isOne
        ? leaves.map((leaf) => text(leaf, 0, s)).join('')
        : `read${s}(leaf, base, ${isElement(sources[s] ?? draft) ? 'at' : 'ivec2(0)'})`,
    whole,
  )
  const inside = insideText(widest(leaves), whole)
  const operands = pass.wanted.flatMap((id, w) =>
    (columns[w] ?? []).map((column) => ({
      column,
      name: nameOf(id),
      isSum: table.columns[column]?.fold === 'sum',
      isWide: pass.graph.reach[id] === 'element',
    })),
  )
  const walk = operands
    .filter(({ isWide }) => isWide)
    .map(({ column, name, isSum }) => {
      const value = inside === '' ? name : `choose(inside, ${name}, vec4(${isSum ? '0' : 'ENDLESS'}))`
      return isSum
        ? `accumulate(a${column}, r${column}, p${column}, ${value});`
        : `a${column} = larger(a${column}, ${value});`
    })
  const walkedSums = operands.flatMap(({ column, isSum, isWide }) => (isSum && isWide ? [column] : []))
  const add = operands
    .filter(({ isWide }) => !isWide)
    .map(({ column, name, isSum }) =>
      isSum
        ? `a${column}.x += ${name} * intBitsToFloat(${whole(2)}.y);`
        : `a${column}.x = larger(a${column}.x, ${name});`,
    )
  const texel = (y: string): string =>
    [
      '{',
      `ivec2 at = ivec2(x, ${y});`,
      ...each,
      ...(inside === '' ? [] : [`bvec4 inside = ${inside};`]),
      ...walk,
      '}',
    ].join('\n')
  const body = [
    ...readers,
    'void main() {',
    ...table.columns.map(({ fold }, i) =>
      fold === 'sum' ? `vec4 a${i} = vec4(0), r${i} = vec4(0), p${i} = vec4(0);` : `vec4 a${i} = vec4(ENDLESS);`,
    ),
    ...(isOne
      ? []
      : [
          'int leaf = 0;',
          `for (int i = 1; i < ${leaves.length}; i++) if (int(gl_FragCoord.y) >= I[i * ${perLeaf} + 1].w) leaf = i;`,
          `int base = leaf * ${perLeaf};`,
        ]),
    `int row = int(gl_FragCoord.y) - ${whole(1)}.w;`,
    ...once,
    ...(walk.length === 0
      ? []
      : [
          `ivec4 size = ivec4(${whole(0)}.x, ${whole(0)}.w, ${whole(2)}.z, 0);`,
          `for (int x = int(gl_FragCoord.x); x < size.x; x += ${lanes}) {`,
          'int y = row;',
          ...(isOne
            ? [
                `for (; y + ${unrolled - 1} * size.z < size.y; y += ${unrolled} * size.z) {`,
                ...Array.from({ length: unrolled }, (_, k) => texel(`y + ${k} * size.z`)),
                '}',
              ]
            : []),
          `for (; y < size.y; y += size.z) ${texel('y')}`,
          '}',
        ]),
    ...walkedSums.map((column) => `a${column} = settled(a${column}, p${column});`),
    ...(add.length === 0 ? [] : ['if (row == 0 && int(gl_FragCoord.x) == 0) {', ...add, '}']),
    `o0 = vec4(${[0, 1, 2, 3]
      .map((i) => {
        const fold = table.columns[i]?.fold
        return fold === undefined
          ? '0'
          : fold === 'sum'
            ? `(a${i}.x + a${i}.y) + (a${i}.z + a${i}.w)`
            : `larger(larger(a${i}.x, a${i}.y), larger(a${i}.z, a${i}.w))`
      })
      .join(', ')});`,
    '}',
  ]
    .join('\n')
    .replaceAll('ENDLESS', 'uintBitsToFloat(0xff800000u)')
  const head = declarations({
    targets: 1,
    samplers: leaves.length * count,
    tables: pass.tables.length,
    ints: leaves.length * perLeaf,
    graph: pass.graph,
  })
  return `${head}\n${library(body)}\n${body}`
}

const draft = { kind: 'draft', node: 0 } as const

const order = ['none', 'edges', 'any'] as const

/** The mask that is right for all leaves of a draw. */
const widest = (leaves: readonly LeafAccess[]): Mask =>
  leaves.reduce<Mask>((most, { mask }) => (order.indexOf(mask) > order.indexOf(most) ? mask : most), 'none')

/** How many rows a group has after the first of the two last folds. */
export const parts = 4

/** The program of the two last folds. `rows`: the rows of each group, to `parts` rows of `lanes` texels; `total`: those
 *  to one texel. */
export const totalShader = (table: Table, stage: 'rows' | 'total'): string => {
  const joined = table.columns.map(({ fold }, i) => {
    const c = 'xyzw'[i] ?? 'x'
    return fold === 'sum' ? `accumulate(a.${c}, rest.${c}, plain.${c}, v.${c});` : `a.${c} = larger(a.${c}, v.${c});`
  })
  const settled = table.columns.flatMap(({ fold }, i) => {
    const c = 'xyzw'[i] ?? 'x'
    return fold === 'sum' ? [`a.${c} = settled(a.${c}, plain.${c});`] : []
  })
  const start = [0, 1, 2, 3]
    .map((i) => (table.columns[i]?.fold === 'max' ? 'uintBitsToFloat(0xff800000u)' : '0.0'))
    .join(', ')
  const loop =
    stage === 'rows'
      ? [
          `int y = int(gl_FragCoord.y);`,
          `int group = y / ${parts} - I[0].x;`,
          'ivec4 pair = I[1 + group / 2];',
          'ivec2 rows = (group & 1) == 0 ? pair.xy : pair.zw;',
          `for (int r = rows.x + y % ${parts}; r < rows.y; r += ${parts}) {`,
          'vec4 v = texelFetch(T0, ivec2(int(gl_FragCoord.x), r), 0);',
          ...joined,
          '}',
        ]
      : [
          `int y = int(gl_FragCoord.y) * ${parts};`,
          `for (int r = y; r < y + ${parts}; r++)`,
          `for (int x = 0; x < ${lanes}; x++) {`,
          'vec4 v = texelFetch(T0, ivec2(x, r), 0);',
          ...joined,
          '}',
        ]
  const body = [
    'void main() {',
    `vec4 a = vec4(${start}), rest = vec4(0), plain = vec4(0);`,
    ...loop,
    ...settled,
    'o0 = a;',
    '}',
  ].join('\n')
  return `${declarations({ targets: 1, samplers: 1, tables: 0, ints: stage === 'rows' ? 1 + groupsPerDraw / 2 : 0 })}\n${library(body)}\n${body}`
}

/** How many groups one draw of `rows` can take: their rows are uniforms. */
export const groupsPerDraw = 128

/** @internal */
import type { Access } from './Access.js'
import { declarations, header, readText, statementsOf } from './expressions.js'
import type { Mask } from './Geometry.js'
import { library } from './library.js'
import { isElement } from './Pass.js'
import type { Fold } from '../fused/Kernel.js'
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
      fold: table.columns[column]?.fold ?? 'sum',
      isWide: pass.graph.reach[id] === 'element',
    })),
  )
  const walk = operands
    .filter(({ isWide }) => isWide)
    .map(({ column, name, fold }) => {
      const value = inside === '' ? name : `choose(inside, ${name}, vec4(${fold === 'max' ? 'ENDLESS' : '0'}))`
      return fold === 'max'
        ? `a${column} = larger(a${column}, ${value});`
        : fold === 'sum'
          ? accumulate(String(column), value)
          : `{ vec4 q, qu, qd; squares(${value}, q, qu, qd); ` +
            `${accumulate(`${column}`, 'q')} ${accumulate(`${column}u`, 'qu')} ${accumulate(`${column}d`, 'qd')} }`
    })
  const walkedSums = operands.flatMap(({ column, fold, isWide }) => (isWide ? sumsOf(String(column), fold) : []))
  const add = operands
    .filter(({ isWide }) => !isWide)
    .map(({ column, name, fold }) => {
      const size = `intBitsToFloat(${whole(2)}.y)`
      return fold === 'max'
        ? `a${column}.x = larger(a${column}.x, ${name});`
        : fold === 'sum'
          ? `a${column}.x += ${name} * ${size};`
          : `{ float q, qu, qd; squares(${name}, q, qu, qd); a${column}.x += q * ${size}; ` +
            `a${column}u.x += qu * ${size}; a${column}d.x += qd * ${size}; }`
    })
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
    ...table.columns.flatMap(({ fold }, i) =>
      fold === 'max'
        ? [`vec4 a${i} = vec4(ENDLESS);`]
        : sumsOf(String(i), fold).map((sum) => `vec4 a${sum} = vec4(0), r${sum} = vec4(0), p${sum} = vec4(0);`),
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
          : fold === 'max'
            ? `larger(larger(a${i}.x, a${i}.y), larger(a${i}.z, a${i}.w))`
            : fold === 'sum'
              ? across(`a${i}`)
              : `part(${sumsOf(String(i), fold)
                  .map((sum) => across(`a${sum}`))
                  .join(', ')})`
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

/** The names of the sums that a column needs: a norm has one each of squares as they are, scaled up and scaled down. */
const sumsOf = (column: string, fold: Fold['fold']): readonly string[] =>
  fold === 'max' ? [] : fold === 'sum' ? [column] : [column, `${column}u`, `${column}d`]

const accumulate = (sum: string, value: string): string => `accumulate(a${sum}, r${sum}, p${sum}, ${value});`

/** The same for one component. */
const accumulateIn = (sum: string, c: string, value: string): string =>
  `accumulate(a${sum}.${c}, r${sum}.${c}, p${sum}.${c}, ${value});`

const across = (a: string): string => `(${a}.x + ${a}.y) + (${a}.z + ${a}.w)`

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
  const columns = table.columns.map(({ fold }, i) => ({ fold, c: 'xyzw'[i] ?? 'x' }))
  const joined = columns.map(({ fold, c }) =>
    fold === 'max'
      ? `a.${c} = larger(a.${c}, v.${c});`
      : fold === 'sum'
        ? accumulateIn('', c, `v.${c}`)
        : `{ float q, qu, qd; parted(v.${c}, q, qu, qd); ` +
          `${accumulateIn('', c, 'q')} ${accumulateIn('u', c, 'qu')} ${accumulateIn('d', c, 'qd')} }`,
  )
  const settled = columns.flatMap(({ fold, c }) =>
    sumsOf('', fold).map((sum) => `a${sum}.${c} = settled(a${sum}.${c}, p${sum}.${c});`),
  )
  const roots = columns.flatMap(({ fold, c }) => {
    if (fold !== 'squares') return []
    const part = `part(a.${c}, au.${c}, ad.${c})`
    return [`a.${c} = ${stage === 'total' ? `root(${part})` : part};`]
  })
  const hasNorms = roots.length > 0
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
          `for (int row = rows.x + y % ${parts}; row < rows.y; row += ${parts}) {`,
          'vec4 v = texelFetch(T0, ivec2(int(gl_FragCoord.x), row), 0);',
          ...joined,
          '}',
        ]
      : [
          `int y = int(gl_FragCoord.y) * ${parts};`,
          `for (int row = y; row < y + ${parts}; row++)`,
          `for (int x = 0; x < ${lanes}; x++) {`,
          'vec4 v = texelFetch(T0, ivec2(x, row), 0);',
          ...joined,
          '}',
        ]
  const body = [
    'void main() {',
    `vec4 a = vec4(${start}), r = vec4(0), p = vec4(0);`,
    ...(hasNorms ? ['u', 'd'].map((s) => `vec4 a${s} = vec4(0), r${s} = vec4(0), p${s} = vec4(0);`) : []),
    ...loop,
    ...settled,
    ...roots,
    'o0 = a;',
    '}',
  ].join('\n')
  return `${declarations({ targets: 1, samplers: 1, tables: 0, ints: stage === 'rows' ? 1 + groupsPerDraw / 2 : 0 })}\n${library(body)}\n${body}`
}

/** How many groups one draw of `rows` can take: their rows are uniforms. */
export const groupsPerDraw = 128

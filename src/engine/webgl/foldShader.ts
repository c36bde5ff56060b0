/** @internal */
import { must } from '../../scalars/must.js'
import type { Access } from './Access.js'
import { declarations, header, readText, statementsOf } from './expressions.js'
import type { Padding } from './Geometry.js'
import { library } from './library.js'
import { isElement } from './DrawPass.js'
import { sumsOf } from './sumsOf.js'
import type { Member, Table } from './tablesOf.js'
import { insideText } from './writeShader.js'

/** How one leaf of a draw is read. */
export interface LeafAccess {
  readonly modes: readonly Access['mode'][]
  readonly padding: Padding
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
        : `read${s}(leaf, base, ${isElement(must(sources[s], 'source')) ? 'at' : 'ivec2(0)'})`,
    whole,
  )
  const inside = insideText(widest(leaves), whole)
  const operands = pass.wanted.flatMap((node, w) =>
    must(columns[w], 'column').map((column) => ({
      column,
      name: nameOf(node),
      fold: must(table.columns[column], 'column').fold,
      isWide: pass.graph.reach.get(node) === 'element',
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
    uniforms: pass.graph.uniforms.length,
  })
  return `${head}\n${library(body)}\n${body}`
}

const accumulate = (sum: string, value: string): string => `accumulate(a${sum}, r${sum}, p${sum}, ${value});`

const across = (a: string): string => `(${a}.x + ${a}.y) + (${a}.z + ${a}.w)`

const order = ['none', 'edges', 'any'] as const

/** The padding that is right for all leaves of a draw. */
const widest = (leaves: readonly LeafAccess[]): Padding =>
  leaves.reduce<Padding>((most, { padding }) => (order.indexOf(padding) > order.indexOf(most) ? padding : most), 'none')

/** @internal */
import { must } from '../../scalars/must.js'
import { columnShader } from './columnShader.js'
import { whole } from './expressions.js'
import { vectorsOf, type Inputs } from './Inputs.js'
import { passShader } from './passShader.js'
import type { Member, Table } from './tablesOf.js'

/** The number of lanes that walk beside each other over the texels of a leaf. */
export const lanes = 64

/** Texels of a large leaf in one turn of the loop: half the time of one by one, with software at least. */
const unrolled = 4

/** The program that folds several leaves, each to a few rows of `lanes` texels; a component is a column of the table.
 *
 *  Lane x of row r of a leaf walks the texels x, x + lanes, … of the rows r, r + stride, …: no division, and neighbours
 *  read neighbours. Which leaf a row belongs to is found once; only the reading of a texel asks again, as samplers
 *  cannot be indexed. */
export const foldShader = (table: Table, { pass, columns }: Member, leaves: readonly Inputs[]): string =>
  passShader(pass, leaves, 1, ({ once, each, nameOf, valueOf }) => {
    const count = leaves.length
    const texts = table.columns.map(({ fold }, i) => columnShader('vec4', fold, i))
    const walk: string[] = []
    const add: string[] = []
    pass.wanted.forEach((node, w) => {
      for (const column of must(columns[w], 'column')) {
        const text = must(texts[column], 'column')
        if (pass.graph.reach.get(node) === 'element') walk.push(text.add(valueOf(node, text.empty), 'squares'))
        else add.push(text.add(nameOf(node), 'squares', '.x', ` * float(${whole(1)}.w)`))
      }
    })
    const texel = (y: string): string => `{\n${[`at = ivec2(x, ${y});`, ...each, ...walk].join('\n')}\n}`
    return [
      ...texts.map(({ start }) => start),
      'int leaf = 0;',
      count > 1
        ? `for (int i = 1; i < ${count}; i++) if (int(gl_FragCoord.y) >= I[i * ${vectorsOf(pass)} + 2].z) leaf = i;`
        : '',
      `int base = leaf * ${vectorsOf(pass)};`,
      `int row = int(gl_FragCoord.y) - ${whole(2)}.z;`,
      'ivec2 at = ivec2(0);',
      ...once,
      ...(walk.length === 0
        ? []
        : [
            `ivec3 size = ivec3(${whole(0)}.xw, ${whole(2)}.x);`,
            `for (int x = int(gl_FragCoord.x); x < size.x; x += ${lanes}) {`,
            'int y = row;',
            ...(count > 1
              ? []
              : [
                  `for (; y + ${unrolled - 1} * size.z < size.y; y += ${unrolled} * size.z) {`,
                  ...Array.from({ length: unrolled }, (_, k) => texel(`y + ${k} * size.z`)),
                  '}',
                ]),
            `for (; y < size.y; y += size.z) ${texel('y')}`,
            '}',
          ]),
      `if (row == 0 && int(gl_FragCoord.x) == 0) {`,
      ...add,
      '}',
      outOf(texts.map(({ result }) => result)),
    ]
  })

/** The statement that writes the results of the columns of a table. */
export const outOf = (results: readonly string[]): string =>
  `o0 = vec4(${[0, 1, 2, 3].map((i) => results[i] ?? '0').join(', ')});` // fewer columns than components

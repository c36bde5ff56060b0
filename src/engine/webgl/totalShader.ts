/** @internal */
import { must } from '../../scalars/must.js'
import { columnShader } from './columnShader.js'
import { lanes, outOf } from './foldShader.js'
import type { Table } from './tablesOf.js'
import { wholeShader } from './wholeShader.js'

/** How many groups of rows one draw can take: they are uniforms. */
export const groupsPerDraw = 128

/** The program of the two last folds, of groups of rows of a table.
 *
 *  ```text
 *  I[0]      the first group of the draw, rows of the result for each group, columns of the result
 *  I[1 + g]  the first row of a group, the row after its last
 *  ```
 */
export const totalShader = ({ columns }: Table): string => {
  const texts = columns.map(({ fold }, i) => columnShader('float', fold, i))
  return wholeShader(
    { targets: 1, samplers: 1, tables: [], ints: 1 + groupsPerDraw, uniforms: 0 },
    [
      'void main() {',
      ...texts.map(({ start }) => start),
      'int y = int(gl_FragCoord.y);',
      'ivec4 rows = I[1 + y / I[0].y - I[0].x];',
      'for (int row = rows.x + y % I[0].y; row < rows.y; row += I[0].y)',
      `for (int x = int(gl_FragCoord.x); x < ${lanes}; x += I[0].z) {`,
      'vec4 v = texelFetch(T0, ivec2(x, row), 0);',
      ...texts.map(({ add }, i) => add(`v.${must('xyzw'[i], 'component')}`, 'parted')),
      '}',
      outOf(texts.map(({ result }, i) => (columns[i]?.fold === 'squares' ? `root(${result}, I[0].z == 1)` : result))),
      '}',
    ].join('\n'),
  )
}

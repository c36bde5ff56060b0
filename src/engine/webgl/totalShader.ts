/** @internal */
import { must } from '../../scalars/must.js'
import { declarations } from './expressions.js'
import { lanes } from './foldShader.js'
import { library } from './library.js'
import { sumsOf } from './sumsOf.js'
import type { Table } from './tablesOf.js'

/** How many rows a group has after the first of the two last folds. */
export const parts = 4

/** The program of the two last folds. `rows`: the rows of each group, to `parts` rows of `lanes` texels; `total`: those
 *  to one texel. */
export const totalShader = (table: Table, stage: 'rows' | 'total'): string => {
  const columns = table.columns.map(({ fold }, i) => ({ fold, c: must('xyzw'[i], 'component') }))
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

/** The statement that adds a value to one component of a sum. */
const accumulateIn = (sum: string, c: string, value: string): string =>
  `accumulate(a${sum}.${c}, r${sum}.${c}, p${sum}.${c}, ${value});`

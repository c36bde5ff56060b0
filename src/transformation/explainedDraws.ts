/** @internal */
import type { Outline } from '../engine/plan/Outline.js'
import type { DrawPass } from '../engine/webgl/DrawPass.js'
import type { DrawPlan } from '../engine/webgl/DrawPlan.js'
import { isInput } from '../equation/Node.js'
import { must } from '../scalars/must.js'
import { counted, type Explainer } from './Explainer.js'

/** The draws of a plan, phase by phase, in words. */
export const explainedDraws =
  (planOf: (outline: Outline) => DrawPlan | undefined): Explainer =>
  ({ outline, leaves }, nameOf) => {
    const plan = planOf(outline)
    if (plan === undefined) return ['too wide for shaders: tensor operations, stage after stage']
    const times = (c: number): string => counted(must(leaves[c], 'leaves of a class').length, 'leaf', 'leaves')
    const reads = ({ sources, tables }: DrawPass): string =>
      [
        ...sources.map((source) => (isInput(source) ? nameOf(source) : 'a draft')),
        ...tables.map((table) => `table ${table + 1}`),
      ].join(', ')
    return [
      ...plan.phases.flatMap((tables, p) => [
        `phase ${p + 1}`,
        ...tables.flatMap(({ index, columns, members }) => [
          `  table ${index + 1} of ${columns.map(({ fold, per }) => `${fold} per ${per}`).join(', ')}`,
          ...members.map(({ inClass, pass, drafts }) => {
            const before = drafts.length === 0 ? '' : `after ${counted(drafts.length, 'draft')}; `
            return `    class ${inClass + 1}: folds over ${times(inClass)}; ${before}reads ${reads(pass) || 'nothing'}`
          }),
        ]),
      ]),
      'last phase',
      ...plan.classes.flatMap(({ drafts, elements, perLeaf, perTree }, c) =>
        [
          ...drafts.map((pass) => `a draft for each of ${times(c)}; reads ${reads(pass)}`),
          ...elements.map((one) => ({ one, of: `a draw for each of ${times(c)}` })),
          ...perLeaf.map((one) => ({ one, of: `a draw of one number for each of ${times(c)}` })),
          ...perTree.map((one) => ({ one, of: 'a draw of one number' })),
        ].map((line) =>
          typeof line === 'string'
            ? `  class ${c + 1}: ${line}`
            : `  class ${c + 1}: ${line.of}; reads ${reads(line.one.pass) || 'nothing'}; writes ${line.one.writes.map(({ list }) => nameOf(list)).join(', ')}`,
        ),
      ),
      'donated: textures of their own; what they replace goes when its leaf is drawn',
    ]
  }

import { checkFields } from '../scalars/checkFields.js'
import type { PlanKind, PlanLine, StatePlan } from './StatePlan.js'

/** A plan as text for a terminal: how many lines of each kind there are, then each line that is not the same, with what
 *  would accept it.
 *
 *  @example console.log(formatPlan(planMigration(adam(rate), adamw(rate))(now, now.params))) */
export const formatPlan = (plan: StatePlan): string => {
  checkFields('formatPlan: plan', plan, { lines: 'array' }, 'Pass what planRestore returns.')
  const { lines } = plan
  return [
    kinds
      .map((kind) => ({ kind, count: lines.filter((line) => line.kind === kind).length }))
      .filter(({ count }) => count > 0)
      .map(({ kind, count }) => `${count} ${kind}`)
      .join(', ') || 'nothing',
    ...formatLines(lines.filter(({ kind }) => kind !== 'same')),
  ].join('\n')
}

/** Lines of a plan as text, each with what would accept it; of many, the first.
 *
 *  @internal */
export const formatLines = (lines: readonly PlanLine[]): readonly string[] => {
  const shown = lines.slice(0, most)
  const more = lines.length - shown.length
  return [...shown.map((line) => `  ${formatLine(line)}`), ...(more > 0 ? [`  and ${more} more`] : [])]
}

const kinds: readonly PlanKind[] = ['same', 'moved', 'cast', 'started', 'dropped', 'shape', 'ambiguous']

// A large model has thousands, which say the same.
const most = 60

const formatLine = (line: PlanLine): string => {
  switch (line.kind) {
    case 'same':
      return `same       ${line.to}`
    case 'moved':
      return `moved      ${line.to} <- ${line.from}`
    case 'cast':
      return `cast       ${line.to} <- ${line.from}${line.exact ? ', exactly' : ', rounded'} (accept: 'cast')`
    case 'started':
      return `started    ${line.to} at ${line.at}: ${line.why} (accept: 'started')`
    case 'dropped':
      return `dropped    ${line.from}: ${line.why} (accept: 'dropped')`
    case 'shape':
      return `shape      ${line.to} <- ${line.from}: ${line.why}, so it begins anew (accept: 'shape')`
    case 'ambiguous':
      return `ambiguous  ${line.to} <- ${line.from}: ${line.why}`
  }
}

/** @internal */
import type { Accept, PlanLine, StatePlan } from './StatePlan.js'

/** The lines of a plan that are not accepted. */
export const refused = ({ lines }: StatePlan, accept: Accept): readonly PlanLine[] =>
  lines.filter((line) => {
    if (line.kind === 'same' || line.kind === 'moved') return false
    if (line.kind === 'ambiguous') return true
    return typeof accept === 'function' ? !accept(line) : !accept.includes(line.kind)
  })

/** What would accept lines, as code. */
export const acceptance = (lines: readonly PlanLine[]): string => {
  const kinds = [...new Set(lines.map(({ kind }) => kind))].filter((kind) => kind !== 'ambiguous')
  const open = lines.some(({ kind }) => kind === 'ambiguous')
  return [
    ...(kinds.length > 0 ? [`accept: [${kinds.map((kind) => `'${kind}'`).join(', ')}]`] : []),
    ...(open ? ['slots: { … } or rename: [ … ], for what is ambiguous'] : []),
  ].join(' and ')
}

/** @internal */
import type { Host } from '../equation/Host.js'
import type { RecordShape } from '../state/StateShape.js'
import { averageEquations } from './averageEquations.js'
import type { CoefficientRule } from './CoefficientRule.js'
import { type Observation, observed } from './observed.js'
import { ruled } from './ruleOf.js'

/** What a lift that carries one average by a rule is made of. */
export interface LiftedAverage extends Pick<Observation, 'owner' | 'description' | 'name'> {
  readonly rule: CoefficientRule
  readonly order: 'sequential' | 'concurrent'
  readonly precision: 'plain' | 'compensated'
}

/** A lift that carries one average: the host picks the form of a step from its coefficient. */
export const liftedAverage = ({ owner, description, name, rule, order, precision }: LiftedAverage) => {
  const { rest, copy, near, far } = averageEquations(description.name, rule, order, precision === 'compensated')
  return observed({
    owner,
    description,
    name,
    host: near.host,
    slots: near.slots,
    choose: (host: Host, extra) => {
      const c = rule.coefficient(host, extra)
      return c === 0 ? rest : c === 1 ? copy : c <= 0.5 ? near : far
    },
    remember: (shape) => ruled<RecordShape>(rule, shape),
  })
}

/** @internal */
import { gears } from '../combinators/gears.js'
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
  const { equations, host, slots } = gears(averageEquations(description.name, rule, order, precision === 'compensated'))
  const { rest, copy, near, far } = equations
  return observed({
    owner,
    description,
    name,
    host,
    slots,
    choose: (numbers: Host, extra) => {
      const c = rule.coefficient(numbers, extra)
      return c === 0 ? rest : c === 1 ? copy : c <= 0.5 ? near : far
    },
    remember: (shape) => ruled<RecordShape>(rule, shape),
  })
}

/** @internal */
import type { Host } from '../equation/Equation.js'
import { concatenated, type Plan } from '../equation/Program.js'
import { alone, under } from '../combinators/segments.js'
import { anatomyOf } from '../transformation/anatomyOf.js'
import { assemble } from '../transformation/assemble.js'
import type { Description } from '../transformation/Description.js'
import type { AnyTransformation, StateLambda, Transformation } from '../transformation/Transformation.js'
import type { ExtraOf } from '../transformation/types.js'
import { averageEquations, type AverageEquations } from './averageEquations.js'
import { averageNames } from './averageNames.js'
import type { CoefficientRule } from './CoefficientRule.js'
import { ruled } from './ruleOf.js'
import type { StateShape } from '../state/StateShape.js'

/** What a lift that carries one average is made of. */
export interface LiftedAverage {
  /** The constructor, for errors. */
  readonly owner: string
  readonly description: Pick<Description, 'name' | 'options'>
  /** The average's name. */
  readonly name: string
  readonly rule: CoefficientRule
  readonly order: 'sequential' | 'concurrent'
  readonly precision: 'plain' | 'compensated'
}

/** A lift that carries one average. `F` is the state of the result, `E` are the extras of the average. */
export const liftedAverage = ({ owner, description, name, rule, order, precision }: LiftedAverage) => {
  const equations = averageEquations(description.name, rule, order, precision === 'compensated')
  return <T extends AnyTransformation, F extends StateLambda, E>(inner: T): Transformation<F, ExtraOf<T> & E> => {
    const anatomy = anatomyOf(`${owner}: what it wraps`, inner)
    refuseNamesake(owner, name, averageNames(anatomy.shape))
    const { near } = equations
    return assemble({
      description: { ...description, parts: [anatomy.description] },
      shape: ruled<StateShape>(rule, {
        kind: 'record',
        host: near.host,
        slots: near.slots,
        parts: { inner: anatomy.shape },
        average: name,
      }),
      plan: planOf(anatomy.plan, equations, rule),
    })
  }
}

/** Refuses an average whose name another one inside has. */
export const refuseNamesake = (owner: string, name: string, inside: readonly string[]): void => {
  if (inside.includes(name))
    throw new TypeError(
      `${owner}: there is an average named "${name}" inside already. Pass another name, e.g. { name: 'Slow' }.`,
    )
}

const planOf = (plan: Plan, equations: AverageEquations, rule: CoefficientRule): Plan => {
  const inner = under('inner', plan)
  const join = concatenated()
  const programs = {
    rest: alone(equations.rest),
    copy: alone(equations.copy),
    near: alone(equations.near),
    far: alone(equations.far),
  }
  return (state, occasion) => {
    const c = rule.coefficient(state as Host, occasion.extra) // the numbers of this record
    const own = c === 0 ? programs.rest : c === 1 ? programs.copy : c <= 0.5 ? programs.near : programs.far
    return join([inner(state, occasion), own])
  }
}

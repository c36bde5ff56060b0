/** @internal */
import { listed } from '../scalars/listed.js'
import type { Variable } from '@tensorflow/tfjs-core'
import type { AnyTransformation, StateLambda, Transformation } from '../transformation/Transformation.js'
import { grown } from '../transformation/grown.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { heldOf, treeOf } from './heldOf.js'
import type { Held, Member } from './Held.js'
import { ownTensors } from './ownTensors.js'
import { paired } from './paired.js'

/** What is held once the variables of a call are met: the same where all are known and none has gone; else those that
 *  are new are grown into the state, and those that were disposed leave it.
 *
 *  @throws `Error` for a call none of whose variables is known: that is another model. */
export const met = (chain: AnyTransformation, held: Held, called: readonly Variable[]): Held => {
  const known = new Set(held.members.map(({ variable }) => variable))
  const fresh = called.filter((variable) => !known.has(variable))
  const gone = held.members.filter(({ variable }) => variable?.isDisposed === true)
  if (fresh.length + gone.length === 0) return held
  const pairs = paired(
    held.members.filter(({ variable }) => variable === null),
    fresh,
  )
  if (fresh.length === called.length && pairs.size === 0) throw another(held, called)
  const staying = held.members
    .filter((member) => !gone.includes(member))
    .map((member) => bound(member, pairs.get(member)))
  const bare = [...pairs.values()]
  const joining = fresh.filter((variable) => !bare.includes(variable)).map((variable) => memberOf(variable))
  const next = grownTo(chain, grownTo(chain, held, staying), [...staying, ...joining])
  for (const member of pairs.keys()) member.standIn?.dispose()
  return next
}

/** The members of a loaded state with the variables of a model, where it is told which are which; what no step has met
 *  yet is not grown into it. */
export const boundTo = (held: Held, variables: readonly Variable[]): Held => {
  const known = new Set(held.members.map(({ variable }) => variable))
  const pairs = paired(
    held.members.filter(({ variable }) => variable === null),
    variables.filter((variable) => !known.has(variable)),
  )
  if (pairs.size === 0) return held
  for (const { standIn } of pairs.keys()) standIn?.dispose()
  return heldOf(
    held.members.map((member) => bound(member, pairs.get(member))),
    held.state,
  )
}

/** A variable that is met for the first time. */
export const memberOf = (variable: Variable, path = variable.name): Member => ({ path, variable, standIn: null })

const bound = (member: Member, variable: Variable | undefined): Member =>
  variable === undefined ? member : memberOf(variable, member.path)

const grownTo = (chain: AnyTransformation, held: Held, members: readonly Member[]): Held => {
  if (samePaths(held.members, members)) return heldOf(members, held.state)
  const grow = grown(chain as Transformation<StateLambda>) // any chain: its states are unknown here
  const state = ownTensors(grow(held.state, treeOf(members)))
  disposeExcept(held.state, state)
  return heldOf(members, state)
}

const samePaths = (a: readonly Member[], b: readonly Member[]): boolean =>
  a.length === b.length && a.every(({ path }, i) => path === b[i]?.path)

const another = ({ members }: Held, called: readonly Variable[]): Error =>
  new Error(
    `layersOptimizer: one optimizer trains one model. This one trains ${listed(members.map(({ path }) => path))}, and ` +
      `was called for ${listed(called.map(({ name, shape }) => `${name} [${shape.join(', ')}]`))}. Make another one for ` +
      'another model, with the same chain.',
  )

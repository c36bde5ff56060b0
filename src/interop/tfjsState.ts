/** @internal */
import { must } from '../scalars/must.js'
import { leafName } from '../state/tensorNames.js'
import type { Skeleton } from '../tree/Skeleton.js'
import { checkpointProblem } from '../checkpoint/CheckpointError.js'
import type { Met } from './decodeForeign.js'
import type { FlatSlot, FlatState } from './FlatState.js'
import type { ForeignOptions } from './ForeignOptions.js'
import { wanted } from './nameRules.js'
import { parameterPlaces } from './parameterNames.js'
import type { StateSource } from './StateSource.js'

/** The state of an optimizer of tfjs itself: what its `getWeights` gives. */
export const tfjsState = (
  weights: readonly StateSource[],
  skeleton: Skeleton,
  options: ForeignOptions,
  met: Met,
): FlatState | null => {
  const refused = weights.find(({ name }) => Object.hasOwn(otherRules, lastOf(name)))
  if (refused !== undefined) {
    met.problem(
      checkpointProblem('Unsupported', {
        path: refused.name,
        expected: 'a state whose rule is that of its paper',
        found: must(otherRules[lastOf(refused.name)], 'rule that is refused'),
        fix: 'begin with a new state: optimizer.init(params)',
      }),
    )
    return null
  }
  const isWanted = wanted(
    weights.map(({ name }) => name),
    options,
  )
  const own = weights.filter(({ name }) => name !== 'iter' && isWanted(name))
  const variables = [...new Set(own.map(({ name }) => ownerOf(name)))]
  const paths = skeleton.paths.map(leafName)
  // tfjs names variables as it likes: one that ends in a path, and no other, is that leaf
  const guessed = variables.flatMap((variable) => {
    const ends = paths.filter((path) => variable.endsWith(`/${path}`))
    return ends.length === 1 && ends[0] !== undefined ? [[variable, ends[0]] as const] : []
  })
  const rename = [...(options.rename ?? []), ...guessed] // mostly none is given
  const places = parameterPlaces(variables, variables, skeleton, { ...options, rename }, met, '/*')
  const slots = own.flatMap((source): readonly FlatSlot[] => {
    const place = places.get(ownerOf(source.name))
    return place === undefined ? [] : [{ key: lastOf(source.name), leaf: place.leaf, source }]
  })
  const iter = weights.find(({ name }) => name === 'iter')?.values()[0]
  const steps = iter === undefined ? null : iter
  const peer = slots.some(({ key }) => key === 'rms') ? 'tfjs rmsprop' : 'tfjs optimizer'
  return { peer, slots, steps: skeleton.paths.map(() => steps), numbers: new Map(), groups: [], groupOf: [] }
}

const lastOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1)
const ownerOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('/')))

/** Slots of optimizers whose rule in tfjs is not the paper's, so that nothing here goes on as they would. */
const otherRules: Readonly<Record<string, string>> = {
  accum_grad: 'the adadelta of tfjs, which divides by the gradients before this one: the paper counts it too',
  accum_var: 'the adadelta of tfjs, which divides by the gradients before this one: the paper counts it too',
  mg: 'the centred rmsprop of tfjs, which takes epsilon away under the root where others add it',
}

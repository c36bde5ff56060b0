/** @internal */
import type { StatePath } from '../equation/Stage.js'
import { at as valueAt } from '../state/paths.js'
import type { StateShape } from '../state/StateShape.js'
import type { Description } from '../transformation/Description.js'
import type { Anatomy } from '../transformation/Transformation.js'
import { isLeaf } from '../tree/Tree.js'

/** A slot or a number here, and its name in an optax state as flax flattens it. */
export type OptaxPlace =
  | {
      readonly kind: 'slot'
      readonly at: StatePath
      readonly slot: string
      readonly per: 'element' | 'leaf' | 'tree'
      /** What stands before the parameter's name: `opt_state/0/mu`. */
      readonly prefix: string
      /** Whether optax has a tensor of one element there where a leaf has none. */
      readonly padded: boolean
      /** The decay of a bias correction, which optax does not keep for each leaf. */
      readonly beta?: number
    }
  | {
      readonly kind: 'number'
      readonly path: string
      readonly name: string
      /** What optax has more than is counted here. */
      readonly more: number
    }
  /** What optax has nothing like. */
  | { readonly kind: 'unknown'; readonly at: StatePath; readonly name: string }

/** Every slot and number of a state with its name in optax. */
export const optaxPlaces = ({ shape, description }: Anatomy, like: unknown): readonly OptaxPlace[] =>
  places(shape, description, like, [], 'opt_state')

const places = (
  shape: StateShape,
  description: Description,
  like: unknown,
  at: StatePath,
  prefix: string,
): readonly OptaxPlace[] => {
  const go = (part: StateShape, inner: Description, key: StatePath, name: string): readonly OptaxPlace[] =>
    places(part, inner, like, [...at, ...key], name === '' ? prefix : `${prefix}/${name}`)
  const number = (host: string, name: string, more = 0): OptaxPlace => ({
    kind: 'number',
    path: [...at, host].join('.'),
    name: `${prefix}/${name}`,
    more,
  })
  const slot = (name: string, per: 'element' | 'leaf' | 'tree', foreign = snake(name)) =>
    ({ kind: 'slot', at, slot: name, per, prefix: `${prefix}/${foreign}`, padded: false }) as const
  const { name, parts } = description
  switch (shape.kind) {
    case 'tuple': {
      if (parts.length === 1 && shape.parts.length !== 1 && parts[0] !== undefined)
        return places(shape, parts[0], like, at, prefix)
      // optax leaves out the parts of adafactor that do nothing
      const numbers = shape.parts.map((_, i) =>
        name === 'adafactor' ? parts.slice(0, i).filter((part) => part.name !== 'identity').length : i,
      )
      return shape.parts.flatMap((part, i) => go(part, parts[i] ?? description, [i], `${numbers[i]}`))
    }
    case 'hidden':
      return name === 'masked' && parts[0] !== undefined
        ? go(shape.part, parts[0], [], 'inner_state')
        : places(shape.part, parts[0] ?? description, like, at, prefix)
    case 'opaque':
      return Object.entries(Object(valueAt(like, at))).map(([key, value]) =>
        typeof value === 'number' ? number(key, snake(key)) : { ...slot(key, 'element'), padded: !isLeaf(value) },
      )
    case 'record': {
      const inner = shape.parts['inner']
      const [first] = parts
      if (name === 'multiSteps' && inner !== undefined && first !== undefined)
        return [
          number('miniStep', 'mini_step'),
          number('gradientStep', 'gradient_step'),
          slot('acc', 'element', 'acc_grads'),
          ...go(inner, first, ['inner'], 'inner_opt_state'),
        ]
      if (name === 'movingAverage' && inner !== undefined && first !== undefined) return go(inner, first, ['inner'], '')
      if (name.startsWith('scheduleFree') && inner !== undefined)
        return [
          slot('z', 'element'),
          number('b1', 'b1'),
          number('weightSum', 'weight_sum'),
          number('maxLearningRate', 'max_lr'),
          number('count', 'step_count', 1),
          ...scheduleFreeBase(inner, description, go),
        ]
      if (name === 'partition')
        return Object.entries(shape.parts).flatMap(([label, part], i) =>
          go(part, parts[i] ?? description, [label], `inner_states/${label}/inner_state`),
        )
      if (Object.keys(shape.parts).length > 0) return [{ kind: 'unknown', at, name }]
      return [
        ...Object.keys(shape.host).map((host) => number(host, snake(host))),
        ...Object.entries(shape.slots).map(([key, { per }]) => {
          const beta = key === 'muCorrection' ? description.options['b1'] : description.options['b2']
          return { ...slot(key, per), ...(key.endsWith('Correction') && typeof beta === 'number' ? { beta } : {}) }
        }),
      ]
    }
  }
}

/** optax leaves out the decay of `scheduleFreeSgd` where there is none. */
const scheduleFreeBase = (
  inner: StateShape,
  { name, parts }: Description,
  go: (part: StateShape, inner: Description, key: StatePath, name: string) => readonly OptaxPlace[],
): readonly OptaxPlace[] => {
  const [base] = parts
  if (base === undefined) return []
  const [, optimizer] = inner.kind === 'tuple' ? inner.parts : []
  const [decay, described] = base.parts
  if (name !== 'scheduleFreeSgd' || optimizer === undefined || described === undefined)
    return go(inner, base, ['inner'], 'base_optimizer_state')
  const decays = decay?.options['weightDecay'] !== 0
  return go(optimizer, described, ['inner', 1], `base_optimizer_state${decays ? '/1' : ''}`)
}

/** `sumOfSquares` as optax spells it: `sum_of_squares`. */
const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

import fc from 'fast-check'
import { describe, described } from '../../../src/transformation/describe.js'
import { built, type Composition, compositions } from './compositions.js'
import { type Kind, type TreeSpec, treeSpecs } from './soakTrees.js'

/** What one step is given, and how it is taken. */
export interface StepSpec {
  readonly kind: Kind
  readonly seed: number
  /** Bit i: no gradient for leaf i. */
  readonly nulls: number
  /** The keys of the gradients of the second run in the other order. */
  readonly gradsReversed: boolean
  /** The keys of the parameters in the other order, in each run. */
  readonly paramsReversed: boolean
  /** Whether the third run donates at this step. */
  readonly donate: boolean
  /** Whether the user reads what the third run returned, with `dataSync`. */
  readonly read: boolean
}

/** A composition, parameters, and some steps. */
export interface SoakCase {
  readonly composition: Composition
  readonly tree: TreeSpec
  readonly steps: readonly StepSpec[]
}

const step: fc.Arbitrary<StepSpec> = fc.record(
  {
    kind: fc.oneof(
      { weight: 8, arbitrary: fc.constant<Kind>('ordinary') },
      { weight: 3, arbitrary: fc.constantFrom<Kind[]>('special', 'zeros', 'tiny', 'huge') },
    ),
    seed: fc.nat(9999),
    nulls: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(31) }),
    gradsReversed: fc.boolean(),
    paramsReversed: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.boolean() }),
    donate: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.boolean() }),
    read: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.boolean() }),
  },
  { noNullPrototype: true },
)

export const soakCases: fc.Arbitrary<SoakCase> = fc.record(
  {
    composition: compositions,
    tree: treeSpecs,
    steps: fc.array(step, { minLength: 1, maxLength: 6 }),
  },
  { noNullPrototype: true },
)

/** A case as a reader needs it. */
export const shownCase = ({ composition, tree, steps }: SoakCase): string =>
  [
    `  composition  ${outlineOf(composition)}`,
    `  described    ${descriptionOf(composition)}`,
    `  tree         ${tree.leaves.map(({ place, key, shape, dtype, kind }) => `${place} "${key}": ${dtype}[${shape.join(', ')}] ${kind}`).join('; ')}${tree.bare ? ' (bare)' : ''}, seed ${tree.seed}`,
    ...steps.map(
      ({ kind, seed, nulls, gradsReversed, paramsReversed, donate, read }, i) =>
        `  step ${i}       ${[
          `${kind} gradients`,
          `seed ${seed}`,
          ...(nulls === 0 ? [] : [`null at leaves ${bitsOf(nulls).join(', ')}`]),
          ...(gradsReversed ? ['keys of gradients reversed in two passes'] : []),
          ...(paramsReversed ? ['keys of parameters reversed'] : []),
          donate ? 'donated' : 'not donated',
          ...(read ? ['read'] : []),
        ].join(', ')}`,
    ),
  ].join('\n')

const bitsOf = (mask: number): readonly number[] => [0, 1, 2, 3, 4].filter((i) => (mask & (1 << i)) !== 0)

const outlineOf = (composition: Composition): string => {
  try {
    return built(composition).outline
  } catch (error) {
    return `${composition.map(({ name }) => name).join(' ')}: ${String(error)}`
  }
}

const descriptionOf = (composition: Composition): string => {
  try {
    return described(describe(built(composition).tx))
  } catch (error) {
    return String(error)
  }
}

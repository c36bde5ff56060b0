import * as tf from '@tensorflow/tfjs-core'
import { assemble } from '../../../src/transformation/assemble.js'
import { applyUpdates } from '../../../src/transformation/applyUpdates.js'
import { step } from '../../../src/transformation/step.js'
import type { Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import type { LineSearch } from '../../../src/transforms/lineSearch.js'
import type { Curvature } from '../../../src/transforms/scaleBySophia.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { tensorsOf } from '../../../src/tree/tensorsOf.js'
import type { Leaves, Tree } from '../../../src/tree/Tree.js'
import { treeOnesLike } from '../../../src/tensors/treeOnesLike.js'
import { TreeMismatch } from '../../../src/tree/TreeMismatch.js'
import { keep } from '../../../src/training/keep.js'
import { roundsAsWritten } from '../roundsAsWritten.js'
import { built } from './compositions.js'
import { difference, type Reading, readingOf } from './readings.js'
import type { SoakCase, StepSpec } from './SoakCase.js'
import { numbersOf, tensorOn, treeFrom } from './soakTrees.js'

/** What became of a case that broke nothing. */
export type Verdict = { readonly kind: 'held'; readonly steps: number } | { readonly kind: 'refused' }

interface Extra extends LineSearch, Curvature {
  readonly numUpdates: number
}

interface Generation {
  readonly params: Tree
  readonly state: unknown
}

type Gradients = Leaves<Tree, tf.Tensor | null>

/** An array of the user's, and what was in it. */
interface Watched {
  readonly what: string
  readonly array: ArrayLike<number>
  readonly copy: ArrayLike<number>
}

/** Runs a case in three ways: pure, in two passes, and donated where it says so. Throws where they differ in a bit, where
 *  a tensor is leaked or disposed too early, where an old generation or an array of the user's has changed. */
export const checkCase = ({ composition, tree, steps }: SoakCase): Verdict => {
  const base = tf.memory().numTensors
  const watched: Watched[] = []
  const watch = (what: string, array: ArrayLike<number> & { slice(): ArrayLike<number> }): void => {
    watched.push({ what, array, copy: array.slice() })
  }
  const params = (what: string): Tree =>
    treeFrom(tree, false, (leaf, i) => {
      const values = numbersOf(leaf, leaf.kind, tree.seed + i)
      watch(`the array behind leaf ${i} of the ${what} parameters`, values)
      return tensorOn(values, leaf)
    })
  const gradients = ({ kind, seed, nulls }: StepSpec, at: number): Gradients =>
    // a leaf that is no float32 has no gradient
    treeFrom(tree, false, (leaf, i) => {
      if (leaf.dtype !== 'float32' || (nulls & (1 << i)) !== 0) return null
      const values = numbersOf(leaf, kind, seed + 31 * i)
      watch(`the array behind the gradient of leaf ${i} at step ${at}`, values)
      return tensorOn(values, leaf)
    })
  /** Everything that may be there, and nothing else is. */
  const exact = (when: string, held: unknown): void => {
    const tensors = tensorsOf(held)
    const gone = tensors.filter((tensor) => tensor.isDisposed)
    if (gone.length > 0) throw new Error(`${when}: ${gone.length} tensors in use are disposed`)
    const more = tf.memory().numTensors - base - tensors.length
    if (more !== 0)
      throw new Error(`${when}: ${Math.abs(more)} tensors ${more > 0 ? 'leaked' : 'fewer than are in use'}`)
  }

  const { tx: made } = built(composition)
  // What any transformation here may ask for is given with each step.
  const tx: Transformation<Opaque, Extra> = assemble(made.anatomy)
  const own = params('pure')
  const first = begun(tx, own)
  if (first === undefined) {
    exact('after a refusal', own)
    disposeExcept(own, null)
    return { kind: 'refused' }
  }
  exact('init', first)
  let pure: Generation = first
  let passes: Generation = start(tx, params('two passes'))
  let donated: Generation = start(tx, params('donated'))
  const before: { readonly generation: Generation; readonly reading: Reading }[] = []
  const same = (when: string, found: unknown, wanted: Reading, slack = 0): void => {
    const where = difference(readingOf(found), wanted, slack)
    if (where !== undefined) throw new Error(`${when}: ${where}`)
  }
  before.push({ generation: pure, reading: readingOf(pure) })
  same('init of equal parameters', passes, readingOf(pure))

  steps.forEach((spec, i) => {
    const grads = gradients(spec, i)
    const given = readingOf(grads)
    const turned = (now: Generation): Tree => (spec.paramsReversed ? reversed(now.params) : now.params)
    const extra = (now: Generation): Extra => ({
      value: valueOf(now.params),
      grad: grads,
      valueFn,
      curvature: (params: Tree) => treeOnesLike(params),
      numUpdates: i,
    })
    const all = (): unknown => [before.map(({ generation }) => generation), passes, donated, grads]

    const next = step(tx)(grads, pure.state, turned(pure), extra(pure))
    exact(`step ${i}, pure`, [all(), next])
    const wanted = readingOf(next)

    // Trees are joined by path: the order of their keys makes no difference.
    const other = spec.gradsReversed ? (reversed(grads) as Gradients) : grads
    const [updates, after] = tx.update(other, passes.state, turned(passes), extra(passes))
    exact(`step ${i}, update`, [all(), next, updates, after])
    const applied = applyUpdates<Tree>(turned(passes), updates)
    exact(`step ${i}, applyUpdates`, [all(), next, updates, after, applied])
    const twice = { params: applied, state: after }
    disposeExcept([updates, passes], [twice, grads])
    const exactly = roundsAsWritten()
    same(`step ${i}, two passes against one`, twice, wanted, exactly ? 0 : 1e-5)
    // where they may differ by a rounding, they set out anew from one place
    passes = exactly ? twice : keep(next)
    disposeExcept(twice, [passes, grads])

    const last = donated
    donated = step(tx, { donate: spec.donate })(grads, last.state, turned(last), extra(last))
    if (!spec.donate) disposeExcept(last, [donated, grads])
    exact(`step ${i}, ${spec.donate ? 'donated' : 'not donated'}`, [all(), next])
    same(`step ${i}, donated against pure`, donated, wanted)
    same(`step ${i}, gradients afterwards`, grads, given)

    if (spec.read) for (const tensor of tensorsOf(donated)) watch(`an array read after step ${i}`, tensor.dataSync())
    pure = next
    before.push({ generation: pure, reading: wanted })
    disposeExcept(grads, [all(), next].slice(1).concat(before, passes, donated))
  })

  before.forEach(({ generation, reading }, i) => {
    same(`the pure generation before step ${i}, at the end`, generation, reading)
  })
  for (const { what, array, copy } of watched)
    for (let i = 0; i < copy.length; i++)
      if (!Object.is(array[i], copy[i]))
        throw new Error(`${what} was changed: element ${i} was ${copy[i]} and is ${array[i]}`)
  disposeExcept([before, passes, donated], null)
  exact('at the end', null)
  return { kind: 'held', steps: steps.length }
}

const start = (tx: Transformation<Opaque, Extra>, params: Tree): Generation => ({ params, state: tx.init(params) })

/** Nothing, where the composition rightly refuses this tree: a label without a leaf. */
const begun = (tx: Transformation<Opaque, Extra>, params: Tree): Generation | undefined => {
  try {
    return start(tx, params)
  } catch (error) {
    if (error instanceof TreeMismatch && error.message.includes('a leaf for each of')) return undefined
    throw error
  }
}

const reversed = (tree: Tree): Tree =>
  tree === null || tree instanceof tf.Tensor || Array.isArray(tree)
    ? tree
    : Object.freeze(
        Object.fromEntries(
          // the other trees are records
          Object.entries(tree as Readonly<Record<string, Tree>>)
            .toReversed()
            .map(([key, child]) => [key, reversed(child)]),
        ),
      )

/** Half of the sum of the squares. */
const valueFn = (params: Tree): tf.Tensor =>
  tf.tidy(() => {
    const squares = tensorsOf(params)
      .filter(({ dtype, size }) => dtype === 'float32' && size > 0)
      .map((tensor) => tf.sum(tf.square(tensor)))
    return tf.mul(0.5, squares.length === 0 ? tf.scalar(0) : squares.reduce((a, b) => tf.add(a, b)))
  })

const valueOf = (params: Tree): number => {
  const [value = 0] = tf.tidy(() => valueFn(params).dataSync())
  return Number.isFinite(value) ? value : 2
}

import { sizeOf } from '../tree/sizeOf.js'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type ChoiceTree, choicesOf } from '../combinators/choiceTree.js'
import { standIn } from '../combinators/standIn.js'
import { rememberedOne } from '../equation/Program.js'
import { anything } from '../scalars/kinds.js'
import { halfOpenUnit } from '../scalars/Momentum.js'
import { nonNegative } from '../scalars/numbers.js'
import { optional, optionsFor, withDefault } from '../scalars/options.js'
import { plainOptions } from '../schedules/described.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import { type Skeleton, skeletonOf } from '../tree/Skeleton.js'
import type { Leaves, Tree } from '../tree/Tree.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { leafwise, leafwiseSlots } from './leafwise.js'
import { must } from '../scalars/must.js'

/** What of a leaf shares one second moment: all of it, each index of an axis, or each of so many equal parts of it (the
 *  heads of a query's or key's kernel `[in, heads·size]` are `{ axis: -1, parts: heads }`). Negative axes count from the
 *  end. */
export type MomentBlocks = 'leaf' | { readonly axis: number; readonly parts?: number }

/** The blocks of each leaf: a tree like the parameters (a prefix is enough), or a function of the parameters to one. */
export type MomentBlocksLike = ChoiceTree<MomentBlocks> | ((params: Tree) => ChoiceTree<MomentBlocks>)

/** Options of `scaleByAdamMini`. */
export interface ScaleByAdamMiniOptions {
  /** The decay of the first moment, in [0, 1).
   *
   *  @defaultValue 0.9 */
  readonly b1?: number
  /** The decay of the second moment, in [0, 1).
   *
   *  @defaultValue 0.999 */
  readonly b2?: number
  /** Added to the root.
   *
   *  @defaultValue 1e-8 */
  readonly eps?: number
  /** What shares a second moment. By default leaves of two axes and more have one for each output, `{ axis: -1 }`, and
   *  others one for all. Queries and keys want one for each head, embeddings `[tokens, size]` one for each token. */
  readonly blocks?: MomentBlocksLike
}

/** The state of `scaleByAdamMini`. */
export interface ScaleByAdamMiniState<P> {
  /** Updates seen so far. */
  readonly count: number
  /** The first moment. */
  readonly mu: P
  /** One number for each block. */
  readonly nu: Leaves<P, Tensor>
}

/** The state of `scaleByAdamMini` as a function of the parameters. */
export interface ScaleByAdamMini extends StateLambda {
  readonly State: ScaleByAdamMiniState<this['Params']>
}

/** Adam with one second moment for a block of parameters: half of its memory.
 *
 *  ```text
 *  m = β₁·m + (1−β₁)·g     v = β₂·v + (1−β₂)·mean over the block of g²     u = m̂/(√v̂ + ε)
 *  ```
 *
 *  @shapes state `{ count, mu, nu }`; mu like the parameters, nu [] for a leaf that is one block, else [parts].
 *  @units directions, as Adam's. It needs a learning rate.
 *  @throws `TreeMismatch` for an axis that a leaf lacks, or parts that do not divide it.
 *  @laws where each block is one element it is `scaleByAdam`; the mean of v is that of Adam's.
 *  @departs the authors choose blocks by the names of layers, here they are told; it is no equation, for equations do not look
 *    along axes. Nothing is read back.
 *  @reference Zhang et al. 2024, arXiv:2406.16793; zyushun/Adam-mini
 *  @example scaleByAdamMini({ blocks: { query: { axis: -1, parts: 4 }, embedding: { axis: 0 }, bias: 'leaf' } }) */
export const scaleByAdamMini = (given?: ScaleByAdamMiniOptions): Transformation<ScaleByAdamMini> => {
  const checked = parse(given)
  const { b1, b2, eps, blocks } = checked
  const viewsOf = viewsFor(blocks)
  return plain<ScaleByAdamMini>({
    name: 'scaleByAdamMini',
    options: plainOptions({ b1, b2, eps, blocks }),
    // Trees that are made leaf by leaf have the structure of the parameters, here and below.
    init: <P extends Tree>(params: P) => {
      const views = viewsOf(skeletonOf(params, 'params'))
      return {
        count: 0,
        mu: leafwiseSlots(params, (shape) => shape),
        nu: leafwiseSlots(params, (_, leaf) => must(views[leaf], 'view of a leaf').slot),
      } as ScaleByAdamMiniState<P>
    },
    update: <P extends Tree>(updates: unknown, { count, mu, nu }: ScaleByAdamMiniState<P>, params: P) => {
      const views = viewsOf(skeletonOf(params, 'params'))
      const [out, m, v] = leafwise((O, { update: g, leaf, slots, held }) => {
        const [old, square] = [held(slots[0], 'scaleByAdamMini', 'mu'), held(slots[1], 'scaleByAdamMini', 'nu')]
        const view = must(views[leaf], 'view of a leaf')
        const moment = O.add(O.mul(old, b1), O.mul(g, 1 - b1))
        const [before, parts, length, behind] = view.shape
        const split = O.reshape(g, view.shape)
        const mean = O.div(O.sum(O.mul(split, split), [0, 2, 3]), before * length * behind)
        const second = O.add(O.mul(square, b2), O.mul(O.reshape(mean, view.slot), 1 - b2))
        const root = O.add(O.sqrt(O.div(O.reshape(second, [1, parts, 1, 1]), 1 - b2 ** (count + 1))), eps)
        const direction = O.div(O.div(O.reshape(moment, view.shape), 1 - b1 ** (count + 1)), root)
        return [O.reshape(direction, g.shape), moment, second]
      })(updates, params, [mu, nu])
      return [out as Leaves<P, null>, { count: count + 1, mu: m, nu: v } as ScaleByAdamMiniState<P>]
    },
  })
}

/** A leaf cut into blocks: what is before the axis, the blocks, what of the axis is in one, what is behind it. */
interface BlockView {
  readonly shape: readonly [before: number, parts: number, length: number, behind: number]
  readonly slot: readonly number[]
}

const isBlocks = (value: unknown): value is MomentBlocks =>
  value === 'leaf' || (typeof value === 'object' && value !== null && 'axis' in value && typeof value.axis === 'number')

const viewsFor = (given: MomentBlocksLike | undefined) =>
  rememberedOne((skeleton: Skeleton): readonly BlockView[] => {
    const chosen =
      given === undefined
        ? skeleton.shapes.map(({ length }): MomentBlocks => (length > 1 ? { axis: -1 } : 'leaf'))
        : choicesOf(
            {
              where: 'the blocks of scaleByAdamMini',
              is: isBlocks,
              words: "'leaf' or { axis, parts }",
              hint: 'Blocks are told by a tree like the parameters, such as { query: { axis: -1, parts: 4 }, bias: "leaf" }.',
            },
            skeleton,
            typeof given === 'function' ? given(standIn(skeleton)) : given,
          )
    return chosen.map((blocks, leaf) => viewOf(blocks, skeleton, leaf))
  })

const viewOf = (blocks: MomentBlocks, { shapes, paths }: Skeleton, leaf: number): BlockView => {
  const shape = must(shapes[leaf], 'shape of a leaf')

  if (blocks === 'leaf') return { shape: [1, 1, sizeOf(shape), 1], slot: [] }
  const axis = blocks.axis < 0 ? blocks.axis + shape.length : blocks.axis
  const length = shape[axis] ?? Number.NaN // which no parts divide
  const parts = blocks.parts ?? length
  const each = length / Math.max(1, parts)
  if (!Number.isInteger(parts) || parts < Math.min(1, length) || !Number.isInteger(each))
    throw new TreeMismatch({
      where: 'the blocks of scaleByAdamMini',
      path: must(paths[leaf], 'path of a leaf'),
      expected: `an axis of the shape [${shape.join(', ')}], and parts that divide it`,
      found: JSON.stringify(blocks),
      hint: 'Axes count from 0, or from the end where they are negative; without parts each index is a block.',
    })
  return {
    shape: [sizeOf(shape.slice(0, axis)), parts, each, sizeOf(shape.slice(axis + 1))],
    slot: [parts],
  }
}

/** The options of Adam-mini's direction, for `adamMini`.
 *
 *  @internal */
export const adamMiniOptions = {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
  blocks: optional(
    anything<MomentBlocksLike>(
      "a tree of 'leaf' or { axis, parts }, or a function of the parameters to one",
      "{ query: { axis: -1, parts: 4 }, bias: 'leaf' }",
    ),
  ),
}

const parse = optionsFor<ScaleByAdamMiniOptions>()('scaleByAdamMini', adamMiniOptions)

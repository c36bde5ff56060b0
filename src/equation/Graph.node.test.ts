import { describe, expect, test } from 'vitest'
import { chain } from '../combinators/chain.js'
import { masked } from '../combinators/masked.js'
import { adam } from '../optimizers/adam.js'
import { adamw } from '../optimizers/adamw.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { equationOf } from '../transformation/equationOf.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import { addDecayedWeights } from '../transforms/addDecayedWeights.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { scale } from '../transforms/scale.js'
import { scaleByAdam } from '../transforms/scaleByAdam.js'
import { setToZero } from '../transforms/setToZero.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { standInState } from '../state/standInState.js'
import { heapPlanOf } from '../engine/fused/HeapPlan.js'
import { levelsOf } from '../engine/plan/levelsOf.js'
import { outlineOf } from '../engine/plan/outlineOf.js'
import { classesOf } from './classesOf.js'
import { type Graph, graphsOf } from './Graph.js'
import { argsOf, type Node } from './Node.js'
import type { Program } from './Program.js'
import { zeros } from './Slot.js'
import type { Stage } from './Stage.js'

const leaf = (...shape: readonly number[]): Leaf => ({ shape, dtype: 'float32' })
const params = { dense: { kernel: leaf(2, 3), bias: leaf(3) }, scale: leaf() }

const programOf = ({ anatomy }: AnyTransformation): Program =>
  anatomy.plan(standInState(anatomy.shape), { updates: null, params: null, extra: undefined })

const stagesOf = (tx: AnyTransformation): readonly Stage[] =>
  programOf(tx).segments.flatMap((segment) => (segment.kind === 'stage' ? [segment] : []))

/** The graphs of one step, one for each class of leaves. */
const graphs = (
  tx: AnyTransformation,
  missing: readonly string[] = [],
  mode: 'update' | 'step' = 'step',
): readonly Graph[] => {
  const skeleton = skeletonOf(params, 'params')
  const stages = stagesOf(tx)
  const updates = skeleton.paths.map((path, i) => (missing.includes(path) ? null : leaf(...(skeleton.shapes[i] ?? []))))
  return graphsOf(stages, classesOf({ stages, skeleton, updates }), mode)
}

const graph = (tx: AnyTransformation): Graph => {
  const [one, ...others] = graphs(tx)
  if (one === undefined || others.length > 0) throw new Error(`expected one graph, found ${others.length + 1}`)
  return one
}

const count = ({ nodes }: Graph, op: string): number => nodes.filter((node) => node.op === op).length

const clipped = chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 1e-3, weightDecay: 1e-2 }))

describe('one plan becomes one graph for each class of leaves', () => {
  test('a chain on leaves that are treated alike is one graph', () => {
    expect(graphs(clipped).length).toBe(1)
    expect(stagesOf(clipped).map(({ equation: { name }, at }) => `${at.join('.')} ${name}`)).toEqual([
      '0 clipByGlobalNorm',
      '1.0 scaleByAdam',
      '1.1 addDecayedWeights',
      '1.2 scaleByLearningRate',
    ])
  })

  test('a mask makes a second class, a missing gradient a third', () => {
    const tx = chain(
      scaleByAdam(),
      masked({ mask: { dense: { kernel: true, bias: false }, scale: false } })(addDecayedWeights({ weightDecay: 0.1 })),
    )
    expect(graphs(tx).length).toBe(2)
    expect(graphs(tx, ['dense/bias']).length).toBe(3)
    expect(graphs(tx, ['scale', 'dense/bias']).length).toBe(2)
  })

  test('classes share a sum over the tree: by its stage and ordinal, not by its operand', () => {
    const tx = chain(masked({ mask: { dense: true, scale: false } })(scaleByAdam()), clipByGlobalNorm({ maxNorm: 1 }))
    const sums = graphs(tx).map(({ nodes }) =>
      nodes.flatMap((node) => (node.op === 'treeNorm' ? [{ stage: node.stage, ordinal: node.ordinal }] : [])),
    )
    expect(sums).toEqual([[{ stage: 1, ordinal: 0 }], [{ stage: 1, ordinal: 0 }]])
  })

  test('two sums of one equation are two, also over the same operand', () => {
    const tx = equation({ name: 'sums' })((A) => ({ update }) => ({
      update: A.add(A.treeSum(update), A.treeSum(update)),
    }))
    expect(count(graph(tx), 'treeSum')).toBe(2)
    const norms = equation({ name: 'norms' })((A) => ({ update }) => ({
      update: A.add(A.treeNorm(update), A.add(A.treeSum(update), A.add(A.leafNorm(update), A.leafNorm(update)))),
    }))
    expect(['treeNorm', 'treeSum', 'leafNorm'].map((op) => count(graph(norms), op))).toEqual([1, 1, 1])
    // A sum and a norm of one stage have names of their own.
    expect(new Set(graph(norms).nodes.flatMap((node) => ('ordinal' in node ? [node.ordinal] : []))).size).toBe(2)
  })

  test('the same plan is the same program: identity is equality', () => {
    expect(programOf(clipped)).toBe(programOf(clipped))
    const averagedTx = withMovingAverage({ decay: 0.9 })(clipped)
    expect(programOf(averagedTx)).toBe(programOf(averagedTx))
  })
})

describe('nodes', () => {
  test('equal nodes are one', () => {
    const tx = equation({ name: 'squares', scalars: () => ({ s: 2 }) })((A) => ({ update: g }, { s }) => ({
      update: A.add(A.mul(A.mul(g, g), s), A.sqrt(A.mul(A.mul(g, g), s))),
    }))
    const found = graph(tx)
    expect(count(found, 'mul')).toBe(2)
    expect(found.uniforms).toEqual([{ kind: 'scalar', stage: 0, name: 's' }])
  })

  test('scalars of one name in two stages are two', () => {
    const twice = chain(scale({ stepSize: 2 }), scale({ stepSize: 2 }))
    expect(count(graph(twice), 'mul')).toBe(2)
    expect(graph(twice).uniforms).toEqual([
      { kind: 'scalar', stage: 0, name: 's' },
      { kind: 'scalar', stage: 1, name: 's' },
    ])
  })

  test('what nothing needs is dropped', () => {
    const tx = equation({ name: 'wasteful' })((A) => ({ update, param }) => {
      A.exp(A.log(param))
      return { update: A.neg(update) }
    })
    expect(graph(tx).nodes.map(({ op }) => op)).toEqual(['param', 'update', 'neg', 'add'])
    // Everything before setToZero is needed by slots alone.
    const dropped = graph(chain(scale({ stepSize: 3 }), setToZero()))
    expect(dropped.nodes).toEqual([])
    expect(dropped.leaf).toBe('kept')
  })

  test('arguments come before what is made of them', () => {
    for (const one of graphs(withMovingAverage({ decay: 0.99 })(clipped)))
      one.nodes.forEach((node, id) =>
        argsOf(node).forEach((arg) => {
          expect(one.nodes).toContain(arg)
          expect(one.nodes.indexOf(arg)).toBeLessThan(id)
        }),
      )
  })

  test('how far each reaches', () => {
    const tx = equation({ name: 'reach', scalars: () => ({ s: 2 }) })((A) => ({ update }, { s }) => ({
      update: A.mul(update, A.add(A.leafSize(), A.mul(s, A.treeSum(A.leafMax(update))))),
    }))
    const { nodes, reach } = graph(tx)
    expect(Object.fromEntries(nodes.map((node) => [node.op, reach.get(node)]))).toMatchObject({
      update: 'element',
      leafSize: 'leaf',
      leafMax: 'leaf',
      treeSum: 'tree',
      uniform: 'tree',
      add: 'element',
    })
    const ofTree = nodes.filter((node) => node.op === 'mul' && reach.get(node.args[0]) === 'tree')
    expect(ofTree.map((node) => reach.get(node))).toEqual(['tree'])
  })
})

describe('phases', () => {
  const phases = (tx: AnyTransformation) => levelsOf(graphs(tx).map(({ nodes }) => nodes)).count

  test('clip, adamw, average and apply: one pass that sums and one that writes', () => {
    const found = graph(withMovingAverage({ decay: 0.999 })(clipped))
    expect(levelsOf([found.nodes]).count).toBe(1)
    expect(found.outputs.map(({ list }) => (list.op === 'slot' ? list.name : list.op))).toEqual([
      'param',
      'mu',
      'nu',
      'average',
    ])
  })

  test('no sum, no phase; adam, clip, scale, clip: two passes that sum', () => {
    expect(phases(adam({ learningRate: 0.1 }))).toBe(0)
    const clip = clipByGlobalNorm({ maxNorm: 1 })
    expect(phases(chain(adam({ learningRate: 0.1 }), clip, scale({ stepSize: 2 }), clip))).toBe(2)
  })

  test('a node is known after the sums that it needs', () => {
    const { nodes } = graph(clipped)
    const [phase] = levelsOf([nodes]).of
    const known = (node: Node): number => phase?.get(node) ?? Number.NaN
    const sum = nodes.find(({ op }) => op === 'treeNorm')
    expect(sum && known(sum)).toBe(1)
    nodes.forEach((node) =>
      expect(known(node)).toBe(
        argsOf(node).reduce((most, arg) => Math.max(most, known(arg)), 0) + (node === sum ? 1 : 0),
      ),
    )
  })
})

describe('keys of kernels', () => {
  const all = [{ active: Array.from({ length: 9 }, () => true), graded: true, emits: true }]
  const keys = (tx: AnyTransformation): readonly string[] =>
    heapPlanOf(outlineOf(stagesOf(tx), 'step', all)).classes.flatMap(({ folds, map }) =>
      [...folds, map].map(({ kernel }) => kernel.key),
    )

  test('are equal for other options, and for other shapes', () => {
    expect(
      keys(chain(clipByGlobalNorm({ maxNorm: 2 }), adamw({ learningRate: 0.5, b1: 0.5, weightDecay: 0.25, eps: 1 }))),
    ).toEqual(keys(clipped))
    const literal = (x: number) =>
      equation({ name: 'literal' })((A) => ({ update }) => ({ update: A.mul(A.add(update, A.lit(x)), A.lit(0.5)) }))
    expect(keys(literal(0.5))).toEqual(keys(literal(7)))
  })

  test('differ where the program does', () => {
    const last = [
      adam({ learningRate: 0.1 }),
      adam({ learningRate: 0.1, nesterov: true }),
      clipped,
      chain(clipped, scale({ stepSize: 1 })),
    ].map((tx) => keys(tx).at(-1))
    expect(new Set(last).size).toBe(last.length)
  })
})

describe('leaves without a gradient', () => {
  const missing = ['dense/kernel', 'dense/bias', 'scale']

  test('nothing runs, nothing is written', () => {
    const [one] = graphs(adam({ learningRate: 0.1 }), missing)
    expect(one).toMatchObject({ outputs: [], leaf: 'kept', nodes: [] })
  })

  test('observers run there, with an update that is literally zero', () => {
    const [one] = graphs(withMovingAverage({ decay: 0.999 })(adam({ learningRate: 0.1 })), missing)
    expect(one?.leaf).toBe('kept')
    expect(one?.outputs.map(({ list }) => (list.op === 'slot' ? list.name : list.op))).toEqual(['average'])
    expect(one?.nodes.some(({ op }) => op === 'update')).toBe(false)
    // The average sees the parameter itself: −0 + 0 would lose its sign.
    const seen = graphs(
      equation({ name: 'see', slots: { seen: zeros }, observes: true })((A) => ({ update, param }) => ({
        update,
        seen: A.applied(param, update),
      })),
      missing,
    )
    expect(seen[0]?.nodes).toEqual([{ op: 'param' }])
  })
})

describe('what is not written', () => {
  test('slots and updates that stay are kept by reference', () => {
    const tx = equation({ name: 'rest', slots: { a: zeros, b: zeros } })((A) => ({ update, a, b }) => ({
      update,
      a,
      b: A.neg(b),
    }))
    const [one] = graphs(tx, [], 'update')
    expect(one?.leaf).toBe('kept')
    expect(one?.outputs.map(({ list }) => (list.op === 'slot' ? list.name : list.op))).toEqual(['b'])
  })

  test('a literal zero keeps the parameters in a step, and is zero in an update', () => {
    expect(graphs(setToZero(), [], 'step')[0]).toMatchObject({ leaf: 'kept', outputs: [] })
    expect(graphs(setToZero(), [], 'update')[0]).toMatchObject({ leaf: 'zero', outputs: [] })
    const scalar = equation({ name: 'by chance', scalars: () => ({ s: 0 }) })(() => (_x, { s }) => ({ update: s }))
    expect(graphs(scalar, [], 'step')[0]).toMatchObject({ leaf: 'written' })
  })

  test('where with equal branches is the branch', () => {
    const made = equationOf({ name: 'same' })((A) => ({ update }) => ({
      update: A.where(A.less(update, A.lit(0)), update, update),
    }))
    expect(
      graphsOf(
        [{ kind: 'stage', equation: made, at: [], scope: null }],
        [{ active: [true], graded: true, emits: true }],
        'update',
      ),
    ).toMatchObject([{ leaf: 'kept', nodes: [] }])
  })
})

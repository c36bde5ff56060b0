import { backend } from '@tensorflow/tfjs-core'
import { backends } from '../engine/backends.js'
import { chooseExecutor } from '../engine/chooseExecutor.js'
import type { Passes } from '../engine/Passes.js'
import { planOf, type StepPlan } from '../engine/plan/planOf.js'
import type { WorkList } from '../engine/plan/WorkList.js'
import { type Stretch, stretchesOf } from '../engine/stretchesOf.js'
import { isKept } from '../equation/incoming.js'
import { argsOf } from '../equation/Node.js'
import { type Occasion, placedIn, type Program, type Segment } from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'
import { must } from '../scalars/must.js'
import { standInState } from '../state/standInState.js'
import { leavesOf } from '../tree/leaves.js'
import { type Skeleton, skeletonOf } from '../tree/Skeleton.js'
import type { Leaf, Tree } from '../tree/Tree.js'
import { anatomyOf } from './anatomyOf.js'
import { explainedDraws } from './explainedDraws.js'
import { explainedKernels } from './explainedKernels.js'
import { counted, type Explainer } from './Explainer.js'
import type { AnyTransformation } from './Transformation.js'
import { usualWay } from './usualWay.js'

/** How a step would run now, as text: the executor in force, the stages that are fused, the phases in which sums must be
 *  known, and in each the kernels or draws with what they read and write. For who wants to know why a step costs what it
 *  costs; what is computed is said by `equations`.
 *
 *  ```text
 *  class: leaves on which the same stages run     phase: what can be done before the next sum is known
 *  ```
 *
 *  The step is the first one, with an update for every leaf. Where the updates decide, the way shown is that of updates
 *  with nothing wrong.
 *
 *  @shapes `params` may be tensors, or anything that has `shape` and `dtype`; nothing is computed, and no tensor made.
 *  @throws `TreeMismatch` where `params` is no tree of parameters.
 *  @laws options with other numbers are the same text.
 *  @example console.log(explained(adamw({ learningRate: 1e-3 }), params)) */
export const explained = (tx: AnyTransformation, params: Tree): string => {
  const { shape, plan } = anatomyOf('explained: the optimizer', tx)
  const skeleton = skeletonOf(params, 'explained: params')
  const leaves = leavesOf<Leaf>(skeleton, params, { where: 'explained: params', nullable: false, alike: true })
  const state = standInState(shape)
  const occasion = { updates: params, params, extra: anything }
  const { name, why } = chooseExecutor()
  const explainer = explainerOf(
    backends()
      .find((row) => row.name === name)
      ?.executor(backend()).passes,
  )
  const sections = sectionsOf(plan(state, occasion), state, occasion)
  const lines = sections.flatMap((section, i) => {
    if (typeof section === 'string') return [section]
    if (section.kind === 'plain')
      return [
        `${titleOf(section)}: not an equation, on whole trees${section.readsBack === undefined ? '' : `; reads back ${section.readsBack}`}`,
      ]
    const { stages } = section
    const own = planOf({
      stages,
      skeleton,
      mode: i === sections.length - 1 ? 'step' : 'update',
      updates: leaves,
      params: leaves,
      slots: [],
      scalars: [],
      donate: false,
    })
    return [stages.map(titleOf).join(', '), ...toldOf(own, skeleton, stages, explainer).map((line) => `  ${line}`)]
  })
  return [`${name}: ${why}`, ...lines].join('\n')
}

/** What is run at once, or a line about what decides. */
type Section = Stretch | string

const sectionsOf = (program: Program, state: unknown, occasion: Occasion): readonly Section[] => {
  const sections: Section[] = []
  const open = [...program.segments]
  let straight: Segment[] = []
  const close = (): void => {
    sections.push(...stretchesOf({ segments: straight }))
    straight = []
  }
  for (let segment = open.shift(); segment !== undefined; segment = open.shift()) {
    if (segment.kind === 'fork') {
      close()
      sections.push(`${titleOf(segment)}: goes on as the updates decide`)
      open.unshift(...(usualWay(segment, state, occasion)?.segments ?? [])) // what is not measured is not known
    } else if (segment.kind === 'trial') {
      close()
      sections.push(`${titleOf(segment)}: what follows is tried, and kept or dropped on the device`)
      sections.push(...sectionsOf(placedIn(segment)(segment.program), state, occasion))
    } else if (isKept({ segments: [segment, ...open] }, 0)) close()
    else straight.push(segment)
  }
  close()
  return sections
}

const titleOf = (segment: Segment): string =>
  [
    ...(segment.at.length === 0 ? [] : [segment.at.join('.')]),
    segment.kind === 'stage' ? segment.equation.name : segment.name,
    ...(segment.scope === null ? [] : ['(masked)']),
  ].join(' ')

const toldOf = (
  plan: StepPlan,
  { paths }: Skeleton,
  stages: readonly Stage[],
  explainer: Explainer,
): readonly string[] => {
  const nameOf = (list: WorkList): string =>
    list.op === 'slot'
      ? [...must(stages[list.stage], 'stage of a slot').at, list.name].join('.')
      : list.op === 'update'
        ? 'updates'
        : 'params'
  const sizeOf = (leaves: readonly number[]): number =>
    leaves.reduce((sum, leaf) => sum + must(plan.sizes[leaf], 'size of a leaf'), 0)
  const written = plan.outline.classes.reduce(
    (sum, { elements }, c) => {
      const leaves = must(plan.leaves[c], 'leaves of a class')
      return {
        tensors: sum.tensors + elements.length * leaves.length,
        bytes: sum.bytes + 4 * elements.length * sizeOf(leaves),
      }
    },
    { tensors: 0, bytes: 0 },
  )
  return [
    ...plan.leaves.map((leaves, c) => {
      const names = leaves.slice(0, 3).map((leaf) => must(paths[leaf], 'path of a leaf') || 'the root')
      const more = leaves.length > names.length ? ` and ${leaves.length - names.length} more` : ''
      return `class ${c + 1}: ${counted(leaves.length, 'leaf', 'leaves')}, ${counted(sizeOf(leaves), 'element')}: ${names.join(', ')}${more}`
    }),
    ...explainer(plan, nameOf),
    `written: ${counted(written.tensors, 'tensor')} like the parameters, ${counted(written.bytes, 'byte')}`,
  ]
}

/** Tensor operations have no passes. */
const explainerOf = (passes: Passes | undefined): Explainer => {
  switch (passes?.kind) {
    case undefined:
      return operations
    case 'kernels':
      return explainedKernels(passes.of)
    case 'draws':
      return explainedDraws(passes.of)
  }
}

/** Without kernels: how many operations there are, each on whole tensors. */
const operations: Explainer = ({ outline: { classes }, leaves }) =>
  classes.map(({ graph }, c) => {
    const wide = graph.nodes.filter(
      (node) => 'args' in node && argsOf(node).some((arg) => graph.reach.get(arg) === 'element'),
    )
    return `class ${c + 1}: ${counted(wide.length, 'tensor operation')} on each of ${counted(must(leaves[c], 'leaves of a class').length, 'leaf', 'leaves')}`
  })

/** Stands for the numbers that a step is handed: whatever its name, it is 1. */
const anything = new Proxy<Readonly<Record<string, unknown>>>({}, { get: () => 1, has: () => true })

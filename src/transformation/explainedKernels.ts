/** @internal */
import type { HeapClass, HeapPlan, Pass } from '../engine/fused/HeapPlan.js'
import type { ClassOutline, Outline } from '../engine/plan/Outline.js'
import { must } from '../scalars/must.js'
import { counted, type Explainer } from './Explainer.js'

/** The kernels of a plan, phase by phase, in words. */
export const explainedKernels =
  (planOf: (outline: Outline) => HeapPlan): Explainer =>
  ({ outline, leaves }, nameOf) => {
    const { classes } = planOf(outline)
    const kernel = (c: number, { kernel: { nodes, inputs, uniforms } }: Pass): string =>
      [
        `class ${c + 1}: a kernel of ${counted(nodes.length, 'operation')}, run ${counted(must(leaves[c], 'leaves of a class').length, 'time')}`,
        ...(uniforms.length === 0 ? [] : [`given ${counted(uniforms.length, 'number')}`]),
        `reads ${inputs.length === 0 ? 'nothing' : inputs.map(nameOf).join(', ')}`,
      ].join('; ')
    const folds = (p: number): readonly string[] =>
      classes.flatMap((own, c) => {
        const { foldings } = must(outline.classes[c], 'class of an outline')
        const all = must(foldings[p], 'foldings of a phase')
        if (all.length === 0) return []
        const [wide, single] = [true, false].map((isWide) =>
          all.filter((one) => one.isWide === isWide).map(({ node }) => node.op),
        )
        return [
          ...(wide?.length ? [`${kernel(c, must(own.folds[p], 'pass of a phase'))}; folds ${wide.join(', ')}`] : []),
          ...(single?.length ? [`class ${c + 1}: ${single.join(', ')} of single numbers, on the host`] : []),
        ]
      })
    const writes = ({ map }: HeapClass, { elements, perLeaf, perTree }: ClassOutline, c: number): readonly string[] => [
      ...(elements.length === 0
        ? []
        : [`${kernel(c, map)}; writes ${elements.map(({ list }) => nameOf(list)).join(', ')}`]),
      ...[...perLeaf, ...perTree].map(({ list }) => `class ${c + 1}: ${nameOf(list)} is written by the host`),
    ]
    return [
      ...Array.from({ length: outline.phases }, (_, p) => [
        `phase ${p + 1}`,
        ...folds(p).map((line) => `  ${line}`),
      ]).flat(),
      'last phase',
      ...classes.flatMap((own, c) =>
        writes(own, must(outline.classes[c], 'class of an outline'), c).map((line) => `  ${line}`),
      ),
      'donated: written over what it replaces, unless somebody else was handed that',
    ]
  }

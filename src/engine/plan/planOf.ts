/** @internal */
import { classesOf, kindOf, type LeafClass } from '../../equation/classesOf.js'
import { sizeOf } from '../../tree/sizeOf.js'
import { rememberedOne } from '../../equation/Program.js'
import type { Stage } from '../../equation/Stage.js'
import type { Work } from '../../equation/Work.js'
import { boundedMemory } from '../../tree/boundedMemory.js'
import type { Leaf } from '../../tree/Tree.js'
import type { Outline } from './Outline.js'
import { outlineOf } from './outlineOf.js'

/** What a step does to which leaves: one object for each program, mode, skeleton and pattern of gradients. */
export interface StepPlan {
  readonly outline: Outline
  /** For each class, its leaves, as places in the skeleton. */
  readonly leaves: readonly (readonly number[])[]
  /** The number of elements of each leaf. */
  readonly sizes: readonly number[]
}

/** The plan of a work. */
export const planOf = (work: Work<Leaf>): StepPlan => {
  const classes = classesOf(work)
  return (plansOf(classes)[work.mode] ??= {
    outline: outlineFor(work, classes),
    leaves: classes.map(({ leaves }) => leaves),
    sizes: work.skeleton.shapes.map(sizeOf),
  })
}

/** The plans so far, by mode. The classes of a work are one object for each program, skeleton and pattern of gradients. */
const plansOf = rememberedOne((_classes: readonly LeafClass[]): { [M in Work<Leaf>['mode']]?: StepPlan } => ({}))

/** Where experts take turns there are many patterns of gradients, and few kinds of leaves. */
const outlineFor = ({ stages, mode }: Work<Leaf>, classes: readonly LeafClass[]): Outline =>
  outlines(stages)(`${mode} ${classes.map(kindOf).join()}`, () => outlineOf(stages, mode, classes))

const outlines = rememberedOne((_stages: readonly Stage[]) => boundedMemory<Outline>(64))

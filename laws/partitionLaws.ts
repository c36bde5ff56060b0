import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { byPath } from '../src/combinators/byPath.js'
import { chain } from '../src/combinators/chain.js'
import { masked } from '../src/combinators/masked.js'
import { partition } from '../src/combinators/partition.js'
import { hide } from '../src/combinators/transformations.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { scale } from '../src/transforms/scale.js'
import { pathsOf } from '../src/tree/pathsOf.js'
import { clipByGlobalNorm } from '../src/transforms/clipByGlobalNorm.js'
import { exactly, within } from './Agreement.js'
import { trainings } from './arbitraries/training.js'
import { exactTransformations } from './arbitraries/transformations.js'
import { anewLaw } from './combining/anew.js'
import { handedInLaw } from './combining/handedIn.js'
import { choosing } from './combining/choosing.js'
import { namesLaw } from './combining/names.js'
import { hasNumbers, pathOf, updatesIn } from './combining/paths.js'
import { law } from './Law.js'
import { tensorsFrom, tidily, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'
import { nth } from './nth.js'

/** How groups of leaves get transformations of their own; by default `partition`. */
export interface PartitionSubject {
  readonly split: (
    transforms: Readonly<Record<string, Transformation<Opaque>>>,
    label: (path: string) => string,
  ) => Transformation<Opaque>
}

/** Records with a leaf of either group. */
const bothGroups = fc.tuple(trainings({ nulls: false }), trainings({ nulls: false })).map(([a, b]) => ({
  params: { a: a.params, b: b.params },
  grads: a.grads.flatMap((g, t) => (t < b.grads.length ? [{ a: g, b: b.grads[t] ?? null }] : [])),
}))

const isA = (path: string): boolean => path.startsWith('a')

/** The laws of groups. Example  `await checkLaws(partitionLaws())` */
export const partitionLaws = (given: Partial<PartitionSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  split = (transforms, label) => hide(partition({ transforms, paramLabels: byPath((path) => label(path)) })),
}: Partial<PartitionSubject>): Suite => ({
  name: 'partition',
  laws: [
    law(exactly)(
      {
        name: 'one group',
        equation: 'partition({ all: f }) ≅ f',
        reason: 'a group is a tree like any other',
      },
      [exactTransformations, trainings({ nulls: false })],
      (f, training) => {
        fc.pre(hasNumbers(training.params))
        return {
          left: pathOf(
            split({ all: f }, () => 'all'),
            training,
          ),
          right: pathOf(f, training),
        }
      },
    ),
    law(exactly)(
      {
        name: 'a label without a group',
        equation: 'a label that none of the transformations has ⇒ it throws, and says the label and the leaf',
        reason: 'a misspelt label is a leaf that is never trained',
        bug: 'leaves that no group takes, left as they are without a word',
      },
      [exactTransformations, trainings({ nulls: false }), fc.nat()],
      (f, { params }, pick) => {
        fc.pre(hasNumbers(params))
        const paths = tidily(() => pathsOf(tensorsFrom(params)))
        const stray = nth(paths, pick % paths.length)
        try {
          tidily(() => void split({ some: f }, (path) => (path === stray ? 'lost' : 'some')).init(tensorsFrom(params)))
          return { left: 'no error', right: 'an error' }
        } catch (cause) {
          const said = cause instanceof Error ? cause.message : ''
          return { left: ['lost', stray].filter((word) => said.includes(word)), right: ['lost', stray] }
        }
      },
    ),
    law(exactly)(
      {
        name: 'a group without a leaf',
        equation: 'a transformation whose label no leaf has ⇒ it throws, and says the label',
        reason: 'a misspelt label is a group that is never trained',
        bug: 'the rate of an embedding that was renamed, turned up again and again without any effect',
        share: 0.5,
      },
      [exactTransformations, trainings({ nulls: false })],
      (f, { params }) => {
        fc.pre(hasNumbers(params))
        try {
          tidily(() => void split({ some: f, idle: f }, () => 'some').init(tensorsFrom(params)))
          return { left: 'no error', right: 'an error' }
        } catch (cause) {
          const said = cause instanceof Error ? cause.message : ''
          return { left: said.includes('idle') ? 'shown' : said, right: 'shown' }
        }
      },
    ),
    namesLaw((name, f) => split({ [name]: f }, () => name)),
    law(exactly)(
      {
        name: 'masks',
        equation: 'partition({ f on a, g on b }) ≅ masked(a)(f) · masked(b)(g)',
        reason: 'each leaf is in one group, and what a group does is its own affair',
        bug: 'a label that no transformation bore: its leaves were given raw gradients',
      },
      [exactTransformations, exactTransformations, bothGroups],
      (f, g, training) => ({
        left: pathOf(
          split({ a: f, b: g }, (path) => (isA(path) ? 'a' : 'b')),
          training,
        ),
        right: pathOf(
          hide(chain(masked({ mask: byPath(isA) })(f), masked({ mask: byPath((path) => !isA(path)) })(g))),
          training,
        ),
      }),
    ),
    law(exactly)(
      {
        name: 'order of labels',
        equation: 'partition({ a: f, b: g }) ≅ partition({ b: g, a: f })',
        reason: 'a record has no order',
      },
      [exactTransformations, exactTransformations, bothGroups],
      (f, g, training) => {
        const label = (path: string): string => (isA(path) ? 'a' : 'b')
        return {
          left: pathOf(split({ a: f, b: g }, label), training),
          right: pathOf(split({ b: g, a: f }, label), training),
        }
      },
    ),
    law(exactly)(
      {
        name: 'alike',
        equation: 'partition({ a: f, b: f }) ≅ f, the very same f, over several steps',
        reason: 'two groups with one rule are two states',
        bug: 'states kept by the transformation and not by the group: the momentum of the one moved the other',
        presumes: ['one group'],
      },
      [exactTransformations, bothGroups],
      (f, training) => ({
        left: pathOf(
          split({ a: f, b: f }, (path) => (isA(path) ? 'a' : 'b')),
          training,
        ),
        right: pathOf(f, training),
      }),
    ),
    law(exactly)(
      {
        name: 'three groups',
        equation: 'each leaf is moved by the transformation of its label, whatever stands beside it',
        reason: 'labels go by the leaf',
        bug: 'the label of a branch was that of its first leaf',
        presumes: ['masks'],
      },
      [exactTransformations, exactTransformations, exactTransformations, bothGroups, fc.nat({ max: 3 })],
      (f, g, h, training, salt) => {
        const paths = tidily(() => pathsOf(tensorsFrom(training.params)))
        const label = (path: string): string => ['f', 'g', 'h'][(path.length + salt) % 3] ?? 'f'
        const used = Object.entries({ f, g, h }).filter(([name]) => paths.some((path) => label(path) === name))
        const on = [f, g, h].map((tx) => pathOf(tx, training))
        const [f1 = [], g1 = [], h1 = []] = on
        const [first, second] = ['f', 'g'].map((name) => choosing(training.params, (path) => label(path) === name))
        return {
          left: pathOf(split(Object.fromEntries(used), label), training),
          right: f1.map((there, t) => first?.(there, second?.(g1[t] ?? null, h1[t] ?? null) ?? null)),
        }
      },
    ),
    law(within(1e-5))(
      {
        name: 'a norm of each group',
        equation:
          'partition({ a: clip, b: clip }), the very same clipByGlobalNorm: each leaf by the norm of its own group',
        reason: 'a norm is that of what is trained',
        bug: 'one norm for all groups: the loss of the generator was clipped by the gradients of the discriminator',
        share: 0.5,
      },
      [bothGroups],
      ({ params, grads }) => {
        const clip = hide(clipByGlobalNorm({ maxNorm: 1 }))
        const alone = (group: 'a' | 'b'): readonly TreeSpec[] =>
          updatesIn(clip, { params: params[group], grads: grads.map((g) => g[group]) })
        const [a, b] = [alone('a'), alone('b')]
        return {
          left: updatesIn(
            split({ a: clip, b: clip }, (path) => (isA(path) ? 'a' : 'b')),
            { params, grads },
          ),
          right: grads.map((_, t) => ({ a: a[t], b: b[t] })),
        }
      },
    ),
    anewLaw(
      (f, salt) => split({ a: f, b: hide(scale({ stepSize: -salt })) }, (path) => (isA(path) ? 'a' : 'b')),
      bothGroups,
    ),
    handedInLaw((f) => split({ a: f, b: f }, (path) => (isA(path) ? 'a' : 'b')), bothGroups),
  ],
})

const known = knownOnly<Partial<PartitionSubject>>('partitionLaws', { split: true })

import * as tf from '@tensorflow/tfjs-core'
import { byPath } from '../../../src/combinators/byPath.js'
import { byPattern } from '../../../src/combinators/byPattern.js'
import { chain } from '../../../src/combinators/chain.js'
import { conditionallyMask } from '../../../src/combinators/conditionallyMask.js'
import { conditionallyTransform } from '../../../src/combinators/conditionallyTransform.js'
import { injectHyperparams } from '../../../src/combinators/injectHyperparams.js'
import { masked } from '../../../src/combinators/masked.js'
import { matching } from '../../../src/combinators/matching.js'
import { measureWithEma } from '../../../src/combinators/measureWithEma.js'
import { monitor } from '../../../src/combinators/monitor.js'
import { hide } from '../../../src/combinators/transformations.js'
import { sgd } from '../../../src/optimizers/sgd.js'
import { identity } from '../../../src/transformation/identity.js'
import { pathsOf } from '../../../src/tree/pathsOf.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { choiceLaws } from '../../choiceLaws.js'
import { conditionalLaws } from '../../conditionalLaws.js'
import { hyperparamLaws } from '../../hyperparamLaws.js'
import { labelLaws } from '../../labelLaws.js'
import { measureLaws } from '../../measureLaws.js'
import { namedChainLaws } from '../../namedChainLaws.js'
import { partitionLaws, type PartitionSubject } from '../../partitionLaws.js'
import { patternLaws } from '../../patternLaws.js'
import type { Suite } from '../../Suite.js'

type Row = readonly [bug: string, caughtBy: string, suite: Suite]

type Groups = Readonly<Record<string, string | readonly string[]>>

const groupsAt = (groups: Groups, path: string): readonly string[] =>
  Object.keys(groups).filter((name) => matching(...[groups[name] ?? []].flat())(path))

/** Ones where a leaf is chosen, by whatever a user reads of the choices. */
const reads = (chosen: (choices: unknown, path: string, params: Tree) => boolean): Suite =>
  choiceLaws({
    of: (choices) =>
      hide(
        masked({ mask: (params) => byPath((path) => chosen(choices, path, params))(params), otherwise: 'zero' })(
          identity(),
        ),
      ),
  })

const at = (choices: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>(
    (node, key) =>
      typeof node === 'object' && node !== null ? (node as Readonly<Record<string, unknown>>)[key] : undefined, // by key
    choices,
  )

const leavesIn = (choices: unknown): readonly unknown[] =>
  typeof choices === 'object' && choices !== null ? Object.values(choices).flatMap(leavesIn) : [choices]

/** What a choice for a leaf or for a branch above it says. */
const above = (choices: unknown, path: string): unknown => {
  const keys = path.split('/')
  const length = keys.findIndex((_, n) => typeof at(choices, keys.slice(0, n)) === 'boolean')
  return at(choices, length < 0 ? keys : keys.slice(0, length))
}

/** Groups as masks in a chain. */
const inMasks: PartitionSubject['split'] = (transforms, label) =>
  hide(
    chain(
      ...Object.entries(transforms).map(([name, tx]) => masked({ mask: byPath((path) => label(path) === name) })(tx)),
    ),
  )

const number = (made: unknown): tf.Tensor => (made instanceof tf.Tensor ? made : tf.scalar(Number.NaN))

/** Masks, labels, names and what is measured, as users write them, each with a bug of its author's. */
export const userChoices: readonly Row[] = [
  [
    'labels as a flat record of paths',
    'the label of its pattern',
    labelLaws({
      label: (groups, otherwise) => (params) =>
        Object.fromEntries(pathsOf(params).map((path) => [path, groupsAt(groups, path)[0] ?? otherwise])),
    }),
  ],
  [
    'a label for the rest that was there without being asked for',
    'a group for each leaf',
    labelLaws({ label: (groups, otherwise = 'default') => byPattern(groups, otherwise) }),
  ],
  [
    'the group that was written last has the leaf',
    'one group for each leaf',
    labelLaws({
      label: (groups, otherwise = '') => byPath((path) => groupsAt(groups, path).at(-1) ?? otherwise),
    }),
  ],
  [
    'patterns that match nothing any more, after a layer was renamed',
    'a leaf for each pattern',
    labelLaws({
      label: (groups, otherwise = '') => byPath((path) => groupsAt(groups, path)[0] ?? otherwise),
    }),
  ],
  [
    'a mask read by position',
    'leaf by leaf',
    reads((choices, path, params) => leavesIn(choices)[pathsOf(params).indexOf(path)] === true),
  ],
  [
    'a mask read leaf by leaf alone',
    'one for all below',
    reads((choices, path) => at(choices, path.split('/')) === true),
  ],
  [
    'a mask of layers that is asked for whole paths',
    'paths as keys',
    reads((choices, path) => above(choices, path) === true),
  ],
  ['what the mask forgot is false', 'what does not fit', reads((choices, path) => Boolean(above(choices, path)))],
  [
    'parts whose names nobody looked at',
    'names that cannot be',
    namedChainLaws({ named: (parts) => hide(chain(...Object.values(parts))) }),
  ],
  ['groups of any name, as masks in a chain', 'names that cannot be', partitionLaws({ split: inMasks })],
  ['a group that nobody is in', 'a group without a leaf', partitionLaws({ split: inMasks })],
  [
    'patterns kept by all but their last key: the second of two took the place of the first',
    'key by key',
    patternLaws({
      matches: (...all) => {
        const known = new Map(all.map((one) => [one.split('/').slice(0, -1).join('/'), one]))
        return (path) => [...known.values()].some((one) => matching(one)(path))
      },
    }),
  ],
  [
    'empty keys dropped: /dense is dense, and nothing is everything',
    'what is no pattern',
    patternLaws({
      matches: (...all) => matching(...all.map((one) => one.split('/').filter(Boolean).join('/') || '**')),
    }),
  ],
  [
    'glob by search: the parts of a*b*c anywhere, in any order',
    'stars within a key',
    patternLaws({
      matches:
        (...all) =>
        (path) =>
          all.some((one) => one.split('*').every((part) => path.includes(part))),
    }),
  ],
  [
    'a flag that was not handed in is false: off for ever',
    'what is told with the step',
    conditionalLaws({
      only: (holds, elsewhere) => (tx) =>
        hide((elsewhere === 'pass' ? conditionallyTransform : conditionallyMask)({ shouldTransformFn: holds })(tx)),
      told: (holds, elsewhere) => (tx) =>
        hide(
          (elsewhere === 'pass' ? conditionallyTransform : conditionallyMask)({
            shouldTransformFn: (step: number, extra: { readonly go: boolean }) =>
              holds(step, { go: 'go' in extra && extra.go }),
          })(tx),
        ),
    }),
  ],
  [
    'a rate made a number in any case: rate || 0',
    'what is no rate',
    hyperparamLaws({
      inject: (given) =>
        hide(
          injectHyperparams(sgd)({
            learningRate: typeof given === 'function' ? (count) => given(count) || 0 : given,
            momentum: 0.5,
          }),
        ),
    }),
  ],
  [
    'a measurement that is no number, logged as NaN',
    'refuses what is no measurement',
    measureLaws({
      watch: (given, smoothed) => {
        const measure = (updates: Tree): tf.Tensor => number(given(updates))
        return hide(monitor({ now: measure, smooth: measureWithEma({ measure, ...smoothed }) }))
      },
    }),
  ],
]

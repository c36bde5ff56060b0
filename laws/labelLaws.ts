import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { byPattern } from '../src/combinators/byPattern.js'
import { mapTree } from '../src/tree/mapTree.js'
import { pathsOf } from '../src/tree/pathsOf.js'
import type { Tree } from '../src/tree/Tree.js'
import { exactly } from './Agreement.js'
import { trees } from './arbitraries/trees.js'
import { law } from './Law.js'
import { tensorsFrom, tidily } from './Numbers.js'
import type { Suite } from './Suite.js'
import { nth } from './nth.js'

/** Labels leaves by patterns of their paths, the rest by another label; by default `byPattern`. */
export interface LabelSubject {
  readonly label: (
    groups: Readonly<Record<string, string | readonly string[]>>,
    otherwise?: string,
  ) => (params: Tree) => unknown
}

const params = trees({ nulls: false })

/** The laws of labels by pattern.
 *
 *  @example await checkLaws(labelLaws()) */
export const labelLaws = (given: Partial<LabelSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  label = (groups, otherwise) => (otherwise === undefined ? byPattern(groups) : byPattern(groups, otherwise)),
}: Partial<LabelSubject>): Suite => {
  const refused = (f: () => unknown, words: readonly string[]) => {
    try {
      f()
      return { left: 'no error', right: 'an error' }
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : ''
      return { left: words.filter((word) => said.includes(word)), right: words }
    }
  }
  return {
    name: 'labels by pattern',
    laws: [
      law(exactly)(
        {
          name: 'the label of its pattern',
          equation:
            'a leaf has the label of the group that matches its path, or else the other label; as a tree like the parameters',
          reason: 'who has a rate of its own is decided here',
          bug: 'labels as a flat record of paths: nested parameters had none',
        },
        [params, fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 9 }), fc.boolean()],
        (spec, drawn, rest) =>
          tidily(() => {
            const tree = tensorsFrom(spec)
            const paths = pathsOf(tree)
            fc.pre(!paths.includes('')) // a leaf at the root has a path that no pattern is
            const names = ['x', 'y', rest ? 'rest' : 'z']
            const nameAt = (path: string): string => nth(names, nth(drawn, paths.indexOf(path) % drawn.length))
            const groups = Object.fromEntries(
              names.flatMap((name): (readonly [string, string | readonly string[]])[] => {
                const own = paths.filter((path) => nameAt(path) === name)
                const [only = ''] = own
                return own.length === 0 || name === 'rest' ? [] : [[name, own.length === 1 ? only : [...own, only]]]
              }),
            )
            const found = label(groups, rest ? 'rest' : undefined)(tree)
            return { left: found, right: mapTree((_, path) => nameAt(path) as never)(tree) } // a tree of labels
          }),
      ),
      law(exactly)(
        {
          name: 'a group for each leaf',
          equation: 'a leaf that no pattern matches, and no other label is there ⇒ it throws, and shows the leaf',
          reason: 'a leaf without a group is one that nobody trains',
          bug: 'undefined as a label: the leaf was left out without a word',
          share: 0.5,
        },
        [params, fc.nat()],
        (spec, pick) =>
          tidily(() => {
            const tree = tensorsFrom(spec)
            const paths = pathsOf(tree)
            fc.pre(paths.length > 1)
            const stray = nth(paths, pick % paths.length)
            return refused(() => label({ x: paths.filter((path) => path !== stray) })(tree), [stray])
          }),
      ),
      law(exactly)(
        {
          name: 'one group for each leaf',
          equation:
            'a leaf that two groups match ⇒ it throws, and shows the leaf and both groups, with another label, too',
          reason: 'which of them was meant is not for the order of writing to decide',
          bug: 'the group that was written last had the leaf',
          share: 0.5,
        },
        [params, fc.nat(), fc.boolean()],
        (spec, pick, rest) =>
          tidily(() => {
            const tree = tensorsFrom(spec)
            const paths = pathsOf(tree)
            fc.pre(!paths.includes(''))
            const torn = nth(paths, pick % paths.length)
            return refused(
              () => label({ left: '**', right: [torn] }, rest ? 'rest' : undefined)(tree),
              [torn, 'left', 'right'],
            )
          }),
      ),
      law(exactly)(
        {
          name: 'a leaf for each pattern',
          equation: 'a pattern that no leaf matches ⇒ it throws, and shows the pattern',
          reason: 'a layer that was renamed takes its group along in silence',
          bug: 'no decay for a layer that was called dense_1 in the second run',
          share: 0.5,
        },
        [params, fc.boolean()],
        (spec, rest) =>
          tidily(() => {
            const tree = tensorsFrom(spec)
            return refused(() => label({ x: ['**', 'dense_1/*'] }, rest ? 'rest' : undefined)(tree), ['dense_1/*'])
          }),
      ),
    ],
  }
}

const known = knownOnly<Partial<LabelSubject>>('labelLaws', { label: true })

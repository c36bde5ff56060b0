import { knownOnly } from '../src/scalars/knownOnly.js'
import fc from 'fast-check'
import { masked } from '../src/combinators/masked.js'
import { hide } from '../src/combinators/transformations.js'
import { identity } from '../src/transformation/identity.js'
import type { Opaque, Transformation } from '../src/transformation/Transformation.js'
import { mapTree } from '../src/tree/mapTree.js'
import { pathsOf } from '../src/tree/pathsOf.js'
import { exactly } from './Agreement.js'
import { trees } from './arbitraries/trees.js'
import { law } from './Law.js'
import { isNumbers, mapNumbers, numbersFrom, tensorsFrom, tidily, type TreeSpec } from './Numbers.js'
import type { Suite } from './Suite.js'
import { nth } from './nth.js'

/** What takes a tree of choices, as masks and labels are: the first choice lets the updates of a leaf pass, the second
 *  makes them zero. By default `masked`, with `true` and `false`. */
export interface ChoiceSubject {
  readonly of: (choices: unknown) => Transformation<Opaque>
  readonly choices: readonly [passes: unknown, zero: unknown]
}

const params = trees({ shapes: [[], [2]], nulls: false })

/** The laws of choices that are written as trees.
 *
 *  @example await checkLaws(choiceLaws()) */
export const choiceLaws = (given: Partial<ChoiceSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({
  // trees of booleans, or what it must refuse
  of = (mask) => hide(masked({ mask: mask as never, otherwise: 'zero' })(identity())),
  choices: [yes, no] = [true, false],
}: Partial<ChoiceSubject>): Suite => {
  /** Ones that pass, and zeros. */
  const seen = (choices: unknown, spec: TreeSpec): unknown =>
    tidily(() => {
      const [tree, tx] = [tensorsFrom(spec), of(choices)]
      return numbersFrom(tx.update(tensorsFrom(ones(spec)), tx.init(tree), tree)[0])
    })
  /** What is meant, leaf by leaf. */
  const meant = (chosen: (path: string) => boolean, spec: TreeSpec): unknown => {
    const paths = tidily(() => pathsOf(tensorsFrom(spec)))
    let next = 0
    return mapNumbers(({ shape, values }) => {
      const one = chosen(nth(paths, next++)) ? 1 : 0
      return { shape, values: values.map(() => one) }
    })(spec)
  }
  /** Choices as a tree like the parameters, by path. */
  const tree = (chosen: (path: string) => boolean, spec: TreeSpec): unknown =>
    tidily(() => mapTree((_, path) => (chosen(path) ? yes : no) as never)(tensorsFrom(spec))) // a tree of choices
  const refused = (choices: unknown, spec: TreeSpec, word: string) => {
    try {
      return { left: seen(choices, spec), right: 'an error' }
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : ''
      // the place itself, and not one below it
      return {
        left: said.split(/[^\w/]+/).some((one) => one === word || one.endsWith(`/${word}`)) ? 'shown' : said,
        right: 'shown',
      }
    }
  }
  return {
    name: 'choices as trees',
    laws: [
      law(exactly)(
        {
          name: 'leaf by leaf',
          equation: 'a choice for each leaf, in a tree like the parameters, keys in any order ⇒ each leaf has its own',
          reason: 'a tree of choices is read by keys',
          bug: 'choices listed by Object.values: those of a file with sorted keys went to other leaves',
        },
        [params, fc.array(fc.boolean(), { minLength: 1, maxLength: 7 })],
        (spec, drawn) => {
          const chosen = (path: string): boolean => drawn[path.length % drawn.length] ?? true
          const choices = tree(chosen, spec)
          const right = meant(chosen, spec)
          return { left: [seen(choices, spec), seen(turned(choices), spec)], right: [right, right] }
        },
      ),
      law(exactly)(
        {
          name: 'one for all below',
          equation: 'a choice in the place of a branch is that of every leaf below it; at the root, of all',
          reason: 'a whole layer is frozen in one word',
        },
        [
          fc.dictionary(fc.constantFrom('w', 'b', 'a b', '10', 'layers'), params, {
            minKeys: 1,
            maxKeys: 3,
            noNullPrototype: true,
          }),
          fc.boolean(),
        ],
        (spec, first) => {
          const isYes = (path: string): boolean => nth(path.split('/'), 0).length % 2 === (first ? 1 : 0)
          const choices = Object.fromEntries(Object.keys(spec).map((key) => [key, isYes(key) ? yes : no]))
          return {
            left: [seen(choices, spec), seen(first ? yes : no, spec)],
            right: [meant(isYes, spec), meant(() => first, spec)],
          }
        },
      ),
      law(exactly)(
        {
          name: 'paths as keys',
          equation: '{ "a/b": x } and { a: { b: x } } are one tree of choices, for parameters of either form',
          reason: 'models name their variables by paths, and people write trees',
          bug: 'a mask of layers for flat parameters: nothing was found, nothing was decayed',
        },
        [fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), fc.boolean(), fc.boolean()],
        ([a = true, b = true, c = true], flat, short) => {
          const one = { shape: [], values: [1] }
          const [deep, wide] = [
            { dense: { kernel: one, in: { bias: one } }, b: one },
            { 'dense/kernel': one, 'dense/in/bias': one, b: one },
          ]
          const to = (on: boolean): unknown => (on ? yes : no)
          const nested = { dense: short ? to(a) : { kernel: to(a), in: to(b) }, b: to(c) }
          const inPaths = { 'dense/kernel': to(a), 'dense/in/bias': to(short ? a : b), b: to(c) }
          const chosen = (path: string): boolean => (path === 'b' ? c : path === 'dense/kernel' || short ? a : b)
          return {
            left: [seen(nested, flat ? wide : deep), seen(inPaths, flat ? wide : deep)],
            right: [meant(chosen, flat ? wide : deep), meant(chosen, flat ? wide : deep)],
          }
        },
      ),
      law(exactly)(
        {
          name: 'nothing for nothing',
          equation: 'a parameter that is null needs no choice, and whatever stands in its place is read by nobody',
          reason: 'a bias that a layer does not have is no leaf',
          bug: 'a mask made of the layers that have a bias, refused for those that have none',
          presumes: ['leaf by leaf'],
        },
        [fc.boolean(), fc.boolean(), fc.constantFrom<unknown>(null, {}, [], 3)],
        (first, listed, thing) => {
          const one = { shape: [2], values: [1, 1] }
          const choice = first ? yes : no
          const all: readonly (readonly [unknown, TreeSpec])[] = listed
            ? [
                [[choice], [one, null]],
                [
                  [choice, thing],
                  [one, null],
                ],
              ]
            : [
                [{ kernel: choice }, { kernel: one, bias: null }],
                [
                  { kernel: choice, bias: thing },
                  { bias: null, kernel: one },
                ],
              ]
          return {
            left: all.map(([choices, spec]) => seen(choices, spec)),
            right: all.map(([, spec]) => meant(() => first, spec)),
          }
        },
      ),
      law(exactly)(
        {
          name: 'what does not fit',
          equation:
            'a leaf without a choice, a choice without a leaf, a list for a record, a tree for a leaf, another value, one for a branch, too ⇒ it throws, and shows the place',
          reason: 'a choice that nobody reads was meant for somebody',
          bug: 'undefined, which is falsy, for a leaf that the mask had forgotten',
          share: 0.5,
        },
        [fc.boolean(), fc.boolean()],
        (deep, lists) => {
          const one = { shape: [2], values: [1, 1] }
          const within = (inner: unknown): unknown => (deep ? { layers: inner } : inner)
          const fine = lists ? [yes, no] : { kernel: yes, bias: no }
          const spec = within(lists ? [one, one] : { kernel: one, bias: one }) as TreeSpec // of these two
          const [first, last] = lists ? (['0', '1'] as const) : (['kernel', 'bias'] as const)
          // each of them in each case: what one check lets through, another may not
          const all = wrongs.map((kind) => {
            const wrong = {
              missing: () => (lists ? [yes] : { kernel: yes }),
              surplus: () => (lists ? [yes, no, no] : { ...fine, extra: no }),
              list: () => (lists ? { kernel: yes, bias: no } : [yes, no]),
              tree: () => (lists ? [yes, { of: no }] : { kernel: yes, bias: { of: no } }),
              null: () => (lists ? [null, no] : { kernel: null, bias: no }),
              number: () => (lists ? [yes, 0.5] : { kernel: yes, bias: 0.5 }),
              record: () => null,
              'empty list': () => (lists ? {} : []),
              branch: () => 0.5,
              nothing: () => (deep ? undefined : 0.5), // nothing at all is no tree of choices
            }[kind]()
            const place = {
              missing: last,
              surplus: lists ? '2' : 'extra',
              list: deep ? 'layers' : 'root',
              tree: last,
              null: first,
              number: last,
              record: deep ? 'layers' : 'root',
              'empty list': deep ? 'layers' : 'root',
              branch: deep ? 'layers' : 'root',
              nothing: deep ? 'layers' : 'root',
            }[kind]
            return refused(within(wrong), spec, place)
          })
          return { left: all.map(({ left }) => left), right: all.map(({ right }) => right) }
        },
      ),
    ],
  }
}

const wrongs = [
  'missing',
  'surplus',
  'list',
  'empty list',
  'tree',
  'null',
  'number',
  'record',
  'branch',
  'nothing',
] as const

const ones = mapNumbers(({ shape, values }) => ({ shape, values: values.map(() => 1) }))

/** The same record with its keys the other way round. */
const turned = (tree: unknown): unknown =>
  Array.isArray(tree)
    ? tree.map(turned)
    : typeof tree !== 'object' || tree === null || isNumbers(tree)
      ? tree
      : Object.fromEntries(
          Object.entries(tree)
            .toReversed()
            .map(([key, child]) => [key, turned(child)]),
        )

const known = knownOnly<Partial<ChoiceSubject>>('choiceLaws', { of: true, choices: true })

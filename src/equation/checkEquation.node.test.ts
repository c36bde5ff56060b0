import { describe, expect, test } from 'vitest'
import { checkedEquation as equation } from '../transformation/checkedEquation.js'
import { copied, perLeaf, perTree, zeros } from './Slot.js'

describe('what types do not see is refused at construction', () => {
  const cases: readonly (readonly [string, () => unknown, string])[] = [
    // A surplus slot is no type error: results are compared as return values, not as literals.
    [
      'a surplus slot',
      () => equation({ name: 'surplus' })((A) => ({ update }) => ({ update, mu: A.neg(update) })),
      'surplus: the equation returns a slot "mu" that it does not declare. Declare it in slots, or drop it.',
    ],
    [
      'a surplus slot with the name of a method',
      () => equation({ name: 'surplus' })(() => ({ update }) => ({ update, toString: update })),
      'surplus: the equation returns a slot "toString" that it does not declare',
    ],
    [
      'a scalar lost in a copy',
      () =>
        equation({ name: 'copy', scalars: () => ({ s: 2 }) })((A) => ({ update }, scalars) => ({
          update: A.mul({ ...scalars }.s, update),
        })),
      'an operand of "mul" is undefined. Take slots and scalars by name',
    ],
    [
      'a slot of one number per leaf given one per element',
      () => equation({ name: 'wide', slots: { norm: perLeaf(0) } })(() => ({ update }) => ({ update, norm: update })),
      'wide: slot "norm" is one number per leaf, but the equation gives it one per element. Reduce it with leafSum, leafMax or leafNorm.',
    ],
    [
      'a slot of one number per tree given one per leaf',
      () =>
        equation({ name: 'wide', slots: { norm: perTree(0) } })((A) => ({ update }) => ({
          update,
          norm: A.leafSum(update),
        })),
      'wide: slot "norm" is one number per tree, but the equation gives it one per leaf. Reduce it with treeSum or treeNorm.',
    ],
    [
      'a slot of one number per tree given a size of leaves',
      () =>
        equation({ name: 'wide', slots: { size: perTree(0) } })((A) => ({ update }) => ({
          update,
          size: A.leafSize(),
        })),
      'wide: slot "size" is one number per tree, but the equation gives it one per leaf',
    ],
    ...[perTree(0), perLeaf(0)].map(
      (slot) =>
        [
          `a slot of one number per ${slot.per} given a choice by each element`,
          () =>
            equation({ name: 'wide', slots: { some: slot } })((A) => ({ update }) => ({
              update,
              some: A.where(A.less(update, A.lit(0)), A.lit(1), A.lit(0)),
            })),
          `wide: slot "some" is one number per ${slot.per}, but the equation gives it one per element`,
        ] as const,
    ),
    [
      'a slot with the name of what an equation is given',
      () => equation({ name: 'bad', slots: { param: zeros } })(() => (x) => x),
      'bad: "param" cannot name a slot. Use a word without "/" and "." other than "update" and "param".',
    ],
    ...['update', '', '__proto__', 'a/b'].map(
      (name) =>
        [
          `a slot called "${name}"`,
          () => equation({ name: 'bad', slots: Object.fromEntries([[name, zeros]]) })(() => (x) => x),
          `bad: "${name}" cannot name a slot`,
        ] as const,
    ),
    [
      'a slot whose name has a dot',
      () => equation({ name: 'bad', slots: { 'a.b': zeros } })(() => (x) => x),
      'bad: "a.b" cannot name a slot',
    ],
    [
      'a slot and a number of one name',
      () =>
        equation({ name: 'twice', slots: { count: zeros }, host: { init: { count: 0 }, next: (h) => h } })(
          () =>
            ({ update, count }) => ({ update, count }),
        ),
      'twice: "count" is both a slot and a number of the host. Rename one.',
    ],
    [
      'one number that is a copy of the parameter',
      () =>
        equation({ name: 'bad', slots: { x: { ...copied, per: 'leaf' } } })(() => ({ update, x }) => ({ update, x })),
      'bad: slot "x" is one number per leaf, so it cannot start as a copy of the parameter. Start it at a number.',
    ],
    [
      'a slot that starts at NaN',
      () => equation({ name: 'bad', slots: { x: perLeaf(Number.NaN) } })(() => ({ update, x }) => ({ update, x })),
      'bad: slot "x" starts at NaN. Start it at a finite number.',
    ],
    [
      'a slot that starts at −∞',
      () =>
        equation({ name: 'bad', slots: { x: perTree(Number.NEGATIVE_INFINITY) } })(() => ({ update, x }) => ({
          update,
          x,
        })),
      'bad: slot "x" starts at -Infinity',
    ],
    [
      'an operand that is no number',
      () =>
        equation({ name: 'bad' })((A) => ({ update }) => ({
          update: A.where(A.less(update, undefined as never), update, A.neg(update)),
        })),
      'an operand of "less" is undefined. Take slots and scalars by name: a copy by spreading has no scalars.',
    ],
  ]
  test.each(cases)('%s', (_, make, message) => {
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })

  test('a forgotten slot or update, from JavaScript', () => {
    const without = (() =>
      ({ update }: { update: unknown }) => ({ update })) as never
    expect(() => equation({ name: 'forgetful', slots: { mu: zeros } })(without)).toThrow(
      'forgetful: the equation returns no "mu". Return the update and every slot.',
    )
    const silent = (() => () => ({})) as never
    expect(() => equation({ name: 'silent' })(silent)).toThrow('silent: the equation returns no "update"')
  })
})

describe('what the types refuse, from JavaScript', () => {
  /** As who writes JavaScript sees it. */
  type Loose = Readonly<Record<'add' | 'mul' | 'neg' | 'where' | 'lit', (...operands: readonly unknown[]) => number>>
  const operators =
    'a rule computes with A alone: write A.mul(a, b), A.neg(a), A.where(A.less(a, b), …), not a * b, -a, a < b ? …'
  const cases: readonly (readonly [string, (A: Loose, update: number, b: number) => unknown, string])[] = [
    ['a number as an operand', (A, update) => A.mul(update, 2), 'A.mul: an operand is the number 2. Write A.lit(2).'],
    [
      'a condition of JavaScript',
      (A, update) => A.where(true, update, update),
      'A.where: an operand is the boolean true. It takes what the rule is given, and what A has made.',
    ],
    ['a word', (A, update) => A.add(update, A.lit('2')), 'A.lit: a number is needed, found the string "2".'],
    ['a product', (_, update) => update * 2, operators],
    ['a sign', (_, update) => -update, operators],
    ['a sum', (_, update) => update + update, operators],
    ['a comparison', (A, update) => (update > 0 ? update : A.neg(update)), operators],
    ['a difference of a scalar', (A, update, b) => A.mul(update, 1 - b), operators],
    [
      'a number for the update',
      () => 0,
      'odd: the equation returns the number 0 as "update". Return what the rule is given, or what A has made, as A.lit(0).',
    ],
  ]
  test.each(cases)('%s', (_, rule, message) => {
    const made = () =>
      equation({ name: 'odd', scalars: () => ({ b: 0.9 }) })(((A: Loose) =>
        ({ update }: { readonly update: number }, { b }: { readonly b: number }) => ({
          update: rule(A, update, b),
        })) as never)
    expect(made).toThrow(new TypeError(message))
  })
})

test('everything may be handed on as it is', () => {
  expect(() => equation({ name: 'rest', slots: { a: zeros } })(() => (x) => x)).not.toThrow()
  expect(() => equation({ name: 'moved' })((A) => (x) => ({ ...x, param: A.neg(x.param) }))).toThrow(
    'moved: the equation returns a slot "param" that it does not declare',
  )
})

test('narrower numbers fit into wider slots', () => {
  expect(() =>
    equation({ name: 'fits', slots: { a: zeros, b: perLeaf(0), c: perTree(0) }, scalars: () => ({ s: 1 }) })(
      (A) =>
        ({ update }, { s }) => ({
          update: A.lit(0),
          a: A.leafSum(update),
          b: A.treeSum(update),
          c: A.add(s, A.treeSum(A.leafMax(update))),
        }),
    ),
  ).not.toThrow()
})

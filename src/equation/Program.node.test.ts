import { describe, expect, test } from 'vitest'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import type { Equation } from './Equation.js'
import { concatenated, empty, narrowed, placedIn, type Program, relocated } from './Program.js'
import { both, type Mask, remembered } from './Scope.js'
import { classesOf } from './classesOf.js'

const leaf: Leaf = { shape: [], dtype: 'float32' }
const skeleton = skeletonOf({ a: leaf, b: leaf, c: leaf }, 'params')

const equation = (observes = false): Equation => ({
  name: 'x',
  slots: {},
  host: {},
  next: (h) => h,
  scalars: () => ({}),
  rule: () => (x) => ({ update: x['update'] as never }),
  observes,
}) // it is never run
const program = (scope: Mask | null = null, observes = false): Program => ({
  segments: [{ kind: 'stage', equation: equation(observes), at: ['own'], scope }],
})
const only = (...paths: readonly string[]): Mask => remembered((s) => s.paths.map((path) => paths.includes(path)))

const stages = ({ segments }: Program) => segments.flatMap((segment) => (segment.kind === 'stage' ? [segment] : []))

describe('programs are made once: identity is equality', () => {
  const [one, two] = [program(), program()]

  test('concatenated, for each list of programs', () => {
    const join = concatenated()
    expect(join([one, two])).toBe(join([one, two]))
    expect(join([one, two])).not.toBe(join([two, one]))
    expect(join([one])).not.toBe(join([one, two]))
    expect(join([one, empty, two]).segments).toEqual([...one.segments, ...two.segments])
    expect(join([]).segments).toEqual([])
  })

  test('relocated and narrowed, for each program', () => {
    const move = relocated(['inner', 1])
    expect(move(one)).toBe(move(one))
    expect(stages(move(one)).map(({ at }) => at)).toEqual([['inner', 1, 'own']])
    const narrow = narrowed(only('a', 'b'))
    expect(narrow(one)).toBe(narrow(one))
    expect(stages(narrow(one))[0]?.scope?.includes(skeleton)).toEqual([true, true, false])
    expect(narrowed(null)(program(only('c'))).segments[0]?.scope?.includes(skeleton)).toEqual([false, false, true])
  })

  test('what stands in a fork or a trial is placed where that is', () => {
    const placed = placedIn({ at: ['here'], scope: only('a') })(one)
    expect(stages(placed).map(({ at, scope }) => [at, scope?.includes(skeleton)])).toEqual([
      [
        ['here', 'own'],
        [true, false, false],
      ],
    ])
  })
})

describe('scopes', () => {
  test('both: the leaves that both see; all leaves are the unit', () => {
    const mask = only('a', 'b')
    expect(both(null, mask)).toBe(mask)
    expect(both(mask, null)).toBe(mask)
    expect(both(mask, only('b', 'c'))?.includes(skeleton)).toEqual([false, true, false])
  })

  test('are computed once for each structure', () => {
    let calls = 0
    const mask = remembered((s) => {
      calls += 1
      return s.paths.map(() => true)
    })
    const joined = both(mask, mask)
    for (let i = 0; i < 3; i++) joined?.includes(skeleton)
    expect(calls).toBe(1)
    mask.includes(skeletonOf({ a: leaf }, 'params'))
    expect(calls).toBe(2)
  })
})

describe('classes of leaves', () => {
  const updates = (...missing: readonly string[]) =>
    skeleton.paths.map((path) => (missing.includes(path) ? null : leaf))

  test('leaves on which the same stages run, in the order of their first leaf', () => {
    const work = { stages: [...stages(program(only('b'))), ...stages(program())], skeleton, updates: updates() }
    expect(classesOf(work)).toEqual([
      { leaves: [0, 2], active: [false, true], graded: true, emits: true },
      { leaves: [1], active: [true, true], graded: true, emits: true },
    ])
  })

  test('without a gradient only observers run', () => {
    const work = { stages: [...stages(program()), ...stages(program(null, true))], skeleton, updates: updates('a') }
    expect(classesOf(work)).toEqual([
      { leaves: [0], active: [false, true], graded: false, emits: false },
      { leaves: [1, 2], active: [true, true], graded: true, emits: true },
    ])
  })

  test('are remembered for each program, structure and pattern of gradients', () => {
    const all = stages(program())
    const work = { stages: all, skeleton, updates: updates() }
    expect(classesOf(work)).toBe(classesOf({ ...work, updates: updates() }))
    expect(classesOf(work)).not.toBe(classesOf({ ...work, updates: updates('b') }))
  })
})

import { expect, test } from 'vitest'
import { kinds } from '../../laws/checks/golden/kinds.mjs'
import { checkEquation } from '../equation/checkEquation.js'
import type { Equation } from '../equation/Equation.js'
import { type Occasion, placedIn, type Program } from '../equation/Program.js'
import { zeros } from '../equation/Slot.js'
import { isSteady } from '../equation/Steady.js'
import * as polyak from '../index.js'
import * as optimizers from '../optimizers/index.js'
import { standInState } from '../state/standInState.js'
import * as transforms from '../transforms/index.js'
import { anatomyOf } from './anatomyOf.js'
import type { Anatomy } from './Transformation.js'
import { usualWay } from './usualWay.js'

const attempted = <A>(make: () => A): readonly A[] => {
  try {
    return [make()]
  } catch {
    return []
  }
}

/** What the package makes of a rate, of nothing, and around another optimizer. */
const made: readonly Anatomy[] = [
  ...Object.values<unknown>({ ...transforms, ...optimizers }).flatMap((make) =>
    [[{ learningRate: 0.1 }], []].flatMap((args) =>
      typeof make === 'function' ? attempted(() => anatomyOf('made', make(...args))) : [],
    ),
  ),
  ...Object.values(kinds(polyak)).map((tx) => anatomyOf('a kind', tx)),
]

const one = new Proxy<Readonly<Record<string, unknown>>>({}, { get: () => 1, has: () => true })
const occasion: Occasion = { updates: null, params: null, extra: one }

const equationsIn = ({ segments }: Program, state: unknown): readonly Equation[] =>
  segments.flatMap((segment): readonly Equation[] => {
    switch (segment.kind) {
      case 'stage':
        return [segment.equation]
      case 'plain':
        return []
      case 'fork': {
        const way = usualWay(segment, state, occasion)
        return [segment.measure ?? [], way === undefined ? [] : equationsIn(way, state)].flat()
      }
      case 'trial':
        return [segment.judge, ...equationsIn(placedIn(segment)(segment.program), state)]
    }
  })

/** What is read since a mark is handed on like a slot. */
const asWritten = (equation: Equation): Equation =>
  equation.since === undefined ? equation : { ...equation, slots: { ...equation.slots, incoming: zeros } }

test('the equations of the library are what a user must write', () => {
  const checked = new Map<Equation, string>()
  for (const { shape, plan } of made) {
    const state = standInState(shape)
    for (const equation of equationsIn(plan(state, occasion), state)) {
      checkEquation(asWritten(equation))
      const mustGoOn = equation.observes || Object.values(equation.slots).some(({ per }) => per === 'tree')
      if (mustGoOn) expect(isSteady(equation), equation.name).toBe(true)
      checked.set(equation, equation.name)
    }
  }
  expect(new Set(checked.values()).size).toBeGreaterThan(60)
})

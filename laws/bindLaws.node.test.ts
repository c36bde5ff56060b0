import * as nodeTest from 'node:test'
import { expect, expectTypeOf, test } from 'vitest'
import * as vitest from 'vitest'
import { exactly } from './Agreement.js'
import { dyadic } from './arbitraries/numbers.js'
import { bindLaws, type LawRunner } from './bindLaws.js'
import { law } from './Law.js'
import type { Suite } from './Suite.js'

const text = { equation: 'a + b = b + a', reason: 'sums have no order' }
const sum = (name: string) =>
  law(exactly)({ name, ...text }, [dyadic, dyadic], (a, b) => ({ left: a + b, right: b + a }))
const wrong = law(exactly)({ name: 'wrong', ...text }, [dyadic, dyadic], (a, b) => ({ left: a - b, right: b - a }))
const suite: Suite = {
  name: 'sums',
  parents: [{ name: 'base', laws: [sum('commutative')] }],
  laws: [sum('own'), wrong],
}

/** A runner that notes what it is asked to make. */
const noting = () => {
  const made: string[] = []
  const bodies = new Map<string, () => Promise<void>>()
  const note = (name: string, body: () => Promise<void>): void => {
    made.push(name)
    bodies.set(name, body)
  }
  const describe = (name: string, body: () => void): void => {
    made.push(`${name} {`)
    body()
    made.push('}')
  }
  const skip = (name: string): void => void made.push(`skipped: ${name}`)
  return { made, bodies, describe, note, runner: { describe, test: Object.assign(note, { skip }) } }
}

test('makes a test of every law, those of the parents first; what is left out shows as skipped, with the reason', () => {
  const { made, runner } = noting()
  bindLaws(runner)(suite, { except: { wrong: 'differences have an order' } })
  expect(made).toEqual([
    'sums {',
    'base > commutative: a + b = b + a',
    'own: a + b = b + a',
    'skipped: wrong: a + b = b + a (not here: differences have an order)',
    '}',
  ])
})

test('without `skip` a law that is left out makes no test', () => {
  const { made, describe, note } = noting()
  bindLaws({ describe, test: (name, body) => note(name, body) })(suite, { except: { wrong: '', own: '' } })
  expect(made).toEqual(['sums {', 'base > commutative: a + b = b + a', '}'])
})

test('a test whose law holds passes; one whose law does not throws both sides and a small case', async () => {
  const { bodies, runner } = noting()
  bindLaws(runner)(suite, { numRuns: 20, seed: 7 })
  const [base, own, failing] = [...bodies.values()]
  await base?.()
  await own?.()
  await expect(failing?.()).rejects.toThrow(
    /"wrong" does not hold[\s\S]*for [\s\S]*left side[\s\S]*right side[\s\S]*seed: 7/,
  )
  // a body with a parameter would be a callback's to some runners
  expect([...bodies.values()].map((body) => body.length)).toEqual([0, 0, 0])
})

test('a law that nobody has, and what is no runner, are refused', () => {
  const { made, runner } = noting()
  expect(() => bindLaws(runner)(suite, { except: { swapped: 'x' } })).toThrow(
    /no law of "sums" is called "swapped". Laws are: commutative, own, wrong/,
  )
  expect(made).toEqual([])
  // @ts-expect-error a runner has tests
  expect(() => bindLaws({ describe: runner.describe })).toThrow(/pass { describe, test } of a test runner/)
})

test('the runners are such as they are', () => {
  expectTypeOf(nodeTest).toExtend<LawRunner>()
  expectTypeOf(vitest).toExtend<LawRunner>()
})

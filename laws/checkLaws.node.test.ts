import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { either as E } from 'fp-ts'
import { expect, test } from 'vitest'
import { equally, exactly, within } from './Agreement.js'
import { dyadic } from './arbitraries/numbers.js'
import { trainings } from './arbitraries/training.js'
import { treesLike } from './arbitraries/trees.js'
import { checkLaws } from './checkLaws.js'
import { failureText } from './failureText.js'
import { law } from './Law.js'
import { mapNumbers, numbersFrom, numbersIn, tensorsFrom, tidily } from './Numbers.js'
import { lawsOf, type Suite } from './Suite.js'

const text = { equation: 'a + b = b + a', reason: 'sums have no order' }
const commutes = law(exactly)({ name: 'commutative', ...text }, [dyadic, dyadic], (a, b) => ({
  left: a + b,
  right: b + a,
}))
const wrong = law(exactly)(
  { name: 'wrong', equation: 'a − b = b − a', reason: 'it is not', bug: 'swapped operands' },
  [dyadic, dyadic],
  (a, b) => ({ left: a - b, right: b - a }),
)

test('laws that hold are counted', async () => {
  expect(
    await checkLaws({ name: 'sums', laws: [commutes, { ...commutes, name: 'again' }] }, { numRuns: 30 })(),
  ).toEqual(E.right({ laws: 2, cases: 60 }))
})

test('a loss whose gradient tfjs does not know is told what to do', async () => {
  const lost = law(exactly)({ name: 'sloped', ...text }, [dyadic], () => {
    throw new Error('Cannot compute gradient: gradient function not found for Sum.')
  })
  const found = await checkLaws({ name: 'losses', laws: [lost] }, { seed: 7 })()
  expect(E.isLeft(found) ? found.left.map(failureText) : []).toEqual([
    expect.stringMatching(/seen +MissingGradient: sloped: tfjs has no gradient for Sum\. .*gradient/),
  ])
})

test('a law that does not hold shows both sides and a small counterexample, the same for the same seed', async () => {
  const report = () => checkLaws({ name: 'sums', laws: [commutes, wrong] }, { seed: 7 })()
  const found = await report()
  if (E.isRight(found)) throw new Error('the wrong law held')
  const [failure, ...others] = found.left
  if (failure === undefined) throw new Error('no failure was reported')
  expect(others).toEqual([])
  expect([...failure.counterexample].map((x) => Math.abs(x as number)).toSorted()).toEqual([0, 0.0625])
  expect(failureText(failure)).toMatch(
    /^sums: "wrong" does not hold: a − b = b − a\n.*seen .*0\.0625 on the left is -?0\.0625 on the right\n.*it is not\n.*swapped operands\n.*exactly\n.*for .*\n.*and .*\n.*left side .*0\.0625\n.*right side .*0\.0625\n.*notation.*\n.*\n.*only: "wrong", seed: 7, path: '\d+:.*'/,
  )
  expect(await report()).toEqual(found)
})

test('a law that throws, leaves tensors or never applies has failed', async () => {
  const failing = [
    law(exactly)({ name: 'throws', ...text }, [dyadic], () => {
      throw new RangeError('no such thing')
    }),
    law(exactly)({ name: 'leaks', ...text }, [dyadic], (a) => {
      tf.scalar(a)
      return { left: 0, right: 0 }
    }),
    law(exactly)({ name: 'never', ...text }, [dyadic], () => {
      fc.pre(false)
      return { left: 0, right: 0 }
    }),
  ]
  const found = await checkLaws({ name: 'broken', laws: failing }, { numRuns: 5 })()
  expect(E.isLeft(found) ? found.left.map((failure) => failureText(failure).match(/it threw .*/)?.[0]) : []).toEqual([
    expect.stringMatching(/no such thing/),
    expect.stringMatching(/1 tensors were left behind/),
    expect.stringMatching(/0 of \d+ cases met/),
  ])
})

test('one law alone, on the path that a failure says, shows the same failure at once', async () => {
  const suite: Suite = { name: 'sums', laws: [commutes, wrong] }
  const found = await checkLaws(suite, { seed: 7 })()
  const [first] = E.isLeft(found) ? found.left : []
  if (first?.path === undefined) throw new Error('no failure was reported')
  const again = await checkLaws(suite, { only: 'wrong', seed: first.seed, path: first.path })()
  expect(E.isLeft(again) ? again.left.map(({ counterexample, outcome }) => ({ counterexample, outcome })) : []).toEqual(
    [{ counterexample: first.counterexample, outcome: first.outcome }],
  )
  expect(() => checkLaws(suite, { only: 'right' })).toThrow(/no law of "sums" is called "right"/)
})

test('what follows from a failure is one line, after its cause', async () => {
  const fails = (name: string, presumes: readonly string[] = []) => ({ ...wrong, name, presumes })
  const suite: Suite = { name: 'sums', laws: [fails('last', ['cause']), fails('cause'), fails('next', ['cause'])] }
  const found = await checkLaws({ ...suite, laws: [...suite.laws.slice(1), fails('on', ['next'])] }, { seed: 7 })()
  const texts = E.isLeft(found) ? found.left.map(failureText) : []
  expect(texts.map((one) => one.split('\n').length > 2)).toEqual([true, false, false])
  expect(texts.slice(1)).toEqual([
    expect.stringMatching(/follows .*"cause"/),
    expect.stringMatching(/follows .*"cause"/),
  ])
})

test('a failure that cannot be seen twice shows what was seen once', async () => {
  let uses = 0
  const once = law(exactly)({ name: 'once', ...text }, [dyadic], (a) => ({ left: uses++ === 0 ? a + 1 : a, right: a }))
  const found = await checkLaws({ name: 'first use', laws: [once] }, { seed: 7 })()
  const [failure] = E.isLeft(found) ? found.left : []
  expect(failure?.outcome).toEqual({ left: Number(failure?.counterexample[0]) + 1, right: failure?.counterexample[0] })
})

test('a limit of time ends a suite early, after a case of each law at least; a dear law gets its part', async () => {
  let cases = 0
  const slow = law(exactly)({ name: 'slow', ...text }, [dyadic], (a) => {
    cases++
    const end = performance.now() + 20
    while (performance.now() < end);
    return { left: a, right: a }
  })
  const found = await checkLaws({ name: 'slow', laws: [slow, { ...slow, name: 'too' }] }, { seconds: 0.1 })()
  expect(E.isRight(found) ? found.right : {}).toEqual({ laws: 2, cases })
  expect(cases).toBeLessThan(12)
  expect(
    await checkLaws({ name: 'sums', laws: [commutes, { ...commutes, name: 'dear', share: 0.1 }] }, { numRuns: 30 })(),
  ).toEqual(E.right({ laws: 2, cases: 33 }))
})

test('laws may be asynchronous', async () => {
  const late = law(exactly)({ name: 'late', ...text }, [dyadic], async (a) => ({
    left: await Promise.resolve(a),
    right: a,
  }))
  expect(E.isRight(await checkLaws({ name: 'late', laws: [late] }, { numRuns: 5 })())).toBe(true)
})

test('parents come first, and once', () => {
  const base: Suite = { name: 'base', laws: [commutes] }
  const left: Suite = { name: 'left', parents: [base], laws: [{ ...commutes, name: 'l' }] }
  const right: Suite = { name: 'right', parents: [base], laws: [{ ...commutes, name: 'r' }] }
  expect(
    lawsOf({ name: 'both', parents: [left, right], laws: [wrong] }).map(
      ({ suite, law: { name } }) => `${suite}.${name}`,
    ),
  ).toEqual(['base.commutative', 'left.l', 'right.r', 'both.wrong'])
  expect(() => lawsOf({ name: 'twice', laws: [wrong, wrong] })).toThrow(/two laws called "wrong"/)
})

test('agreements compare to the last bit, as numbers, and to scale', () => {
  expect(
    [exactly, equally, within(0.1)].map(({ equals }) => equals({ a: [0, Number.NaN] }, { a: [-0, Number.NaN] })),
  ).toEqual([false, true, true])
  expect(within(0.01).equals([100, 1], [100, 1.5])).toBe(true)
  expect(within(0.01).equals([100, 1], [100, 2.5])).toBe(false)
  expect(within(0.01).equals([Number.POSITIVE_INFINITY], [1e30])).toBe(false)
  expect([[], {}, null, [1], { a: 1 }].map((x) => exactly.equals(x, [undefined]))).toEqual([
    false,
    false,
    false,
    false,
    false,
  ])
  expect(equally.equals({ a: 1 }, { b: 1 })).toBe(false)
})

test('trees become tensors and numbers again; gradients have their structure', () => {
  fc.assert(
    fc.property(trainings(), ({ params, grads }) => {
      const before = tf.memory().numTensors
      expect(tidily(() => numbersFrom(tensorsFrom(params)))).toEqual(params)
      expect(tf.memory().numTensors).toBe(before)
      for (const g of grads)
        expect(numbersIn(mapNumbers((leaf) => leaf)(g)).length).toBeLessThanOrEqual(numbersIn(params).length)
    }),
  )
  const spec = { w: { shape: [2], values: [1, 2] }, l: [null, { shape: [], values: [3] }] }
  fc.assert(
    fc.property(treesLike(spec), (like) => {
      expect(mapNumbers(({ shape }) => ({ shape, values: [] }))(like)).toEqual(
        mapNumbers(({ shape }) => ({ shape, values: [] }))(spec),
      )
    }),
  )
})

test('a check that is awaited and not called is called: it throws all that does not hold', async () => {
  expect(await checkLaws({ name: 'sums', laws: [commutes] }, { numRuns: 30 })).toEqual({ laws: 1, cases: 30 })
  const again = { ...wrong, name: 'again' }
  const failing = async () => checkLaws({ name: 'sums', laws: [commutes, wrong, again] }, { numRuns: 30 })
  await expect(failing()).rejects.toThrow(
    /^sums: "wrong" does not hold: a − b = b − a[^]*\n\nsums: "again" does not hold/,
  )
})

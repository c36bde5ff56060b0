import { either as E } from 'fp-ts'
import { describe, expect, test } from 'vitest'
import { exactly } from '../Agreement.js'
import { averagingLaws } from '../averagingLaws.js'
import { checkLaw, failureText } from '../checkLaws.js'
import { lawsOf } from '../Suite.js'
import { averagingMutants } from './mutants.js'

describe('the laws of averages bite', () => {
  test.each(averagingMutants.map(({ bug, caughtBy, lift }) => [bug, caughtBy, lift] as const))('%s: caught by "%s"', async (_, caughtBy, lift) => {
    const placed = lawsOf(averagingLaws({ lift, rounding: exactly })).find(({ law }) => law.name === caughtBy)
    if (placed === undefined) throw new Error(`no law is called "${caughtBy}"`)
    const found = await checkLaw(placed, { numRuns: 300, seed: 1, shrink: false })()
    expect(E.isLeft(found)).toBe(true)
    expect(E.isLeft(found) ? failureText(found.left) : '').toMatch(/left side|it threw/)
  })
})

import { either as E } from 'fp-ts'
import { describe, expect, test } from 'vitest'
import { checkLaw, checkLaws } from '../../checkLaws.js'
import { failureText } from '../../failureText.js'
import { lawsOf } from '../../Suite.js'
import { planted, plantedPage } from './planted.js'

const options = { numRuns: 300, seed: 1, shrink: false }

describe('the laws bite', () => {
  test.each(
    planted.map(
      (one) =>
        [
          one.of,
          one.bug,
          typeof one.caughtBy === 'string' ? `caught by "${one.caughtBy}"` : `not caught: ${one.caughtBy.escapes}`,
          one,
        ] as const,
    ),
  )('%s, %s: %s', async (_of, _bug, _by, { caughtBy, suite }) => {
    if (typeof caughtBy === 'string') {
      const placed = lawsOf(suite()).find(({ law }) => law.name === caughtBy)
      if (placed === undefined) throw new Error(`no law is called "${caughtBy}"`)
      const found = await checkLaw(placed, options)()
      expect(E.isLeft(found) ? failureText(found.left) : '').toMatch(
        /left side|it threw .*(read only|TreeMismatch|is disposed|an average named|not extensible|tensors were left|expected the state)/,
      )
    } else {
      const found = await checkLaws(suite(), { ...options, numRuns: 20 })()
      expect(E.isLeft(found) ? found.left.map(failureText) : []).toEqual([])
    }
  })

  test('nine in ten of all planted bugs are caught, of more than forty', () => {
    const caught = planted.filter(({ caughtBy }) => typeof caughtBy === 'string').length
    expect(planted.length).toBeGreaterThanOrEqual(40)
    expect(caught / planted.length).toBeGreaterThanOrEqual(0.9)
  })

  test('BUGS.md has every planted bug', async () => {
    await expect(plantedPage()).toMatchFileSnapshot('../../BUGS.md')
  })
})

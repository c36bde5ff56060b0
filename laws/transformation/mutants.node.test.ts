import { either as E } from 'fp-ts'
import { afterAll, describe, expect, test } from 'vitest'
import { averagingMutants } from '../averaging/mutants.js'
import { checkLaw, checkLaws, failureText } from '../checkLaws.js'
import { lawsOf } from '../Suite.js'
import { transformationLaws } from '../transformationLaws.js'
import { type Mutant, transformationMutants } from './mutants.js'

const options = { numRuns: 300, seed: 1, shrink: false }

const expected = ({ caughtBy }: Mutant): string => (typeof caughtBy === 'string' ? caughtBy : `nothing: ${caughtBy.escapes}`)

describe('the laws of transformations bite', () => {
  const rows: string[] = []

  test.each(transformationMutants.map((mutant) => [mutant.bug, expected(mutant), mutant] as const))('%s: caught by %s', async (bug, by, mutant) => {
    const tx = mutant.make()
    const suite = (mutant.suite ?? transformationLaws)(tx)
    if (typeof mutant.caughtBy === 'string') {
      const placed = lawsOf(suite).find(({ law }) => law.name === mutant.caughtBy)
      if (placed === undefined) throw new Error(`no law is called "${mutant.caughtBy}"`)
      const found = await checkLaw(placed, options)()
      expect(E.isLeft(found)).toBe(true)
      expect(E.isLeft(found) ? failureText(found.left) : '').toMatch(/left side|it threw/)
      rows.push(`caught  ${bug}  by "${by}"`)
    } else {
      const found = await checkLaws(suite, { ...options, numRuns: 20 })()
      expect(E.isLeft(found) ? found.left.map(failureText) : []).toEqual([])
      rows.push(`not     ${bug}  (${mutant.caughtBy.escapes})`)
    }
  })

  test('nine in ten of all planted bugs are caught, of more than forty', () => {
    const caught = transformationMutants.filter(({ caughtBy }) => typeof caughtBy === 'string').length + averagingMutants.length
    const all = transformationMutants.length + averagingMutants.length
    expect(all).toBeGreaterThanOrEqual(40)
    expect(caught / all).toBeGreaterThanOrEqual(0.9)
  })

  afterAll(() => { process.stdout.write(`planted bugs of transformations\n${rows.join('\n')}\n`) })
})

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { TestSpecification } from 'vitest/node'
import { resetters, resettersLast } from './resettersLast.js'

const files = (...named: readonly (readonly [project: string, file: string])[]): readonly TestSpecification[] =>
  named.map(
    ([name, file]) =>
      ({
        project: { name, config: { isolate: false, sequence: { groupOrder: 0 } } },
        moduleId: `/there/${file}`,
      }) as unknown as TestSpecification, // the rest is not asked for
  )

/** What vitest knows of a run before: nothing. */
const ctx = {
  config: { root: '/there' },
  cache: { getFileTestResults: () => undefined, getFileStats: () => undefined },
}

test('files that reset modules come last in their project, and the others stay as they are', async () => {
  const [first = '', second = ''] = resetters
  const given = files(['a', first], ['a', 'x'], ['b', 'y'], ['b', second], ['b', 'z'])
  const sorted = await new resettersLast(ctx as never).sort([...given])
  expect(sorted.map(({ project, moduleId }) => [project.name, moduleId])).toEqual(
    [given[1], given[0], given[2], given[4], given[3]].map((one) => [one?.project.name, one?.moduleId]),
  )
})

test('each of them is there', () => {
  for (const file of resetters)
    expect(existsSync(fileURLToPath(new URL(`../../${file}`, import.meta.url))), file).toBe(true)
})

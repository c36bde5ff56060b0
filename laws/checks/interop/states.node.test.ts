import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..', '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

test('the functions of Python stand in the guide as they are run, at most 15 lines each', () => {
  const functions = read('laws/checks/interop/states.py').trimEnd().split('\n\n\n').slice(1)
  const guide = read('src/interop/README.md')
  expect(functions).toHaveLength(4)
  for (const one of functions) {
    expect(guide).toContain(`${one}\n`)
    // beside the line that names it
    expect(one.split('\n').length - 1).toBeLessThanOrEqual(15)
  }
})

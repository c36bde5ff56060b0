import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { before, mistakes, programs } from './programs.js'

/** What the compiler says of mistakes. */
export const messagesTests = (): void => {
  test('what the compiler says names what is wrong', async () => {
    const rows = Object.entries(mistakes)
    const first = before.split('\n').length
    const errors = programs.opened().editors.messages.errors()
    const told = rows.map(([name, code], i) => ({
      name,
      code,
      words: errors.filter((error) => error.startsWith(`${first + i}: `)).map((error) => error.replace(/^\d+: /, '')),
    }))
    expect(told.filter(({ words }) => words.length !== 1).map(({ name }) => name)).toEqual([])
    const page = [
      '# What the compiler says',
      '',
      ...told.flatMap(({ name, code, words }) => [
        `## ${name}`,
        '',
        '```text',
        code,
        '```',
        '',
        '```text',
        ...words,
        '```',
        '',
      ]),
    ].join('\n')
    await expect(page).toMatchFileSnapshot(fileURLToPath(new URL('MESSAGES.md', import.meta.url)))
  })
}

import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { hovers, programs } from './programs.js'

const marks = [...hovers.matchAll(/\/\*([\w ]+)\*\//g)].map(([, mark = '']) => mark)

/** What editors show. */
export const hoversTests = (): void => {
  test('what an editor shows over names is short', async () => {
    const { hover } = programs.opened().editors.hovers
    const shown = marks.map((mark) => [mark, hover(mark)] as const)
    const long = shown.filter(([, words]) => words.split('\n').length > 8).map(([mark]) => mark)
    expect(long).toEqual([])
    const page = [
      '# What an editor shows',
      '',
      ...shown.flatMap(([mark, words]) => [`## ${mark}`, '', '```text', words, '```', '']),
      '',
    ].join('\n')
    await expect(page).toMatchFileSnapshot(fileURLToPath(new URL('HOVERS.md', import.meta.url)))
  })
}

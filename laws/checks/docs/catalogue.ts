import { nonEmptyArray as NEA } from 'fp-ts'
import { lawsOf, type Placed, type Suite } from '../../Suite.js'

/** Every law of some suites, each with its equation, why it matters and the bug that it caught: a page of Markdown. */
export const catalogue = (suites: readonly Suite[]): string => {
  const bySuite = NEA.groupBy(({ suite }: Placed) => suite)(suites.flatMap(lawsOf))
  const sections = Object.entries(bySuite).map(([suite, placed]) => ({ suite, rows: [...new Set(placed.map(row))] }))
  const laws = sections.reduce((sum, { rows }) => sum + rows.length, 0)
  return [
    '# The laws',
    '',
    `${laws} laws in ${sections.length} suites, written by the suites themselves (\`npx vitest run --project node laws/checks/docs -u\`).`,
    '[Test your own optimizer](README.md) says how to use them.',
    '',
    ...sections.flatMap(({ suite, rows }) => [
      `## ${suite}`,
      '',
      '| law | equation | why | a bug that it catches |',
      '|---|---|---|---|',
      ...rows,
      '',
    ]),
  ].join('\n')
}

const row = ({ law }: Placed): string =>
  `| ${[law.name, law.equation, law.reason, law.bug ?? ''].map(cell).join(' | ')} |`

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

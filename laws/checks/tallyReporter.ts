import process from 'node:process'
import type { Reporter, TestModule } from 'vitest/node'
import { bothChecked, nothingChecked, type Checked, type Told } from '../tally.js'

/** Tells at the end of a run how many laws and properties were checked in each project, and for how many cases. */
export const tallyReporter = (
  print: (text: string) => void = (text) => void process.stdout.write(`${text}\n`),
): Reporter => ({
  onTestRunEnd: (modules) => {
    const counted = tallies(modules)
    if (counted.size > 0) print(tallyText(counted))
  },
})

interface Tally {
  readonly laws: Checked
  readonly properties: Checked
}

const tallies = (modules: readonly TestModule[]): ReadonlyMap<string, Tally> => {
  const all = new Map<string, Tally>()
  for (const module of modules)
    for (const test of module.children.allTests('passed')) {
      const { law = nothingChecked, properties = nothingChecked } = test.meta() as Told // what tests tell, or nothing
      if (law.number + properties.number === 0) continue
      const before = all.get(module.project.name) ?? { laws: nothingChecked, properties: nothingChecked }
      all.set(module.project.name, {
        laws: bothChecked(before.laws, law),
        properties: bothChecked(before.properties, properties),
      })
    }
  return all
}

/** A line for each project and one for all of them. */
const tallyText = (counted: ReadonlyMap<string, Tally>): string => {
  const lines = [...counted].map(([project, tally]) => ({ project, ...tally }))
  const sum = lines.reduce<Tally>(
    (total, { laws, properties }) => ({
      laws: bothChecked(total.laws, laws),
      properties: bothChecked(total.properties, properties),
    }),
    { laws: nothingChecked, properties: nothingChecked },
  )
  const told = ({ number, cases }: Checked, word: string): string =>
    `${String(number).padStart(6)} ${word} in ${String(cases).padStart(7)} cases`
  return [
    '',
    ' Held',
    ...[...lines, { project: 'in all', ...sum }].map(
      ({ project, laws, properties }) =>
        `${project.padStart(18)}: ${told(laws, 'laws')}, ${told(properties, 'properties')}`,
    ),
    '',
  ].join('\n')
}

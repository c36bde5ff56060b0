import process from 'node:process'
import type { Reporter, TestModule } from 'vitest/node'
import { leftNote } from './leftNote.js'
import { bothChecked, nothingChecked, type Checked, type Told } from '../tally.js'

/** Tells at the end of a run how many laws and properties were checked in each project, for how many cases, and which
 *  part of its tests a project ran. */
export const tallyReporter = (
  print: (text: string) => void = (text) => void process.stdout.write(`${text}\n`),
): Reporter => ({
  onTestRunEnd: (modules) => {
    const counted = tallies(modules)
    if ([...counted.values()].some(({ laws, properties, left }) => laws.number + properties.number + left > 0))
      print(tallyText(counted))
  },
})

interface Tally {
  readonly laws: Checked
  readonly properties: Checked
  /** Tests that passed, and those that this run left out. */
  readonly ran: number
  readonly left: number
}

const nothing: Tally = { laws: nothingChecked, properties: nothingChecked, ran: 0, left: 0 }

const both = (a: Tally, b: Tally): Tally => ({
  laws: bothChecked(a.laws, b.laws),
  properties: bothChecked(a.properties, b.properties),
  ran: a.ran + b.ran,
  left: a.left + b.left,
})

const tallies = (modules: readonly TestModule[]): ReadonlyMap<string, Tally> => {
  const all = new Map<string, Tally>()
  for (const module of modules) {
    const { name } = module.project
    for (const test of module.children.allTests()) {
      const result = test.result()
      const { law = nothingChecked, properties = nothingChecked } = test.meta() as Told // what tests tell, or nothing
      const one =
        result.state === 'passed'
          ? { laws: law, properties, ran: 1, left: 0 }
          : result.state === 'skipped' && result.note === leftNote
            ? { ...nothing, left: 1 }
            : nothing
      all.set(name, both(all.get(name) ?? nothing, one))
    }
  }
  return all
}

/** A line for each project and one for all of them. */
const tallyText = (counted: ReadonlyMap<string, Tally>): string => {
  const lines = [...counted].map(([project, tally]) => ({ project, ...tally }))
  const sum = lines.reduce<Tally>(both, nothing)
  const told = ({ number, cases }: Checked, word: string): string =>
    `${String(number).padStart(6)} ${word} in ${String(cases).padStart(7)} cases`
  return [
    '',
    ' Held',
    ...[...lines, { project: 'in all', ...sum }].map(
      ({ project, laws, properties, ran, left }) =>
        `${project.padStart(18)}: ${told(laws, 'laws')}, ${told(properties, 'properties')}; ran ${ran} of ${ran + left} tests`,
    ),
    '',
  ].join('\n')
}

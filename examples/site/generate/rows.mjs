import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The worst error against optax, by the name here. */
export const oracleErrors = (root) =>
  new Map(
    readFileSync(join(root, 'laws/checks/oracle/COVERAGE.md'), 'utf8')
      .split('\n')
      .flatMap((line) => {
        const cells = line.split('|').map((text) => text.trim())
        return cells.length > 6 && cells[5] !== '' && cells[5] !== '---'
          ? [[cells[3].replaceAll('`', ''), cells[5]]]
          : []
      }),
  )

/** The rows of the race that speak of one optimizer, as tables. */
export const raceRows = (root) => {
  const file = join(root, 'laws/checks/race/RACE.md')
  const rows = new Map()
  if (!existsSync(file)) return rows
  let head = []
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (!line.startsWith('|')) head = []
    else if (head.length < 2) head.push(line)
    else {
      const name = line.split('|')[1].replaceAll(/[`\s]/g, '')
      const before = rows.get(name)
      rows.set(name, before === undefined ? [...head, line].join('\n') : `${before}\n\n${[...head, line].join('\n')}`)
    }
  }
  return rows
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { optionsTable, page, safe } from './text.mjs'

/** The public names by the floor that they live on, from the same comments that editors show. */
export const apiPages = ({ root, names }) => {
  const floors = floorsOf(root)
  const rooms = new Map()
  for (const said of names.values()) {
    const [top, room] = said.path.split('/')
    const where = top === 'laws' ? 'laws' : room
    rooms.set(where, [...(rooms.get(where) ?? []), said])
  }
  const pages = [...rooms]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([room, list]) => ({
      name: room,
      link: `/reference/api/${room}`,
      text: [
        '---\noutline: 2\n---',
        `# ${room}`,
        sentence(floors.get(room)),
        ...list.toSorted((a, b) => a.name.localeCompare(b.name)).map(entry),
      ].join('\n\n'),
    }))
  const row = ({ name, link }) => {
    const list = rooms.get(name).filter(({ kind }) => kind === 'function')
    const some = list.slice(0, 6).map((said) => said.name)
    return `| [${name}](.${link.replace('/reference/api', '')}) | ${safe(floors.get(name) ?? '')} | ${some.join(', ')}${list.length > some.length ? ', …' : ''} |`
  }
  return [
    {
      name: 'All floors',
      link: '/reference/api/',
      text: `# API by floor\n\nA floor imports from those above it only.\n\n| floor | what it holds | among others |\n| --- | --- | --- |\n${[
        ...floors.keys(),
      ]
        .flatMap((room) => pages.filter(({ name }) => name === room))
        .map(row)
        .join('\n')}`,
    },
    ...pages,
  ]
}

/** What each floor holds, by the table of the sources, and in its order. */
const floorsOf = (root) =>
  new Map([
    ...[...readFileSync(join(root, 'src/README.md'), 'utf8').matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(
      ([, room, text]) => [room, text],
    ),
    ['laws', 'law suites, cases and bindings to test runners'],
  ])

const sentence = (text = '') => (text === '' ? '' : `${safe(text[0].toUpperCase() + text.slice(1))}.`)

const entry = (said) =>
  [
    `## ${said.name}`,
    said.entry === 'polyak' ? '' : `from \`${said.entry}\``,
    ...(said.signature === '' || said.signature.length > 600
      ? []
      : [`\`\`\`ts\n${said.name}: ${said.signature}\n\`\`\``]),
    page(said, '**Example.**'),
    ...(said.kind === 'type' && said.options.length > 0 ? [optionsTable(said.options)] : []),
  ]
    .filter((part) => part !== '')
    .join('\n\n')

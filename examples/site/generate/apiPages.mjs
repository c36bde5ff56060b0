import { optionsTable, page } from './text.mjs'

/** The public names by the floor that they live on, from the same comments that editors show. */
export const apiPages = ({ names }) => {
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
      text: [`# ${room}`, ...list.toSorted((a, b) => a.name.localeCompare(b.name)).map(entry)].join('\n\n'),
    }))
  const row = ({ name, link }) =>
    `| [${name}](.${link.replace('/reference/api', '')}) | ${rooms
      .get(name)
      .map((said) => said.name)
      .slice(0, 8)
      .join(', ')} … |`
  return [
    {
      name: 'All floors',
      link: '/reference/api/',
      text: `# API by floor\n\n| floor | |\n| --- | --- |\n${pages.map(row).join('\n')}`,
    },
    ...pages,
  ]
}

const entry = (said) =>
  [
    `## ${said.name}`,
    said.entry === 'polyak' ? '' : `from \`${said.entry}\``,
    ...(said.signature === '' || said.signature.length > 600
      ? []
      : [`\`\`\`ts\n${said.name}: ${said.signature}\n\`\`\``]),
    page(said, 3),
    ...(said.kind === 'type' && said.options.length > 0 ? [optionsTable(said.options)] : []),
  ]
    .filter((part) => part !== '')
    .join('\n\n')

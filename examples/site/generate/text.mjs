import { format } from 'prettier'

/** Words of a comment as Markdown in which nothing is taken for HTML or for a template: code stays as it is. */
export const safe = (text) =>
  text
    .split(/(```[\s\S]*?```|`[^`\n]*`)/)
    .map((part, i) =>
      i % 2 === 1
        ? part.replaceAll('{{', '{​{')
        : part
            .replaceAll('&', '&amp;')
            .replaceAll('<', '&lt;')
            .replaceAll('{{', '{​{')
            .replaceAll('$', '&#36;')
            .replaceAll('*', '\\*')
            .replaceAll('_', '\\_'),
    )
    .join('')

/** The same in a cell of a table. */
export const cell = (text) => safe(text.replaceAll(/\s*\n\s*/g, ' ')).replaceAll('|', '\\|')

export const code = (text) => `\`${text.replaceAll('|', '\\|')}\``

/** The first sentence of a comment. */
export const firstLine = ({ text }) => (text.split(/\n\s*\n|\n(?=```)/)[0] ?? '').replaceAll('\n', ' ')

const tags = [
  ['shapes', 'Shapes'],
  ['units', 'Units'],
  ['throws', 'Errors'],
  ['laws', 'Laws'],
  ['departs', 'Where it departs'],
]

/** What a comment says, as a page would: words, then each tag under its heading. */
export const page = (said, heading = '## Example') => {
  const parts = [safe(said.text)]
  for (const [tag, heading] of tags)
    if (said.tags[tag] !== undefined) parts.push(`**${heading}.** ${safe(said.tags[tag])}`)
  if (said.tags['reference'] !== undefined) parts.push(`**Source.** ${linked(said.tags['reference'])}`)
  if (said.tags['example'] !== undefined) parts.push(`${heading}\n\n${fenced(said.tags['example'])}`)
  return parts.join('\n\n')
}

const linked = (text) => safe(text).replaceAll(/arXiv:(\d{4}\.\d{4,5})/g, '[arXiv:$1](https://arxiv.org/abs/$1)')

const fenced = (text) => (text.includes('```') ? text : `\`\`\`ts\n${text}\n\`\`\``)

/** The options of a constructor as a table. */
export const optionsTable = (options) =>
  options.length === 0
    ? ''
    : [
        '| option | type | default | meaning |',
        '| --- | --- | --- | --- |',
        ...options.map(
          (option) =>
            `| ${code(option.name)} | ${code(option.type)} | ${option.default === undefined ? (option.optional ? '' : 'required') : cell(option.default)} | ${cell(option.text)} |`,
        ),
      ].join('\n')

/** Programs of a page in lines that fit it; what is no program by itself stays as it is. */
export const formatted = async (markdown) => {
  const parts = markdown.split(/(^```ts\n[\s\S]*?^```$)/m)
  const shown = parts.map(async (part, i) =>
    i % 2 === 1 ? `\`\`\`ts\n${await narrow(part.slice(6, -4))}\n\`\`\`` : part,
  )
  return (await Promise.all(shown)).join('')
}

const narrow = async (code) => {
  if (code.split('\n').every((line) => line.length <= width)) return code
  try {
    return (await format(code, { parser: 'typescript', printWidth: width, semi: false, singleQuote: true })).trimEnd()
  } catch {
    return code
  }
}

/** As many characters as a line of code has room for, on a page in a window of ordinary width. */
const width = 76

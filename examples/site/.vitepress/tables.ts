import { columns } from './columns.js'

interface Token {
  readonly type: string
  readonly content: string
  readonly children?: readonly Token[] | null
}

/** The opening of the table at a place among the tokens of a page: in a container that can be moved sideways, by keyboard
 *  too, with the widths of its columns. */
export const tableOpened = (tokens: readonly Token[], at: number): string => {
  const { table, each } = columns(rowsFrom(tokens, at))
  const cols = each.map((style) => `<col style="${style}">`).join('')
  return `<div class="wide" tabindex="0"><table style="${table}"><colgroup>${cols}</colgroup>\n`
}

export const tableClosed = (): string => '</table></div>\n'

const rowsFrom = (tokens: readonly Token[], at: number): readonly (readonly string[])[] => {
  const rows: string[][] = []
  for (const token of tokens.slice(at)) {
    if (token.type === 'table_close') break
    if (token.type === 'tr_open') rows.push([])
    if (token.type === 'inline') rows.at(-1)?.push(words(token))
  }
  return rows
}

/** What a cell shows, about: code stands in a small box, and mathematics is shorter than what is written for it. */
const words = ({ children }: Token): string =>
  (children ?? [])
    .map(({ type, content }) =>
      type === 'code_inline'
        ? `·${content}·`
        : type.startsWith('math')
          ? content.slice(0, content.length / 2)
          : content,
    )
    .join('')

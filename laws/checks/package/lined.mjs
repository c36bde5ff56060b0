import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decode, encode } from '@jridgewell/sourcemap-codec'
import { parseAst } from 'rolldown/parseAst'
import { below } from './syntax.mjs'

const isBody = ({ type }) => type === 'Program' || type === 'BlockStatement'

/** Where a statement begins, anywhere in a module. */
const startsIn = (node) => [
  ...(isBody(node) ? node.body.map(({ start }) => start) : []),
  ...below(node).flatMap(startsIn),
]

/** The pieces of a list, cut before each place. */
const cut = (list, places) => [0, ...places].map((from, i) => list.slice(from, places[i]))

/** A script with a line for each of its statements, and the marks of its map moved along. Lines that text holds stay. */
export const lined = (code, marks) => {
  const places = [...new Set(startsIn(parseAst(code)))]
    .filter((place) => place > 0 && code[place - 1] !== '\n')
    .sort((a, b) => a - b)
  let begin = 0
  const lines = code.split('\n').flatMap((line, i) => {
    const from = begin
    begin += line.length + 1
    const columns = places.filter((place) => from < place && place < begin).map((place) => place - from)
    const ends = [...columns, Number.POSITIVE_INFINITY]
    const texts = cut(line, columns)
    return ends.map((end, j) => ({
      text: texts[j],
      marks: (marks?.[i] ?? [])
        .filter(([column]) => (columns[j - 1] ?? 0) <= column && column < end)
        .map(([column, ...rest]) => [column - (columns[j - 1] ?? 0), ...rest]),
    }))
  })
  return { code: lines.map(({ text }) => text).join('\n'), marks: lines.map((line) => line.marks) }
}

/** Gives each statement of a folder's scripts a line of its own: Node shows the line that threw, whole. */
export const linesIn = (folder) => {
  for (const name of readdirSync(folder, { recursive: true }))
    if (name.endsWith('.js.map')) {
      const map = join(folder, name)
      const script = map.slice(0, -'.map'.length)
      const { mappings, ...rest } = JSON.parse(readFileSync(map, 'utf8'))
      const made = lined(readFileSync(script, 'utf8'), decode(mappings))
      writeFileSync(script, made.code)
      writeFileSync(map, JSON.stringify({ ...rest, mappings: encode(made.marks) }))
    }
}

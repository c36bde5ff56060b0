import { rowPicture } from './pictures.mjs'
import { cell } from './text.mjs'

/** What a program gave, as a table; long rows of numbers as pictures below it. */
export const results = (value) => {
  const all = named(value, '')
  const pictured = all.filter(([, one]) => isRow(one) && one.length > 8)
  const rows = all.filter((one) => !pictured.includes(one))
  return [
    ...(rows.length === 0
      ? []
      : [
          [
            '| result | value |',
            '| --- | --- |',
            ...rows.map(([name, one]) => `| ${cell(name)} | ${cell(shown(one))} |`),
          ].join('\n'),
        ]),
    ...pictured.map(([name, one]) => `**${name}**\n\n${rowPicture(one, `${name}, ${one.length} numbers in a row`)}`),
  ].join('\n\n')
}

const isRow = (value) => Array.isArray(value) && value.every((x) => typeof x === 'number')

/** The parts of a value that can be shown, by the names of their fields. */
const named = (value, name) =>
  isRow(value) || typeof value !== 'object' || value === null
    ? [[name, value]]
    : Object.entries(value).flatMap(([key, part]) => named(part, name === '' ? key : `${name}.${key}`))

const shown = (value) =>
  isRow(value)
    ? value.map(number).join(', ')
    : typeof value === 'number'
      ? number(value)
      : typeof value === 'boolean'
        ? value
          ? 'yes'
          : 'no'
        : short(String(value))

const number = (x) => (Number.isInteger(x) ? String(x) : String(Number(x.toPrecision(4))))

const short = (text) => (text.length > 160 ? `${text.slice(0, 160)} …` : text)

import { expect, test } from 'vitest'
import { lined, type Mark } from './lined.mjs'

test('each statement has a line of its own, and texts keep theirs', () => {
  const { code } = lined('const f=x=>{if(x)return 1;x();return`a\nb;c`};f();', [])
  expect(code.split('\n')).toEqual(['const f=x=>{', 'if(x)return 1;', 'x();', 'return`a', 'b;c`};', 'f();'])
})

test('marks go with what they mark, wherever they stand', () => {
  const code = 'let a=1;let b=`\n`;f(a);g(b);'
  const words = ['let a', 'a', 'let b', 'b=', 'f(', 'a)', 'g(', 'b)']
  const placeIn = (text: string, i: number): readonly [line: number, column: number] => {
    // each word after those before it
    const at = words.slice(0, i + 1).reduce((from, word) => text.indexOf(word, from + 1), -1)
    const before = text.slice(0, at).split('\n')
    return [before.length - 1, before.at(-1)?.length ?? 0]
  }
  const marks: readonly Mark[][] = code.split('\n').map((_, line) =>
    words.flatMap((_word, i): readonly Mark[] => {
      const [own, column] = placeIn(code, i)
      return own === line ? [[column, 0, i, 0]] : []
    }),
  )
  const made = lined(code, marks)
  expect(made.code.split('\n')).toHaveLength(5)
  const found = made.marks.flatMap((row, line) => row.map(([column, , word]) => ({ word, at: [line, column] })))
  expect(found).toEqual(words.map((_, word) => ({ word, at: placeIn(made.code, word) })))
})

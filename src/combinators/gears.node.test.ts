import { expect, test } from 'vitest'
import { copied, zeros } from '../equation/Slot.js'
import { equationOf } from '../transformation/equationOf.js'
import { gears } from './gears.js'

const host = { init: { count: 0 }, next: ({ count }: { readonly count: number }) => ({ count: count + 1 }) }
const rest = equationOf({ name: 'one', slots: { a: zeros, b: copied }, host })(() => (x) => x)
const move = equationOf({ name: 'one', slots: { b: copied, a: zeros }, host })((A) => ({ update, a, b }) => ({
  update,
  a: A.add(a, update),
  b,
}))

test('gears are programs of one record, each made once', () => {
  const made = gears({ rest, move })
  expect(made.host).toEqual({ count: 0 })
  expect(Object.keys(made.slots)).toEqual(['a', 'b'])
  expect(made.programs.move).toEqual({ segments: [{ kind: 'stage', equation: move, at: [], scope: null }] })
})

test.each([
  ['a slot less', equationOf({ name: 'one', slots: { a: zeros }, host })(() => (x) => x)],
  ['another start of a slot', equationOf({ name: 'one', slots: { a: zeros, b: zeros }, host })(() => (x) => x)],
  ['other numbers', equationOf({ name: 'one', slots: { a: zeros, b: copied } })(() => (x) => x)],
])('%s is another record, and refused', (_, other) => {
  expect(() => gears({ rest, other })).toThrow(/one: its equations share a record, and do not keep the same in it/)
})

import { expect, test } from 'vitest'
import { knownOnly } from './knownOnly.js'

interface Request {
  readonly name: string
  readonly accept?: string
}
const known = knownOnly<Request>('restore', { name: 'required', accept: true })

test('what is known is given back, that very object', () => {
  const request = { name: 'a', accept: 'started' }
  expect(known(request)).toBe(request)
  const absent = { name: 'a', aceept: undefined }
  expect(known(absent)).toBe(absent)
})

test('what is not known is refused in the words of options, all of it at once', () => {
  expect(() => known({ name: 'a', aceept: 1 })).toThrow(
    new TypeError('restore: there is no option aceept. Did you mean accept? Options are: name, accept.'),
  )
  expect(() => known({ name: 'a', zzzz: 1, Name: 2 })).toThrow(
    new TypeError(
      'restore: 2 options are wrong:\n  - there is no option zzzz. Options are: name, accept.\n' +
        '  - there is no option Name. Did you mean name? Options are: name, accept.',
    ),
  )
  for (const toString of [
    known.bind(null, { name: 'a', toString: 1 }),
    known.bind(null, JSON.parse('{"name":"a","__proto__":1}') as object),
  ])
    expect(toString).toThrow(/^restore: there is no option/)
})

test('what stands beside what is known is passed over, and never what was meant', () => {
  const spread = knownOnly<Request>('restore', { name: 'required', accept: true }, ['warnings'])
  expect(spread({ name: 'a', warnings: [] })).toEqual({ name: 'a', warnings: [] })
  expect(() => spread({ name: 'a', warning: 1 })).toThrow(
    'restore: there is no option warning. Options are: name, accept.',
  )
})

test('what is required and absent is told, beside what is not known', () => {
  expect(() => known({})).toThrow(new TypeError('restore: name is required. Pass { name: … }.'))
  expect(() => known({ nmae: 'a', accept: 'b' })).toThrow(
    new TypeError(
      'restore: 2 options are wrong:\n' +
        '  - there is no option nmae. Did you mean name? Options are: name, accept.\n' +
        '  - name is required. Pass { name: … }.',
    ),
  )
})

test('what is no record is refused', () => {
  for (const given of [null, [], 'a', 1])
    expect(() => known(given as object)).toThrow(
      /^restore: the options must be one record, found .* Pass e.g. { name: … }/,
    )
})

test('a name that is missing or surplus is a compile error', () => {
  const request = { name: 'a' }
  // @ts-expect-error accept is missing
  expect(knownOnly<Request>('restore', { name: 'required' })(request)).toEqual(request)
  // @ts-expect-error there is no such name
  expect(knownOnly<Request>('restore', { name: 'required', accept: true, other: true })(request)).toEqual(request)
  // @ts-expect-error the name is required
  expect(knownOnly<Request>('restore', { name: true, accept: true })(request)).toEqual(request)
})

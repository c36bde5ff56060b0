import fc from 'fast-check'
import { expect, test } from 'vitest'
import { whole } from '../../laws/checks/part.js'
import { metadataParts } from './metadataParts.js'

/** Text that is nearly JSON: JSON of what the format has words for, with characters changed, doubled or lost. */
const words = [
  'at',
  'of',
  'average',
  'holds',
  'kind',
  'sees',
  'opaque',
  'given',
  'inner.inner.0',
  'count',
  '__proto__',
  'w',
]
const word = fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 4 }))
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.double(),
    fc.constantFrom(0, -0, -1, 1.5, 2 ** 53, null, true, 'Infinity', 'NaN', '-0'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(word, tie('value'), { maxKeys: 5 }),
    fc.record(
      { at: word, of: word, average: word, kind: word, sees: fc.array(word, { maxLength: 3 }) },
      { requiredKeys: [] },
    ),
  ),
})).value

/** One thing that is done to a text. */
const edit = fc.record({
  at: fc.nat(),
  cut: fc.nat(3),
  put: fc.constantFrom('', '"', '[', ']', '{', '}', ',', '0', '\\u0061', 'é', '[{"at":"'),
})
type Edit = { readonly at: number; readonly cut: number; readonly put: string }
const edited = (text: string, edits: readonly Edit[]): string =>
  edits.reduce((now, { at, cut, put }) => {
    const place = at % (now.length + 1)
    return now.slice(0, place) + put + now.slice(place + cut)
  }, text)

const texts = fc.oneof(
  json.map((value) => ({ kind: 'new' as const, text: JSON.stringify(value) ?? '' })),
  fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => ({ kind: 'edited' as const, edits })),
)

test('the parts of a file are read or told', () => {
  const good = '[{"at":"inner","of":"multiSteps","holds":["acc"]},{"at":"","of":"m","average":"A","sees":["w"]}]'
  fc.assert(
    fc.property(texts, (change) => {
      const text = change.kind === 'new' ? change.text : edited(good, change.edits)
      const { parts, problems } = metadataParts({ 'polyak.format': '2', 'polyak.parts': text })
      const told = problems.some(({ path }) => path.startsWith('polyak.parts'))
      expect(told).toBe(parts === undefined)
      for (const part of parts ?? []) expect([typeof part.at, typeof part.of]).toEqual(['string', 'string'])
    }),
    { numRuns: whole ? 800_000 : 1000 },
  )
}, 3_600_000)

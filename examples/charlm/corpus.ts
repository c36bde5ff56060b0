import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { either as E, function as F, taskEither as TE } from 'fp-ts'

/** A text as numbers, each the place of a character in the alphabet. Its last tenth is held out. */
export interface Corpus {
  readonly path: string
  readonly alphabet: readonly string[]
  readonly training: Uint8Array
  readonly heldOut: Uint8Array
}

/** Reads a text in UTF-8. `Left` says what is wrong with it, and what to do. */
export const readCorpus = (path: string): TE.TaskEither<string, Corpus> =>
  F.pipe(
    TE.tryCatch(
      async () => readFile(path),
      (cause) => `cannot read ${resolve(path)}: ${reasonOf(cause)}. ${advice}`,
    ),
    TE.flatMapEither((bytes) =>
      E.tryCatch(
        () => utf8.decode(bytes),
        () => `${resolve(path)} is not text in UTF-8. ${advice}`,
      ),
    ),
    TE.flatMapEither((text) => corpusOf(resolve(path), Array.from(text.replaceAll('\r\n', '\n')))),
  )

/** What the model sees of characters: their places in the alphabet. */
export const encoded = (alphabet: readonly string[], characters: readonly string[]): Uint8Array => {
  const places = new Map(alphabet.map((character, place) => [character, place]))
  // What is not in the alphabet is its last character.
  return Uint8Array.from(characters, (character) => places.get(character) ?? alphabet.length - 1)
}

const corpusOf = (path: string, characters: readonly string[]): E.Either<string, Corpus> => {
  if (characters.length < fewest)
    return E.left(
      `${path} has ${characters.length} characters; a model needs at least ${fewest} to learn from. ${advice}`,
    )
  const alphabet = alphabetOf(characters)
  const codes = encoded(alphabet, characters)
  const end = Math.floor(0.9 * codes.length)
  return E.right({ path, alphabet, training: codes.subarray(0, end), heldOut: codes.subarray(end) })
}

/** The characters by code; of a text with very many the most frequent ones, and one for all others. */
const alphabetOf = (characters: readonly string[]): readonly string[] => {
  const counts = new Map<string, number>()
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1)
  const frequent = [...counts].toSorted(([, a], [, b]) => b - a).map(([character]) => character)
  return frequent.length <= most ? frequent.toSorted() : [...frequent.slice(0, most - 1).toSorted(), '\uFFFD']
}

const reasonOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? (reasons[String(cause.code)] ?? cause.message) : String(cause)

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'reading it is not allowed',
}

const advice =
  'Pass the path of a text file (npm start -- path/to/text), or none for the text that ships with the example'
const utf8 = new TextDecoder('utf-8', { fatal: true })
const fewest = 1000
const most = 128

import { parseArgs } from 'node:util'
import { either as E } from 'fp-ts'

/** What was asked for on the command line. */
export interface Request {
  /** Other words than options: the path of a text, and for the second process the folder of the files. */
  readonly words: readonly string[]
  readonly backend: Backend
  /** As it was written; absent where it was not. */
  readonly steps: string | undefined
  readonly help: boolean
}

export type Backend = (typeof backends)[number]

const backends = ['wasm', 'cpu'] as const

/** Reads the command line. `Left` says what is wrong with it, and what to do. */
export const requestFrom = (argv: readonly string[]): E.Either<string, Request> => {
  const read = E.tryCatch(
    () =>
      parseArgs({
        args: [...argv],
        allowPositionals: true,
        options: {
          backend: { type: 'string', default: 'wasm' },
          steps: { type: 'string' },
          help: { type: 'boolean', short: 'h', default: false },
        },
      }),
    (cause) => `${cause instanceof Error ? cause.message.split('. ')[0] : String(cause)}. ${advice}`,
  )
  if (E.isLeft(read)) return read
  const { positionals, values } = read.right
  const backend = backends.find((name) => name === values.backend)
  return backend === undefined
    ? E.left(`--backend must be one of ${backends.join(', ')}, found ${JSON.stringify(values.backend)}. ${advice}`)
    : E.right({ words: positionals, backend, steps: values.steps, help: values.help })
}

const advice = 'npm start -- --help shows what there is'

export const usage = `npm start -- [path/to/text] [--steps 2400] [--backend wasm]

  path/to/text  a text in UTF-8 of at least 1000 characters; without it, Alice's Adventures in Wonderland
  --steps       how long to train: a whole number from 8 on
  --backend     ${backends.join(' or ')}`

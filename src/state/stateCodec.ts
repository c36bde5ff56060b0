/** @internal */
import { either as E } from 'fp-ts'
import * as t from 'io-ts'
import { exactNumber } from '../scalars/exactNumber.js'
import { shown } from '../scalars/shown.js'
import { alike, spell, type Skeleton } from '../tree/Skeleton.js'
import { isLeaf, type Leaf } from '../tree/Tree.js'
import { rebuildState } from './rebuildState.js'
import type { StateShape } from './StateShape.js'
import { visitState } from './visitState.js'

/** A state as it is written: numbers by path, fit for JSON and exact (infinities and −0 as words), and tensors by
 *  name. */
export interface WrittenState<L extends Leaf> {
  readonly numbers: Readonly<Record<string, number | string>>
  readonly tensors: Readonly<Record<string, L>>
}

/** The codec of the states of a shape, derived from its slots and numbers. Decoding checks against a `like` state of
 *  the same optimizer: every name, shape and dtype, and reports all that is missing, surplus or different, each with
 *  its path. */
export const stateCodec = <L extends Leaf>(
  shape: StateShape,
  skeleton: Skeleton,
  like: unknown,
): t.Type<unknown, WrittenState<L>> => {
  const expected = visitState<L>(shape, skeleton, like)
  const encode = (state: unknown): WrittenState<L> => {
    const { numbers, tensors } = visitState<L>(shape, skeleton, state)
    return {
      numbers: Object.fromEntries([...numbers].map(([path, x]) => [path, exactNumber.encode(x)])),
      tensors: Object.fromEntries(tensors),
    }
  }
  const is = (state: unknown): state is unknown =>
    E.isRight(E.tryCatch(() => visitState(shape, skeleton, state), String))
  const validate: t.Validate<unknown, unknown> = (written, context) => {
    if (!isWritten(written)) return t.failure(written, context, 'a written state: { numbers, tensors }')
    const errors: t.ValidationError[] = []
    const wrong = (key: string, value: unknown, message: string): void => {
      errors.push({ value, message, context: t.appendContext(context, key, t.unknown, value) })
    }
    const numbers = new Map<string, number>()
    for (const path of expected.numbers.keys()) {
      const found = Object.hasOwn(written.numbers, path) ? written.numbers[path] : undefined
      const absent = found === undefined ? expected.before.get(path) : undefined
      const read = absent === undefined ? exactNumber.decode(found) : E.right(absent)
      if (E.isRight(read) && expected.counts.has(path) && !(Number.isSafeInteger(read.right) && read.right >= 0))
        wrong(path, found, `expected a count, a whole number ≥ 0, found ${shown(read.right)}`)
      else if (E.isRight(read)) numbers.set(path, read.right)
      else wrong(path, found, `expected a number, found ${spell(found)}`)
    }
    const tensors = new Map<string, L>()
    for (const [name, leaf] of expected.tensors) {
      const found = Object.hasOwn(written.tensors, name) ? written.tensors[name] : undefined
      if (isLeaf(found) && alike(found, leaf.shape, leaf.dtype))
        tensors.set(name, found as L) // a leaf of the reader's kind
      else wrong(name, found, `expected ${spell(leaf)}, found ${spell(found)}`)
    }
    for (const path of Object.keys(written.numbers))
      if (!expected.numbers.has(path))
        wrong(path, written.numbers[path], 'expected no such number: this optimizer has none')
    for (const name of Object.keys(written.tensors))
      if (!expected.tensors.has(name))
        wrong(name, written.tensors[name], 'expected no such tensor: this optimizer has none')
    return errors.length > 0 ? t.failures(errors) : t.success(rebuildState(shape, skeleton, like, { numbers, tensors }))
  }
  return new t.Type('OptimizerState', is, validate, encode)
}

/** What a codec of states expected where it found something else, without the words around it. */
export const expectedOf = ({ message }: t.ValidationError): string =>
  message?.replace(/^expected /, '').replace(/, found .*$/s, '') ?? 'another value'

const isWritten = (u: unknown): u is WrittenState<Leaf> =>
  typeof u === 'object' &&
  u !== null &&
  'numbers' in u &&
  'tensors' in u &&
  typeof u.numbers === 'object' &&
  typeof u.tensors === 'object' &&
  u.numbers !== null &&
  u.tensors !== null

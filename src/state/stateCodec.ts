/** @internal */
import { either as E, function as F } from 'fp-ts'
import * as t from 'io-ts'
import { exactNumber } from '../scalars/exactNumber.js'
import { type Skeleton } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import { checkedState } from './checkedState.js'
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
    return F.pipe(
      checkedState<L>(expected, written.numbers, new Map(Object.entries(written.tensors))),
      E.bimap(
        (misfits) =>
          misfits.map(({ path, value, message }) => ({
            value,
            message,
            context: t.appendContext(context, path, t.unknown, value),
          })),
        (flat) => rebuildState(shape, skeleton, like, flat),
      ),
    )
  }
  return new t.Type('OptimizerState', is, validate, encode)
}

/** What a codec of states expected where it found something else, without the words around it. */
export const expectedOf = ({ message }: Pick<t.ValidationError, 'message'>): string =>
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

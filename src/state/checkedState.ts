/** @internal */
import { either as E } from 'fp-ts'
import { exactNumber } from '../scalars/exactNumber.js'
import { shown } from '../scalars/shown.js'
import { alike, spell } from '../tree/Skeleton.js'
import { isLeaf, type Leaf } from '../tree/Tree.js'
import type { FlatState } from './visitState.js'

/** What of a written state is missing, surplus or different. */
export interface Misfit {
  readonly path: string
  readonly value: unknown
  readonly message: string
}

/** The numbers and tensors of a written state that are expected, or all that does not fit. */
export const checkedState = <L extends Leaf>(
  expected: Required<FlatState<L>>,
  written: Readonly<Record<string, number | string>>,
  tensors: ReadonlyMap<string, unknown>,
): E.Either<readonly Misfit[], FlatState<L>> => {
  const misfits: Misfit[] = []
  const wrong = (path: string, value: unknown, message: string): void => {
    misfits.push({ path, value, message })
  }
  const numbers = new Map<string, number>()
  for (const path of expected.numbers.keys()) {
    const found = Object.hasOwn(written, path) ? written[path] : undefined
    const absent = found === undefined ? expected.before.get(path) : undefined
    const read = absent === undefined ? exactNumber.decode(found) : E.right(absent)
    if (E.isRight(read) && expected.counts.has(path) && !(Number.isSafeInteger(read.right) && read.right >= 0))
      wrong(path, found, `expected a count, a whole number ≥ 0, found ${shown(read.right)}`)
    else if (E.isRight(read)) numbers.set(path, read.right)
    else wrong(path, found, `expected a number, found ${spell(found)}`)
  }
  const kept = new Map<string, L>()
  for (const [name, leaf] of expected.tensors) {
    const found = tensors.get(name)
    if (isLeaf(found) && alike(found, leaf.shape, leaf.dtype))
      kept.set(name, found as L) // a leaf of the reader's kind
    else wrong(name, found, `expected ${spell(leaf)}, found ${spell(found)}`)
  }
  for (const path of Object.keys(written))
    if (!expected.numbers.has(path)) wrong(path, written[path], 'expected no such number: this optimizer has none')
  for (const [name, leaf] of tensors)
    if (!expected.tensors.has(name)) wrong(name, leaf, 'expected no such tensor: this optimizer has none')
  return misfits.length > 0 ? E.left(misfits) : E.right({ numbers, tensors: kept })
}

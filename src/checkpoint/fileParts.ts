/** @internal */

import type { Held, Part } from '../migration/Part.js'
import { gatheredBefore } from '../state/givenState.js'
import { separator } from '../tree/Skeleton.js'
import type { Leaf } from '../tree/Tree.js'
import type { WrittenPart } from './writtenParts.js'

/** A tensor of a file, not read yet. */
export interface FileTensor extends Leaf {
  readonly name: string
  readonly dtype: 'float32' | 'int32'
}

/** A file's parameters, and its state by parts. */
export interface FileState {
  readonly params: ReadonlyMap<string, FileTensor>
  readonly parts: readonly Part<FileTensor>[]
}

/** Which tensors of a file are parameters. Names alone say what belongs to what: a slot's begins with that of its parameter,
 *  which stands in the file too. */
export const paramsIn = (tensors: readonly FileTensor[]): ReadonlyMap<string, FileTensor> => {
  const names = new Set(tensors.map(({ name }) => name))
  return new Map(tensors.flatMap((one) => (slotCut(one.name, names) === null ? [[one.name, one]] : [])))
}

/** Joins the names and numbers of a file with the parts of its state. What belongs to none is a part of its own. */
export const fileParts = (
  written: readonly WrittenPart[],
  tensors: readonly FileTensor[],
  numbers: ReadonlyMap<string, number>,
): FileState => {
  const params = paramsIn(tensors)
  const names = new Set(tensors.map(({ name }) => name))
  const parts = written.map((part) => ({
    ...part,
    numbers: new Array<Held<number>>(),
    tensors: new Array<Held<FileTensor>>(),
  }))
  const stray = {
    at: '',
    of: 'nothing that the file tells of',
    numbers: new Array<Held<number>>(),
    tensors: new Array<Held<FileTensor>>(),
  }
  // The longest path that a name begins with.
  const byPath = parts.toSorted((a, b) => b.at.length - a.at.length)
  const partOf = (name: string) => {
    const part = byPath.find(({ at }) => at === '' || name.startsWith(`${at}.`) || name === at)
    return part === undefined ? undefined : { part, slot: part.at === '' ? name : name.slice(part.at.length + 1) }
  }
  for (const [name, value] of numbers) {
    const { part, slot } = partOf(name) ?? { part: stray, slot: name }
    const given = 'kind' in part && part.kind === 'given'
    part.numbers.push(
      given ? { slot: '', leaf: slot === '' ? 'params' : slot, name, value } : { slot, leaf: null, name, value },
    )
  }
  for (const value of tensors) {
    const { name } = value
    const cut = slotCut(name, names)
    if (cut === null) continue
    const leaf = cut === 0 ? null : name.slice(0, cut)
    const tail = name.slice(cut + separator.length)
    const average = parts.find((part) => leaf !== null && part.average === tail && part.sees?.includes(leaf) !== false)
    if (average !== undefined) average.tensors.push({ slot: 'average', leaf, name, value })
    else {
      const { part, slot } = partOf(tail) ?? { part: stray, slot: tail }
      part.tensors.push({ slot, leaf, name, value })
    }
  }
  const described = [...params].map(([name, { shape, dtype }]) => [name, `[${shape.join(', ')}] ${dtype}`] as const)
  return {
    params,
    parts: [...parts, ...(stray.numbers.length + stray.tensors.length > 0 ? [{ ...stray, sees: [] }] : [])].map(
      ({ at, of, average, kind, sees, numbers: held, tensors: leaves }: WrittenPart & Holdings) => {
        const seen = sees === undefined ? null : new Set(sees)
        const own = new Map(described.filter(([name]) => seen?.has(name) !== false))
        return {
          at,
          of,
          ...(average === undefined ? {} : { average }),
          kind: kind ?? 'record',
          sees: own,
          numbers: kind === 'given' ? [...held, ...untold(at, own, held)] : held,
          tensors: leaves,
        }
      },
    ),
  }
}

type Holdings = Pick<Part<FileTensor>, 'numbers' | 'tensors'>

/** Where a name is that of a slot, the place of the separator; else null. */
const slotCut = (name: string, names: ReadonlySet<string>): number | null => {
  if (name.startsWith(separator)) return 0
  const cut = name.lastIndexOf(separator)
  return cut > 0 && names.has(name.slice(0, cut)) ? cut : null
}

/** The files of 0.1.0 do not tell for which leaves updates have gathered. */
const untold = (
  at: string,
  sees: ReadonlyMap<string, string>,
  held: readonly Held<number>[],
): readonly Held<number>[] => {
  const told = new Set(held.map(({ leaf }) => leaf))
  return [...sees.keys()].flatMap((leaf) =>
    told.has(leaf) ? [] : [{ slot: '', leaf, name: `${at}.${leaf}`, value: gatheredBefore }],
  )
}

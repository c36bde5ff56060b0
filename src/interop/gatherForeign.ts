/** @internal */
import { listed } from '../scalars/listed.js'
import { either as E } from 'fp-ts'
import { shown } from '../scalars/shown.js'
import { type CheckpointError, type CheckpointProblem, checkpointProblem } from '../checkpoint/CheckpointError.js'
import { problemList } from '../checkpoint/problemList.js'
import type { ForeignFiles } from './ForeignFiles.js'
import { type ForeignTensor, readForeign } from './readForeign.js'

/** What the shards of a model hold together. */
export interface GatheredForeign {
  readonly tensors: ReadonlyMap<string, ForeignTensor>
  readonly metadata: Readonly<Record<string, string>>
}

/** The tensors of all files by name. A name that stands twice, a shard that the index names and is not there, a tensor
 *  that is not where the index says: all are problems. */
export const gatherForeign = ({ files, names, index }: ForeignFiles): E.Either<CheckpointError, GatheredForeign> => {
  const problems = problemList()
  if (files.length === 0) problems.add(none)
  if (names !== undefined && names.length !== files.length)
    throw new TypeError(
      `importParams: ${files.length} files have ${names.length} names. Give each file its name, or leave names out.`,
    )
  const tensors = new Map<string, ForeignTensor>()
  const metadata: Record<string, string> = Object.create(null)
  files.forEach((bytes, i) => {
    const label = names?.[i] ?? (files.length === 1 ? 'the file' : `file ${i + 1} of ${files.length}`)
    const read = readForeign(bytes, label)
    if (E.isLeft(read)) return read.left.forEach(problems.add)
    for (const [key, value] of Object.entries(read.right.metadata)) metadata[key] ??= value
    for (const tensor of read.right.tensors) {
      const other = tensors.get(tensor.name)
      if (other === undefined) tensors.set(tensor.name, tensor)
      else problems.add(twice(tensor, other))
    }
  })
  if (index !== undefined) for (const problem of againstIndex(index, tensors, names)) problems.add(problem)
  return problems.orElse(() => ({ tensors, metadata }))
}

const none = checkpointProblem('Missing', {
  path: '(files)',
  expected: 'at least one safetensors file',
  found: 'none',
  fix: 'pass the bytes of each file',
})

const twice = ({ name, file }: ForeignTensor, other: ForeignTensor): CheckpointProblem =>
  checkpointProblem('Corrupt', {
    path: name,
    expected: 'each tensor in one file',
    found: `it in ${other.file} and in ${file}`,
    fix: 'pass the files of one model only',
  })

const againstIndex = (
  index: Uint8Array,
  tensors: ReadonlyMap<string, ForeignTensor>,
  names: readonly string[] | undefined,
): readonly CheckpointProblem[] => {
  const map = weightMap(index)
  if (map === null)
    return [
      checkpointProblem('Corrupt', {
        path: '(index)',
        expected: 'JSON with a weight_map from tensors to files',
        found: shown(new TextDecoder().decode(index.subarray(0, 40))),
        fix: 'pass the bytes of model.safetensors.index.json',
      }),
    ]
  const given = names ?? [...map.values()] // who names no files has passed what there is
  const absent = new Set([...map.values()].filter((file) => !given.includes(file)))
  return [
    ...[...absent].map((file) =>
      checkpointProblem('Missing', {
        path: file,
        expected: 'a shard that the index names',
        found: `the files ${listed(given)}`,
        fix: 'pass all shards',
      }),
    ),
    ...[...map].flatMap(([name, file]) => {
      const found = tensors.get(name)
      if (absent.has(file) || (found !== undefined && (names === undefined || found.file === file))) return []
      return [
        checkpointProblem(found === undefined ? 'Missing' : 'Mismatch', {
          path: name,
          expected: `the tensor in ${file}, as the index says`,
          found: found === undefined ? 'none' : `it in ${found.file}`,
          fix: 'pass the shards that belong to this index',
        }),
      ]
    }),
    ...[...tensors.keys()].flatMap((name) =>
      map.has(name)
        ? []
        : [
            checkpointProblem('Unexpected', {
              path: name,
              expected: 'tensors that the index lists',
              found: 'one that it does not',
              fix: 'pass the shards that belong to this index',
            }),
          ],
    ),
  ]
}

/** Which file each tensor is in, as an index says; null where it is none. */
const weightMap = (index: Uint8Array): ReadonlyMap<string, string> | null => {
  const json = E.tryCatch((): unknown => JSON.parse(new TextDecoder().decode(index)), String)
  const found = E.isRight(json) ? (Object(json.right) as { readonly weight_map?: unknown }).weight_map : undefined
  if (typeof found !== 'object' || found === null) return null
  const entries = Object.entries(found)
  return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string') ? new Map(entries) : null
}

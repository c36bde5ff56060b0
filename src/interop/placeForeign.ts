/** @internal */
import { listed } from '../scalars/listed.js'
import { didYouMean } from '../scalars/didYouMean.js'
import { leafName } from '../state/tensorNames.js'
import { shapeAt, type Skeleton } from '../tree/Skeleton.js'
import { checkpointProblem } from '../checkpoint/CheckpointError.js'
import type { Met } from './decodeForeign.js'
import type { ForeignOptions } from './ForeignOptions.js'
import { ignoreFor } from './ignoreFor.js'
import { chosen, renamer } from './nameRules.js'
import type { ForeignTensor } from './readForeign.js'
import { turnedAxes } from './turned.js'

/** A tensor of a file with its place here. */
export interface PlacedTensor {
  readonly tensor: ForeignTensor
  /** The order in which its axes are taken; null where they stay. */
  readonly axes: readonly number[] | null
}

/** Which tensor of a file goes to which leaf of a skeleton. */
export interface PlacedForeign {
  /** For each leaf; null, and a problem, where there is none. */
  readonly leaves: readonly (PlacedTensor | null)[]
  readonly ignored: readonly string[]
}

/** Joins tensors and leaves by name, under the options: what is missing, surplus, doubled or of another shape is a
 *  problem with the nearest names and a way out. */
export const placeForeign = (
  tensors: readonly ForeignTensor[],
  skeleton: Skeleton,
  options: ForeignOptions,
  met: Met,
): PlacedForeign => {
  const names = tensors.map(({ name }) => name)
  const [only, ignore, transpose] = [options.only, options.ignore, options.transpose].map((rule) => chosen(names, rule))
  // what is not given has nothing idle, here and below
  const { rename, idle } = renamer(options.rename ?? [])
  // as above
  const idleNames = { only: only?.idle ?? [], transpose: transpose?.idle ?? [], rename: idle(names) }
  for (const [option, patterns] of Object.entries(idleNames))
    for (const pattern of patterns) met.problem(fitsNothing(option, pattern, names))
  // as above
  for (const pattern of ignore?.idle ?? []) met.warning(fitsNothing('ignore', pattern, names))
  const isIgnored = ({ name }: ForeignTensor): boolean =>
    (options.only !== undefined && only?.names.has(name) !== true) || ignore?.names.has(name) === true
  const leftOut = tensors.map(isIgnored)
  const wanted = tensors.filter((_, i) => leftOut[i] === false)
  const paths = skeleton.paths.map(leafName)
  const places = new Map(paths.map((path, i) => [path, i]))
  const leaves = new Array<PlacedTensor | null>(paths.length).fill(null)
  const surplus: ForeignTensor[] = []
  for (const tensor of wanted) {
    const target = rename(tensor.name)
    const leaf = places.get(target) ?? places.get(target.replaceAll('.', '/'))
    const other = leaf === undefined ? null : leaves[leaf]
    if (leaf === undefined) surplus.push(tensor)
    else if (other !== null && other !== undefined)
      met.problem(
        checkpointProblem('Unexpected', {
          path: tensor.name,
          expected: `one tensor for ${paths[leaf]}`,
          found: `${other.tensor.name} too`,
          fix: `rename one of them, or let it pass: ${ignoreFor([tensor.name], [])}`,
        }),
      )
    else {
      const turns = transpose?.names.has(tensor.name) === true && tensor.shape.length > 1
      leaves[leaf] = { tensor, axes: turns ? turnedAxes(tensor.shape.length) : null }
    }
  }
  const missing = paths.filter((_, i) => leaves[i] === null)
  reportSurplus(surplus, missing, wanted, rename, met)
  missing.forEach((path, i) =>
    met.problem(
      checkpointProblem('Missing', {
        path,
        expected: `a tensor of shape [${shapeAt(skeleton, paths.indexOf(path)).join(', ')}]`,
        found: 'none of this name',
        fix: nearMissing(path, shapeAt(skeleton, paths.indexOf(path)), surplus, i),
      }),
    ),
  )
  leaves.forEach((placed, i) => checkShape(placed, shapeAt(skeleton, i), met))
  return { leaves, ignored: names.filter((_, i) => leftOut[i] === true).toSorted() }
}

/** Beyond so many problems nearest names are not looked for: that takes the product of both lists. */
const nearestFor = 20

const fitsNothing = (option: string, pattern: string, names: readonly string[]) => {
  const near = didYouMean(pattern, names)
  return checkpointProblem('Missing', {
    path: `${option}: '${pattern}'`,
    expected: 'a pattern that fits a tensor of the file',
    found: 'none that it fits',
    fix: near === undefined ? `the file has ${listed(names) || 'no tensors'}` : `did you mean '${near}'?`,
  })
}

const reportSurplus = (
  surplus: readonly ForeignTensor[],
  missing: readonly string[],
  wanted: readonly ForeignTensor[],
  rename: (name: string) => string,
  met: Met,
): void => {
  const left = new Set(surplus.map(({ name }) => name))
  surplus.forEach(({ name, shape, dtype }, i) => {
    const near = i < nearestFor ? didYouMean(rename(name), missing) : undefined
    met.problem(
      checkpointProblem('Unexpected', {
        path: name,
        expected: 'a leaf of this name',
        found: `none for this tensor of shape [${shape.join(', ')}] and dtype ${dtype}`,
        fix: `${near === undefined ? '' : `rename: [['${name}', '${near}']], or `}let it pass: ${ignoreFor([name], [])}`,
      }),
    )
  })
  if (surplus.length < 2) return
  const used = wanted.map(({ name }) => name).filter((name) => !left.has(name))
  met.problem(
    checkpointProblem('Unexpected', {
      path: '(all of these)',
      expected: 'tensors that have a leaf',
      found: `${surplus.length} without one`,
      fix: `the file passes with ${ignoreFor([...left], used)}`,
    }),
  )
}

const nearMissing = (
  path: string,
  shape: readonly number[],
  surplus: readonly ForeignTensor[],
  before: number,
): string => {
  const names = surplus.map(({ name }) => name)
  const alike = surplus.filter((tensor) => same(tensor.shape, shape) || same(turnedShape(tensor.shape), shape))
  const near = (before < nearestFor ? didYouMean(path, names) : undefined) ?? alike[0]?.name
  return near === undefined
    ? 'pass the file that has it, or a `like` without it'
    : `did you mean '${near}'? then rename: [['${near}', '${path}']]`
}

const same = (a: readonly number[], b: readonly number[]): boolean => a.join() === b.join()
const turnedShape = (shape: readonly number[]): readonly number[] =>
  turnedAxes(shape.length).map((axis) => shape[axis] ?? 1)

const checkShape = (placed: PlacedTensor | null, wanted: readonly number[], { problem }: Met): void => {
  if (placed === null) return
  const { tensor, axes } = placed
  const found = axes === null ? tensor.shape : turnedShape(tensor.shape)
  if (same(found, wanted)) return
  problem(
    checkpointProblem('Mismatch', {
      path: tensor.name,
      expected: `the shape [${wanted.join(', ')}]`,
      found: `[${found.join(', ')}]${axes === null ? '' : ', turned'}`,
      fix:
        axes === null && same(turnedShape(tensor.shape), wanted)
          ? `it lies as PyTorch has it: transpose: ['${tensor.name}']`
          : 'pass a `like` of the model that was saved',
    }),
  )
}

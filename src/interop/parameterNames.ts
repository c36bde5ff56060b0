/** @internal */
import { leafName } from '../state/tensorNames.js'
import type { Skeleton } from '../tree/Skeleton.js'
import type { Met } from './decodeForeign.js'
import { checkpointProblem } from '../checkpoint/CheckpointError.js'
import { didYouMean } from '../scalars/didYouMean.js'
import type { ForeignOptions } from './ForeignOptions.js'
import { chosen, renamer } from './nameRules.js'
import { turnedAxes } from './turned.js'

/** What becomes of a parameter of a peer: the leaf that it is, and how its axes are taken. */
export interface ParameterPlace {
  readonly leaf: number
  readonly axes: (rank: number) => readonly number[] | null
}

/** Joins the parameters of a peer and the leaves here by name, under `rename` and `transpose`; one that has no leaf is a
 *  problem with the nearest name. `all` are those of the file, with a state or without; `slots` fits what
 *  follows one in the name of a slot. */
export const parameterPlaces = (
  parameters: readonly string[],
  all: readonly string[],
  skeleton: Skeleton,
  { rename = [], transpose }: ForeignOptions,
  met: Met,
  slots = '.*',
): ReadonlyMap<string, ParameterPlace> => {
  const paths = skeleton.paths.map(leafName)
  const turned = chosen(all, transpose)
  const renames = renamer(rename)
  const idle = { rename: renames.idle(all), transpose: turned.idle }
  for (const [option, patterns] of Object.entries(idle))
    for (const pattern of patterns)
      met.problem(
        checkpointProblem('Missing', {
          path: `${option}: '${pattern}'`,
          expected: 'a pattern that fits a parameter of the state',
          found: 'none that it fits',
          fix: `its parameters are ${all.slice(0, 8).join(', ')}`,
        }),
      )
  const owners = new Map<number, string>()
  return new Map(
    parameters.flatMap((parameter) => {
      const pass = `let its state pass: ignore: ['*${parameter}${slots}']`
      const target = renames.rename(parameter)
      const leaf = [target, target.replaceAll('.', '/')].map((name) => paths.indexOf(name)).find((i) => i >= 0)
      if (leaf === undefined) {
        const near = didYouMean(target, paths)
        met.problem(
          checkpointProblem('Unexpected', {
            path: parameter,
            expected: 'a leaf of this name among the parameters',
            found: `none among ${paths.slice(0, 8).join(', ')}`,
            // an empty tree has no path to show
            fix: `rename: [['${parameter}', '${near ?? paths[0] ?? ''}']], or ${pass}`,
          }),
        )
        return []
      }
      const other = owners.get(leaf)
      if (other !== undefined)
        met.problem(
          checkpointProblem('Unexpected', {
            path: parameter,
            expected: `one parameter for ${paths[leaf]}`,
            found: `${other} too`,
            fix: `rename one of them, or ${pass}`,
          }),
        )
      owners.set(leaf, parameter)
      const axes = (rank: number) => (turned.names.has(parameter) && rank > 1 ? turnedAxes(rank) : null)
      return [[parameter, { leaf, axes }] as const]
    }),
  )
}

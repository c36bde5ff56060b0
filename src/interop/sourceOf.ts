/** @internal */
import { checkpointProblem } from '../checkpoint/CheckpointError.js'
import { type Met, valuesOf } from './decodeForeign.js'
import { foreignDtypes } from './foreignDtypes.js'
import type { ForeignTensor } from './readForeign.js'
import type { StateSource } from './StateSource.js'
import { permuted } from './turned.js'

/** A tensor of a file as a source of a state: its numbers as exactly as they stand there. */
export const sourceOf = (tensor: ForeignTensor, axes: readonly number[] | null, met: Met): StateSource => {
  const { name, shape, dtype } = tensor
  if (!Object.hasOwn(foreignDtypes, dtype))
    met.problem(
      checkpointProblem('Unsupported', {
        path: name,
        expected: `one of the dtypes ${Object.keys(foreignDtypes).join(', ')}`,
        found: dtype,
        fix: `convert it there, or let it pass: ignore: ['${name}']`,
      }),
    )
  return {
    name,
    shape: axes === null ? shape : axes.map((axis) => shape[axis] ?? 1),
    values: () => {
      // what could not be read is told, and has no values
      const values = Float64Array.from(valuesOf(tensor, met) ?? [], Number)
      return axes === null ? values : permuted(values, shape, axes)
    },
  }
}

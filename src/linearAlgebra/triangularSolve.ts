/** @internal */
import { at, type Matrix } from './Matrix.js'

/** Solves t·x = b for a triangular t, upper or lower; b may have several columns. */
export const triangularSolve = (t: Matrix, b: Matrix, half: 'upper' | 'lower'): Matrix => {
  const { rows: n, columns } = b
  const x = new Float64Array(n * columns)
  for (let step = 0; step < n; step++) {
    const i = half === 'upper' ? n - 1 - step : step
    for (let j = 0; j < columns; j++) {
      let rest = at(b, i, j)
      for (let done = 0; done < step; done++) {
        const k = half === 'upper' ? n - 1 - done : done
        rest -= at(t, i, k) * (x[k * columns + j] ?? Number.NaN) // inside, as k and j are
      }
      x[i * columns + j] = rest / at(t, i, i)
    }
  }
  return { rows: n, columns, values: x }
}

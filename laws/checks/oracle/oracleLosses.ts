import { flatNumbers, shapeOf, type Nested, type Numbers } from './optaxCases.js'

/** A loss as the oracle writes it down. */
export interface OracleLoss {
  readonly name: 'separable quartic' | 'rosenbrock' | 'quadratic'
  readonly a?: Numbers
  readonly b?: Numbers | readonly number[]
  readonly c?: Numbers
  readonly A?: readonly (readonly number[])[]
}

const vector = ({ x }: Numbers): readonly number[] => flatNumbers(x ?? [])

const rebuilt = (shape: readonly number[], values: readonly number[]): Nested =>
  shape.length === 0
    ? (values[0] ?? Number.NaN)
    : Array.from({ length: shape[0] ?? 0 }, (_, i) => {
        const size = values.length / (shape[0] ?? 1)
        return rebuilt(shape.slice(1), values.slice(i * size, (i + 1) * size))
      })

/** Joins trees of the same structure, number by number. */
const joined = (f: (...x: readonly number[]) => number, ...trees: readonly (Numbers | Nested)[]): Numbers | Nested => {
  const [first] = trees
  if (typeof first === 'number' || Array.isArray(first)) {
    const lists = trees.map((tree) => flatNumbers(tree as Nested))
    return rebuilt(
      shapeOf(first as Nested),
      (lists[0] ?? []).map((_, i) => f(...lists.map((list) => list[i] ?? Number.NaN))),
    )
  }
  return Object.fromEntries(
    // records with the same keys
    Object.keys(first ?? {}).map((key) => [
      key,
      joined(f, ...trees.map((tree) => (tree as Numbers)[key] ?? Number.NaN)),
    ]),
  )
}

const slope: Readonly<Record<OracleLoss['name'], (loss: OracleLoss, params: Numbers) => Numbers>> = {
  'separable quartic': ({ a = {}, b = {}, c = {} }, params) =>
    joined((p = 0, q = 0, r = 0, s = 0) => q * (p - s) ** 3 + r * (p - s), params, a, b, c) as Numbers,
  rosenbrock: (_, params) => {
    const x = vector(params)
    return {
      x: x.map((here, i) => {
        const [before, after] = [x[i - 1], x[i + 1]]
        return (
          (after === undefined ? 0 : -400 * here * (after - here ** 2) - 2 * (1 - here)) +
          (before === undefined ? 0 : 200 * (here - before ** 2))
        )
      }),
    }
  },
  quadratic: ({ A = [], b = [] }, params) => {
    const x = vector(params)
    const known = b as readonly number[]
    return { x: A.map((row, i) => row.reduce((sum, q, j) => sum + q * (x[j] ?? 0), -(known[i] ?? 0))) }
  },
}

/** The gradient of a loss. */
export const slopeOf = (loss: OracleLoss, params: Numbers): Numbers => slope[loss.name](loss, params)

/** The Hessian of a loss times a vector, where it is needed. */
export const curved = (loss: OracleLoss, params: Numbers, direction: Numbers): Numbers => {
  if (loss.name === 'separable quartic')
    return joined(
      (p = 0, q = 0, r = 0, s = 0, v = 0) => (3 * q * (p - s) ** 2 + r) * v,
      params,
      loss.a ?? {},
      loss.b as Numbers,
      loss.c ?? {},
      direction,
    ) as Numbers
  const v = vector(direction)
  if (loss.name === 'quadratic')
    return { x: (loss.A ?? []).map((row) => row.reduce((sum, q, j) => sum + q * (v[j] ?? 0), 0)) }
  const x = vector(params)
  return {
    x: x.map((here, i) => {
      const [before, after] = [x[i - 1], x[i + 1]]
      const own = (after === undefined ? 0 : 1200 * here ** 2 - 400 * after + 2) + (before === undefined ? 0 : 200)
      return (
        own * (v[i] ?? 0) +
        (after === undefined ? 0 : -400 * here * (v[i + 1] ?? 0)) +
        (before === undefined ? 0 : -400 * before * (v[i - 1] ?? 0))
      )
    }),
  }
}

/** A tree with numbers joined one by one. */
export const zipNumbers = (f: (...x: readonly number[]) => number, ...trees: readonly Numbers[]): Numbers =>
  joined(f, ...trees) as Numbers // of records

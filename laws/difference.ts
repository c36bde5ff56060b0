/** Where two sides differ most: the way there, and both values. */
export interface Difference {
  readonly path: string
  readonly left: unknown
  readonly right: unknown
}

/** Every place at which two sides of plain data differ, to the last bit; the largest difference of two numbers first, but
 *  what is no difference of numbers (another shape, something missing, NaN) before that.
 *
 *  @internal */
export const differences = (left: unknown, right: unknown): readonly Difference[] =>
  differing(left, right, '').toSorted((a, b) => size(b) - size(a))

const differing = (left: unknown, right: unknown, path: string): readonly Difference[] => {
  if (Object.is(left, right)) return []
  if (!isData(left) || !isData(right) || Array.isArray(left) !== Array.isArray(right)) return [{ path, left, right }]
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])]
  return keys.flatMap((key) => differing(own(left, key), own(right, key), `${path}${step(left, key)}`))
}

const isData = (value: unknown): value is object => typeof value === 'object' && value !== null

const own = (value: object, key: string): unknown => Object.getOwnPropertyDescriptor(value, key)?.value

const step = (of: object, key: string): string =>
  Array.isArray(of) ? `[${key}]` : /^[\p{L}\d_]+$/u.test(key) ? `.${key}` : `['${key}']`

const size = ({ left, right }: Difference): number =>
  typeof left === 'number' && typeof right === 'number' && Number.isFinite(left - right)
    ? Math.abs(left - right)
    : Infinity

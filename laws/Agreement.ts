/** When two sides of an equation count as equal. Sides are plain data: numbers, text, records and lists of them;
 *  anything else (a tensor, say) equals itself only. */
export interface Agreement {
  readonly name: string
  readonly equals: (left: unknown, right: unknown) => boolean
}

/** The same to the last bit: 0 is not −0, and NaN is NaN. */
export const exactly: Agreement = { name: 'exactly', equals: (left, right) => alike(Object.is)(left, right) }

/** The same numbers: 0 equals −0, and NaN is NaN. */
export const equally: Agreement = {
  name: 'equally',
  equals: (left, right) => alike((a, b) => a === b || (a !== a && b !== b))(left, right),
}

/** Within a tolerance of scale: the largest difference of two numbers, over the largest finite number on either side.
 *  What is not finite must be the same on both.
 *
 *  @example within(1e-6).equals([1, 2], [1, 2.000001]) // is `true` */
export const within = (tolerance: number): Agreement => ({
  name: `within ${tolerance} of scale`,
  equals: (left, right) => {
    const scale = Math.max(largest(left), largest(right))
    return alike(
      (a, b) =>
        Object.is(a, b) ||
        a === b ||
        (Number.isFinite(a) && Number.isFinite(b) && Math.abs(a - b) <= tolerance * scale),
    )(left, right)
  },
})

/** Within a tolerance of the scale of each member of a record by itself, and of the rounding of the largest of all: what is
 *  a difference of others is rounded as they are. Members that the right side lacks are not compared.
 *
 *  @internal */
export const eachWithin = (tolerance: number): Agreement => {
  const one = within(tolerance)
  return {
    name: `${one.name}, each place by itself`,
    equals: (left, right) => {
      if (!isData(left) || !isData(right)) return Object.is(left, right)
      const rounding = (largest(right) * 2 ** -20) / tolerance
      const is: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(left))
      return Object.entries(right).every(([place, meant]) => one.equals([is[place], rounding], [meant, rounding]))
    },
  }
}

type Numbers = (a: number, b: number) => boolean

const alike =
  (same: Numbers) =>
  (a: unknown, b: unknown): boolean => {
    if (typeof a === 'number' && typeof b === 'number') return same(a, b)
    if (!isData(a) || !isData(b)) return Object.is(a, b)
    // most of what is compared are lists of numbers
    if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => alike(same)(x, b[i]))
    const [x, y] = [Object.entries(a), Object.entries(b)]
    if (Array.isArray(a) || Array.isArray(b) || x.length !== y.length) return false
    return x.every(
      ([key, value]) => Object.hasOwn(b, key) && alike(same)(value, (b as Readonly<Record<string, unknown>>)[key]),
    ) // its own key
  }

/** A record or a list, which is compared by what is in it. */
const isData = (value: unknown): value is object => {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return true
  const maker: unknown = Object.getPrototypeOf(value)
  return maker === Object.prototype || maker === null
}

const largest = (value: unknown): number =>
  typeof value === 'number'
    ? Number.isFinite(value)
      ? Math.abs(value)
      : 0
    : isData(value)
      ? Object.values(value).reduce<number>((most, x) => Math.max(most, largest(x)), 0)
      : 0

/** @internal */

const longest = 60

/** A value as it might stand in source, for error messages: short, and never throwing.
 *
 *  @example
 *  ```ts
 *  shown(-0)        // '-0'
 *  shown([1, 'a'])  // "[1, 'a']"
 *  ```
 */
export const shown = (value: unknown): string => {
  const text = whole(value, 2)
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}

const whole = (value: unknown, depth: number): string => {
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`
  if (typeof value !== 'object' || value === null) return String(value)
  if (isTransformation(value)) return 'a transformation'
  const list = Array.isArray(value)
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name
  if (!list && typeof name === 'string' && name !== 'Object') return `a ${name}`
  const inside =
    depth === 0
      ? '…'
      : Object.entries(value)
          .slice(0, 8)
          .map(([key, x]) => `${list ? '' : `${key}: `}${whole(x, depth - 1)}`)
          .join(', ')
  return list ? `[${inside}]` : depth === 0 || inside === '' ? `{${inside}}` : `{ ${inside} }`
}

/** Whether a value is a transformation, as far as words go. */
export const isTransformation = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'anatomy' in value && 'update' in value

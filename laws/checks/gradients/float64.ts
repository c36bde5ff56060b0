// Gradients by their definition, in double, and by nothing else: slow loops over every output, every tap and every
// channel that ask of each place whether it is there. Everything is a volume, channels last; images have depth 1.

/** Paddings as tfjs takes them; numbers and pairs are explicit. */
export type Padding = 'same' | 'valid' | number | readonly (readonly [before: number, after: number])[]

export interface Sliding {
  /** tfjs lets the padding of a volume be negative: with `same` and a stride longer than the window it drops inputs
   *  before the first window, where images drop them after the last. */
  readonly kind: 'images' | 'volumes'
  readonly batch: number
  /** Depth, height, width. */
  readonly input: readonly number[]
  readonly window: readonly number[]
  readonly strides: readonly number[]
  readonly padding: Padding
  readonly channels: number
}

const cellsOf = (lengths: readonly number[]): readonly (readonly number[])[] =>
  lengths.reduce<readonly (readonly number[])[]>(
    (cells, length) => cells.flatMap((cell) => Array.from({ length }, (_, i) => [...cell, i])),
    [[]],
  )

const product = (lengths: readonly number[]): number => lengths.reduce((a, b) => a * b, 1)

const at = (values: ArrayLike<number>, i: number): number => {
  const value = values[i]
  if (value === undefined) throw new RangeError(`no number ${i} of ${values.length}`)
  return value
}

/** How many positions a window has along an axis, and how much padding stands before the first input. */
const axis = (
  { kind, input, window, strides, padding }: Sliding,
  k: number,
): readonly [output: number, before: number] => {
  const [i, w, s] = [at(input, k), at(window, k), at(strides, k)]
  if (padding === 'valid') return [Math.ceil((i - w + 1) / s), 0]
  if (padding === 'same') {
    const output = Math.ceil(i / s)
    const total = (output - 1) * s + w - i
    return [output, Math.floor((kind === 'images' ? Math.max(0, total) : total) / 2)]
  }
  // a depth of 1 is no axis of an image
  const [before, after] = typeof padding === 'number' ? (k === 0 ? [0, 0] : [padding, padding]) : (padding[k] ?? [0, 0])
  return [Math.floor((i + before + after - w) / s) + 1, before]
}

/** Depth, height and width of what comes out. */
export const outputOf = (sliding: Sliding): readonly number[] => [0, 1, 2].map((k) => axis(sliding, k)[0])

/** For each output position its taps, and the input cell on which each stands, or −1 for padding. */
const windowsOf = (sliding: Sliding): readonly (readonly (readonly [tap: number, cell: number])[])[] => {
  const { input, window, strides } = sliding
  const before = [0, 1, 2].map((k) => axis(sliding, k)[1])
  const taps = cellsOf(window)
  return cellsOf(outputOf(sliding)).map((position) =>
    taps.map((offset, tap) => {
      const where = [0, 1, 2].map((k) => at(position, k) * at(strides, k) - at(before, k) + at(offset, k))
      const inside = where.every((x, k) => x >= 0 && x < at(input, k))
      return [tap, inside ? where.reduce((cell, x, k) => cell * at(input, k) + x, 0) : -1] as const
    }),
  )
}

/** The gradients of Σ dy·convolution for input and filter. A depthwise filter holds `outputs` numbers for each channel. */
export const convolutionGradients = (
  sliding: Sliding,
  outputs: number,
  depthwise: boolean,
  { x, filter, dy }: Readonly<Record<'x' | 'filter' | 'dy', ArrayLike<number>>>,
): { readonly dx: Float64Array; readonly dw: Float64Array } => {
  const { batch, channels } = sliding
  const [dx, dw] = [new Float64Array(x.length), new Float64Array(filter.length)]
  const [cells, positions] = [product(sliding.input), product(outputOf(sliding))]
  const made = depthwise ? channels * outputs : outputs
  for (const [out, taps] of windowsOf(sliding).entries())
    for (const [tap, cell] of taps.filter(([, place]) => place >= 0))
      for (let n = 0; n < batch; n++)
        for (let c = 0; c < channels; c++)
          for (let o = 0; o < outputs; o++) {
            const [i, w] = [(n * cells + cell) * channels + c, (tap * channels + c) * outputs + o]
            const g = at(dy, (n * positions + out) * made + (depthwise ? c * outputs + o : o))
            dx[i] = at(dx, i) + g * at(filter, w)
            dw[w] = at(dw, w) + g * at(x, i)
          }
  return { dx, dw }
}

/** The largest numbers of windows of `x`. */
export const maxima = (sliding: Sliding, x: ArrayLike<number>): readonly number[] => {
  const { batch, channels } = sliding
  const cells = product(sliding.input)
  const windows = windowsOf(sliding).map((taps) => taps.flatMap(([, cell]) => (cell >= 0 ? [cell] : [])))
  return cellsOf([batch, windows.length, channels]).map(([n = 0, out = 0, c = 0]) =>
    Math.max(...(windows[out] ?? []).map((cell) => at(x, (n * cells + cell) * channels + c))),
  )
}

/** The gradient of Σ dy·max over windows of `x`, with `added` on top of each tap and channel. */
export const maximumGradient = (
  sliding: Sliding,
  {
    x,
    dy,
    added,
  }: { readonly x: ArrayLike<number>; readonly dy: ArrayLike<number>; readonly added?: ArrayLike<number> },
): Float64Array => {
  const { batch, channels } = sliding
  const dx = new Float64Array(x.length)
  const [cells, positions] = [product(sliding.input), product(outputOf(sliding))]
  for (const [out, taps] of windowsOf(sliding).entries())
    for (let n = 0; n < batch; n++)
      for (let c = 0; c < channels; c++) {
        const seen = taps
          .filter(([, cell]) => cell >= 0)
          .map(([tap, cell]) => {
            const i = (n * cells + cell) * channels + c
            return { i, value: at(x, i) + (added === undefined ? 0 : at(added, tap * channels + c)) }
          })
        const largest = Math.max(...seen.map(({ value }) => value))
        const winner = seen.find(({ value }) => value === largest)
        if (winner !== undefined) dx[winner.i] = at(dx, winner.i) + at(dy, (n * positions + out) * channels + c)
      }
  return dx
}

/** @internal */

/** The loss on the line at a step size, with its slope there; `grad` is whatever the caller wants back with it. */
export interface Point<G> {
  readonly stepSize: number
  readonly value: number
  readonly slope: number
  readonly grad: G
}

/** How a search looks for a step: see `scaleByZoomLinesearch`. */
export interface ZoomRules {
  readonly maxLinesearchSteps: number
  readonly maxLearningRate: number
  readonly tol: number
  readonly increaseFactor: number
  readonly slopeRtol: number
  readonly curvRtol: number
  readonly approxDecRtol: number
  readonly stepsizePrecision: number
}

/** An interval that holds a good step: its better end, its other end, and a third point for the cubic. */
interface Ends<G> {
  readonly low: Point<G>
  readonly high: Point<G>
  readonly third: Point<G>
}

/** Where a search ended. */
export interface Found<G> {
  readonly point: Point<G>
  readonly steps: number
  readonly decreaseError: number
  readonly curvatureError: number
}

/** A step that meets the strong Wolfe conditions, or the best that was found (Nocedal & Wright, algorithms 3.5 and
 *  3.6). */
export const zoomSearch = <G>(
  rules: ZoomRules,
  start: Point<G>,
  guess: number,
  at: (stepSize: number) => Point<G>,
): Found<G> => {
  let safe = start
  let steps = 0
  let last = start
  let errors = { decrease: Number.POSITIVE_INFINITY, curvature: Number.POSITIVE_INFINITY }
  let ends: Ends<G> | null = null
  for (;;) {
    const wanted = steps === 0 ? guess : rules.increaseFactor * last.stepSize
    const stepSize = ends === null ? Math.min(wanted, rules.maxLearningRate) : middle(ends)
    const narrow = ends !== null && Math.abs(ends.high.stepSize - ends.low.stepSize) <= rules.stepsizePrecision
    const point = at(stepSize)
    errors = { decrease: decreaseError(rules, start, point), curvature: curvatureError(rules, start, point) }
    const error = Math.max(errors.decrease, errors.curvature)
    if (errors.decrease <= rules.tol && (ends === null || point.value < safe.value)) safe = point
    let done = error <= rules.tol
    if (ends === null) {
      const above = errors.decrease > 0 || (point.value >= last.value && steps > 0)
      const turned = point.slope >= 0 && !above
      const found = above || turned || done
      done ||= wanted >= rules.maxLearningRate && !found
      if (found) ends = turned ? { low: point, high: last, third: point } : { low: last, high: point, third: last }
    } else {
      ends = narrowed(ends, point, errors.decrease > 0)
    }
    last = point
    steps++
    if (done) return { point, steps, decreaseError: errors.decrease, curvatureError: errors.curvature }
    if (steps >= rules.maxLinesearchSteps || (narrow && safe.stepSize > 0)) {
      const chosen = safe.stepSize > 0 || errors.decrease === Number.POSITIVE_INFINITY ? safe : point
      return { point: chosen, steps, decreaseError: errors.decrease, curvatureError: errors.curvature }
    }
  }
}

/** The part of an interval that still holds a good step, after a point inside it. */
const narrowed = <G>({ low, high }: Ends<G>, point: Point<G>, tooHigh: boolean): Ends<G> => {
  if (tooHigh || point.value >= low.value) return { low, high: point, third: high }
  const turned = point.slope * (high.stepSize - low.stepSize) >= 0
  return { low: point, high: turned ? low : high, third: turned ? high : low }
}

/** How far the loss is from falling enough: by Armijo's rule, or by Hager and Zhang's, which survives rounding near a
 *  minimum. */
const decreaseError = <G>(
  { slopeRtol, approxDecRtol }: ZoomRules,
  start: Point<G>,
  { stepSize, value, slope }: Point<G>,
): number => {
  const exact = value - start.value - slopeRtol * stepSize * start.slope
  if (value === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY
  const approximate = Math.max(
    slope - (2 * slopeRtol - 1) * start.slope,
    value - start.value - approxDecRtol * Math.abs(start.value),
  )
  return known(Math.max(Math.min(approximate, exact), 0))
}

const curvatureError = <G>({ curvRtol }: ZoomRules, start: Point<G>, { slope }: Point<G>): number =>
  known(Math.max(Math.abs(slope) - curvRtol * Math.abs(start.slope), 0))

const known = (error: number): number => (Number.isNaN(error) ? Number.POSITIVE_INFINITY : error)

/** The least point of a cubic through both ends and a third point, else of a parabola, else the middle. */
const middle = <G>({ low, high, third }: Ends<G>): number => {
  const delta = Math.abs(high.stepSize - low.stepSize)
  const left = Math.min(high.stepSize, low.stepSize)
  const inside = (x: number, margin: number): boolean => x > left + margin * delta && x < left + delta - margin * delta
  const cubic = cubicMinimum(low, high, third)
  if (inside(cubic, 0.2)) return cubic
  const parabola = parabolaMinimum(low, high)
  return inside(parabola, 0.1) ? parabola : (low.stepSize + high.stepSize) / 2
}

const cubicMinimum = <G>(a: Point<G>, b: Point<G>, c: Point<G>): number => {
  const [db, dc] = [b.stepSize - a.stepSize, c.stepSize - a.stepSize]
  const [fb, fc] = [b.value - a.value - a.slope * db, c.value - a.value - a.slope * dc]
  const scale = (db * dc) ** 2 * (db - dc)
  const A = (dc ** 2 * fb - db ** 2 * fc) / scale
  const B = (-(dc ** 3) * fb + db ** 3 * fc) / scale
  return a.stepSize + (-B + Math.sqrt(B * B - 3 * A * a.slope)) / (3 * A)
}

const parabolaMinimum = <G>(a: Point<G>, b: Point<G>): number => {
  const db = b.stepSize - a.stepSize
  return a.stepSize - (a.slope * db ** 2) / (2 * (b.value - a.value - a.slope * db))
}

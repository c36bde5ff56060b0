import { expect, test } from 'vitest'
import oracle from '../../laws/checks/oracle/lineSearches.json' with { type: 'json' }
import { zoomSearch, type ZoomRules } from './zoomSearch.js'

type Case = (typeof oracle.cases)[number]

const defaults: Omit<ZoomRules, 'maxLinesearchSteps'> = {
  maxLearningRate: Number.POSITIVE_INFINITY,
  tol: 0,
  increaseFactor: 2,
  slopeRtol: 1e-4,
  curvRtol: 0.9,
  approxDecRtol: 1e-6,
  stepsizePrecision: 1e-5,
}

/** The loss of a case and its derivative. */
const lossOf = ({
  loss: {
    c: [c0 = 0, c1 = 0, c2 = 0, c3 = 0, c4 = 0],
    a,
    w,
  },
}: Case) => ({
  f: (x: number) => c0 + c1 * x + c2 * x ** 2 + c3 * x ** 3 + c4 * x ** 4 + a * Math.sin(w * x),
  slope: (x: number) => c1 + 2 * c2 * x + 3 * c3 * x ** 2 + 4 * c4 * x ** 3 + a * w * Math.cos(w * x),
})

/** The case searched as optax did it: each step begins where the last one ended. */
const searched = (run: Case): readonly Readonly<Record<string, number>>[] => {
  const { initialGuessStrategy = 'keep', ...rest } = run.options
  const { f, slope } = lossOf(run)
  let [x, learningRate] = [run.start, 1]
  return run.steps.map(() => {
    const [from, direction] = [x, -run.rate * slope(x)]
    const at = (stepSize: number) => ({
      stepSize,
      value: f(from + stepSize * direction),
      slope: slope(from + stepSize * direction) * direction,
      grad: null,
    })
    const { point, steps, decreaseError, curvatureError } = zoomSearch(
      { ...defaults, ...rest },
      at(0),
      initialGuessStrategy === 'one' ? 1 : learningRate,
      at,
    )
    learningRate = point.stepSize
    x = from + learningRate * direction
    return { x, learningRate, value: point.value, numLinesearchSteps: steps, decreaseError, curvatureError }
  })
}

/** Whether losses along a step still differ by more than rounding: near a minimum nobody can say which of two steps is
 *  better. */
const telling = (run: Case, i: number): boolean =>
  i === 0 ||
  Math.abs(lossOf(run).slope(Number(run.steps[i - 1]?.x))) > 1e-6 ||
  lossOf(run).slope(Number(run.steps[i - 1]?.x)) === 0

test.each(oracle.cases.map((run, i) => [i, JSON.stringify([run.loss, run.options]), run] as const))(
  'search %i is that of optax: %s',
  (_i, _text, run) => {
    searched(run).forEach((found, i) => {
      for (const [name, wanted] of Object.entries(run.steps[i] ?? {})) {
        if (name !== 'x' && !telling(run, i)) continue
        const error = Math.abs((found[name] ?? Number.NaN) - Number(wanted)) / Math.max(1, Math.abs(Number(wanted)))
        expect(
          found[name] === Number(wanted) ? 0 : error,
          `${name} of step ${i}: ${found[name]} for ${wanted}`,
        ).toBeLessThan(1e-8)
      }
    })
  },
)

test('most steps are compared in every number', () => {
  const all = oracle.cases.flatMap((run) => run.steps.map((_, i) => telling(run, i)))
  expect(all.filter(Boolean).length).toBeGreaterThan(0.8 * all.length)
})

import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { lbfgs } from '../../../src/optimizers/lbfgs.js'
import { step } from '../../../src/transformation/step.js'
import type { Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { scaleByBacktrackingLinesearch } from '../../../src/transforms/scaleByBacktrackingLinesearch.js'
import type { LineSearch } from '../../../src/transforms/lineSearch.js'
import { valueAndGrad } from '../../../src/training/valueAndGrad.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { backendName } from '../backend.js'
import { part, whole } from '../part.js'
import { type Loss, problems } from './lbfgsProblems.js'
import oracle from './lbfgsRuns.json' with { type: 'json' }

type Name = keyof typeof oracle.problems
type Search = 'zoom' | 'backtracking' | 'none, rate 0.5' | 'none, rate 1'

const searches: Readonly<Record<Search, () => unknown>> = {
  zoom: () => lbfgs(),
  backtracking: () => lbfgs({ linesearch: scaleByBacktrackingLinesearch({ maxBacktrackingSteps: 20 }) }),
  'none, rate 0.5': () => lbfgs({ linesearch: 'none', learningRate: 0.5 }),
  'none, rate 1': () => lbfgs({ linesearch: 'none', learningRate: 1 }),
}

interface Run {
  readonly values: readonly number[]
  readonly norms: readonly number[]
  readonly finite: boolean
  /** The largest rise of the loss on a step that its search called a fall, relative to the loss before. */
  readonly rise: number
}

/** After so many steps that move nothing none will: the state of a run without a search, or with zoom, is then what it
 *  was, and the rates of backtracking go round in fewer. */
const still = 25

const ran = (loss: Loss, start: readonly number[], search: Search, steps: number): Run => {
  // their states differ; what the table needs of them is looked for where it may be
  const tx = searches[search]() as Transformation<Opaque, LineSearch>
  const [values, norms]: [number[], number[]] = [[], []]
  let now: { readonly params: { readonly x: tf.Tensor1D }; readonly state: unknown } = tf.tidy(() => {
    const params = { x: tf.tensor1d([...start]) }
    return { params, state: tx.init(params) } as never
  })
  let [finite, rise, rested, said] = [true, 0, 0, Number.NaN]
  for (let i = 0; i <= steps; i++) {
    const { value: at, grads } = valueAndGrad(({ x }: { readonly x: tf.Tensor1D }) => loss(x))(now.params)
    const value = at.dataSync()[0] ?? Number.NaN
    const before = values.at(-1) ?? value
    if (!Number.isNaN(said)) rise = Math.max(rise, (value - before) / Math.max(Math.abs(before), 2 ** -126))
    values.push(value)
    norms.push(Math.hypot(...(grads.x?.dataSync() ?? [])))
    finite &&= Number.isFinite(value) && now.params.x.dataSync().every(Number.isFinite)
    if (i === steps || rested === still || !finite) {
      disposeExcept([now, at, grads], null)
      break
    }
    const old = [...now.params.x.dataSync()]
    const extra = { value, grad: grads, valueFn: ({ x }: { readonly x: tf.Tensor1D }) => loss(x) }
    const next = step(tx)(grads as never, now.state, now.params, extra as never)
    disposeExcept([now, at, grads], next)
    now = next
    const info = (now.state as readonly { readonly info?: { readonly decreaseError: number } }[])[2]?.info
    said = info !== undefined && info.decreaseError === 0 ? 0 : Number.NaN
    const moved = [...now.params.x.dataSync()].some((x, k) => x !== old[k])
    rested = moved ? 0 : rested + 1
  }
  return { values, norms, finite, rise }
}

const names = Object.keys(oracle.problems) as readonly Name[] // what the file has
const few: readonly Name[] = ['sum x^2 + x^4', 'sum log cosh', 'rosenbrock 2']
// All of them take minutes, and float32 is float32: wasm and WebGL run a few, and cpu some others by default.
const chosen =
  backendName === 'webgl' ? few.slice(0, 1) : backendName === 'cpu' ? part(names, 32) : few.slice(whole ? 0 : 2)
const steps = backendName === 'webgl' ? 40 : oracle.steps

const key = (name: Name, search: Search): string => `${name} ${search}`
const runs = new Map<string, Run>()
/** A run, made where a test first asks for it. */
const runOf = (name: Name, search: Search): Run => {
  const loss = problems[name]
  if (loss === undefined) throw new Error(`${name} has no formula here`)
  const run = runs.get(key(name, search)) ?? ran(loss, oracle.problems[name].start, search, steps)
  runs.set(key(name, search), run)
  return run
}
const searchNames = Object.keys(searches) as readonly Search[]

/** Nothing bounds a step without a search. At the minimum of Powell's function its Hessian is singular, and rounding then
 *  throws these runs out of float32; optax too leaves it at rate 0.5. */
const unbounded: readonly string[] = [key('powell', 'none, rate 0.5'), key('powell', 'none, rate 1')]

/** A quadratic this stiff is beyond what backtracking can tell in float32: both stop on the way, where rounding says. */
const stalled: readonly string[] = [key('quadratic 1e8', 'backtracking')]

/** Where convex functions end: optax' own value, to rounding. */
const convex: readonly Name[] = names.slice(0, names.indexOf('rosenbrock 2')).filter((name) => name !== 'one number')

describe.each(chosen)('%s', (name) => {
  const { runs: theirs } = oracle.problems[name]

  test('every run stays finite; a search that says fall has fallen', () => {
    for (const search of searchNames) {
      const run = runOf(name, search)
      expect(run.finite || unbounded.includes(key(name, search)), search).toBe(true)
      // Zoom may rise by approxDecRtol near a minimum; both by the last bit of the loss.
      if (search === 'zoom') expect(run.rise, search).toBeLessThanOrEqual(1.2e-6)
      if (search === 'backtracking') expect(run.rise, search).toBeLessThanOrEqual(0)
    }
  })

  test('with zoom it ends no higher than optax, with backtracking it has been as low', () => {
    for (const search of ['zoom', 'backtracking'] as const) {
      const { values } = runOf(name, search)
      // A backtracking that fails takes its last trial, as in optax: near a minimum that may rise by rounding.
      const mine = search === 'zoom' ? (values.at(-1) ?? Number.NaN) : Math.min(...values)
      const his = theirs[search].value
      if (stalled.includes(key(name, search))) expect(Math.abs(mine - his)).toBeLessThan(0.1 * his)
      else expect(mine, search).toBeLessThanOrEqual(his + 1e-5 * Math.max(1, Math.abs(his)))
    }
  })
})

test('convex functions and those with one minimum: zoom finds it', () => {
  for (const name of chosen.filter((one) => convex.includes(one)))
    expect(
      Math.abs((runOf(name, 'zoom').values.at(-1) ?? Number.NaN) - oracle.problems[name].runs.zoom.value),
      name,
    ).toBeLessThan(1e-5)
})

const shown = (x: number | string | null | undefined): string =>
  x === null || x === undefined ? '–' : typeof x === 'string' ? x : x === 0 ? '0' : x.toPrecision(2).replace('e', ' e')

const page = (): string =>
  [
    '# L-BFGS beside optax',
    '',
    `${names.length} functions, ${oracle.steps} steps from one start, in float32 on both sides: ours on the cpu backend with \`curvature: 'checked'\`, and ${oracle.source}.`,
    'Written by its test (`POLYAK_WHOLE=1 npx vitest run --project cpu laws/checks/oracle/lbfgsRuns -u`); formulas in [lbfgsProblems.ts](lbfgsProblems.ts), starts in [lbfgsRuns.py](lbfgsRuns.py).',
    '`steps` is the first step at which the gradient is a thousandth of the first one, or 0.001.',
    '',
    '| function | search | loss | optax | norm of gradient | optax | steps | optax |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...names.flatMap((name) =>
      searchNames.map((search) => {
        const [run, his] = [runOf(name, search), oracle.problems[name].runs[search]]
        const enough = 1e-3 * Math.max(1, run.norms[0] ?? 0)
        const reached = run.norms.findIndex((norm) => norm <= enough)
        const cells = [
          run.values.at(-1),
          his.value,
          run.norms.at(-1),
          his.gradNorm,
          reached < 0 ? null : reached,
          his.steps,
        ]
        return `| ${name.replaceAll('|', '\\|')} | ${search} | ${cells.map((cell, i) => (i < 4 ? shown(cell) : String(cell ?? '–'))).join(' | ')} |`
      }),
    ),
    '',
  ].join('\n')

test.runIf(backendName === 'cpu' && whole)('LBFGS.md says where each run ends', async () => {
  await expect(page()).toMatchFileSnapshot('LBFGS.md')
})

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { transformations } from '../../laws/arbitraries/transformations.js'
import { withMovingAverage } from '../averaging/withMovingAverage.js'
import { applyIfFinite } from '../combinators/applyIfFinite.js'
import { byPath } from '../combinators/byPath.js'
import { chain } from '../combinators/chain.js'
import { masked } from '../combinators/masked.js'
import { multiSteps } from '../combinators/multiSteps.js'
import { namedChain } from '../combinators/namedChain.js'
import { adamw } from '../optimizers/adamw.js'
import { clipByGlobalNorm } from '../transforms/clipByGlobalNorm.js'
import { scale } from '../transforms/scale.js'
import { setToZero } from '../transforms/setToZero.js'
import { trace } from '../transforms/trace.js'
import { equations } from './equations.js'
import { plain } from './plain.js'
import type { Stateless } from './types.js'

const documented = withMovingAverage({ decay: 0.999 })(
  chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 1e-3 })),
)

test('the example in the README of the sources is what is printed', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  expect(readme).toContain(`\`\`\`text\n${equations(documented)}\n\`\`\``)
})

test('options with other numbers print the same', () => {
  expect(
    equations(
      withMovingAverage({ decay: 0.9 })(
        chain(clipByGlobalNorm({ maxNorm: 3 }), adamw({ learningRate: 2, b1: 0.1, weightDecay: 0.5 })),
      ),
    ),
  ).toBe(equations(documented))
})

describe('what is printed', () => {
  test('the branch of a state, and of what a step is handed', () => {
    const tx = withMovingAverage({ decay: 0.999, start: 2 })(scale({ stepSize: 1 }))
    expect(equations(tx)).toBe(
      "inner scale\n  u' = s·u\nmovingAverage\n  average' = param + u\nstep\n  param' = param + u",
    )
    expect(equations(tx, { state: { inner: {}, count: 5 } })).toContain(
      "average' = average − c·(average − (param + u))",
    )
    const given = withMovingAverage({ numUpdates: 'given' })(chain())
    expect(equations(given, { extra: { numUpdates: 1e9 } })).toContain("average' = average − c·")
    expect(equations(given)).toContain("average' = ")
  })

  test('branches by count: the first micro-batch accumulates', () => {
    expect(equations(multiSteps({ everyKSchedule: 1 })(scale({ stepSize: 1 })))).toContain('inner scale')
    expect(equations(multiSteps({ everyKSchedule: 4 })(scale({ stepSize: 1 })))).not.toContain('inner scale')
  })

  test('masks, what is no equation, and what is decided as the step runs', () => {
    const own = plain<Stateless>({ name: 'own', init: () => ({}), update: (u, s) => [u, s] })
    expect(
      equations(
        chain(
          masked({ mask: byPath((path) => path === 'w'), otherwise: 'zero' })(trace({ decay: 0.9 })),
          own,
          setToZero(),
        ),
      ).split('\n'),
    ).toEqual([
      '0 trace (masked)',
      "  trace' = u + d·trace",
      "  u' = trace'",
      '0 setToZero (masked)',
      "  u' = 0",
      '1 own: not an equation',
      '2 setToZero',
      "  u' = 0",
      'step',
      "  param' = param + u",
    ])
    expect(equations(chain(applyIfFinite({ maxConsecutiveErrors: 3 })(scale({ stepSize: 1 })))).split('\n')).toEqual([
      "0 applyIfFinite: goes on as the updates decide, so where notFinite' = 0",
      "  notFinite' = treeSum(isFinite(u) ? 0 : 1)",
      '0 applyIfFinite',
      '0.inner scale',
      "  u' = s·u",
      'step',
      "  param' = param + u",
    ])
    const tried = equations(
      chain(applyIfFinite({ maxConsecutiveErrors: 3, decide: 'device' })(scale({ stepSize: 1 }))),
    ).split('\n')
    expect(tried[0]).toBe("0 applyIfFinite: kept where accepted' = 1")
    expect(tried.slice(-4)).toEqual(['0.inner scale', "  u' = s·u", 'step', "  param' = param + u"])
  })

  test('the empty chain', () => {
    expect(equations(chain())).toBe("step\n  param' = param + u")
  })
})

test('LaTeX: one aligned environment', () => {
  expect(equations(trace({ decay: 0.9 }), { format: 'latex' })).toBe(
    [
      '\\begin{aligned}',
      '&\\text{trace} \\\\',
      "&\\quad \\mathrm{trace}' = u + d \\cdot \\mathrm{trace} \\\\",
      "&\\quad u' = \\mathrm{trace}' \\\\",
      '&\\text{step} \\\\',
      "&\\quad \\mathrm{param}' = \\mathrm{param} + u",
      '\\end{aligned}',
    ].join('\n'),
  )
})

test('LaTeX: names are words, whatever signs they have', () => {
  const head = (name: string) =>
    equations(namedChain({ [name]: scale({ stepSize: 2 }) }), { format: 'latex' }).split('\n')[1]
  expect(head('50% a&b_{c}')).toBe('&\\text{50\\% a\\&b\\_\\{c\\} scale} \\\\')
  expect(head('\\^~$#')).toBe('&\\text{\\textbackslash{}\\textasciicircum{}\\textasciitilde{}\\$\\# scale} \\\\')
})

test('every transformation prints, without a tensor', () => {
  fc.assert(
    fc.property(transformations, fc.constantFrom('text' as const, 'latex' as const), (tx, format) => {
      const printed = equations(withMovingAverage({ decay: 0.5 })(tx), { format })
      expect(printed).toContain('movingAverage')
      expect(printed).not.toMatch(/undefined|NaN|\[object/)
    }),
  )
})

test('unknown options are refused', () => {
  // @ts-expect-error no such format
  expect(() => equations(chain(), { format: 'html' })).toThrow('equations: format must be')
  // @ts-expect-error no such option
  expect(() => equations(chain(), { formats: 'text' })).toThrow(TypeError)
})

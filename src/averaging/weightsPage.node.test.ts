import { expect, test } from 'vitest'
import { averagingWeights, type AveragingWeights, type WeightsOptions as Options } from './averagingWeights.js'
import type { AnyScheme, Scheme } from './Scheme.js'
import { annealed } from './schemes/annealed.js'
import { bema } from './schemes/bema.js'
import { debiased } from './schemes/debiased.js'
import { exponential } from './schemes/exponential.js'
import { halfLife } from './schemes/halfLife.js'
import { inverseGamma } from './schemes/inverseGamma.js'
import { polynomial } from './schemes/polynomial.js'
import { powerFunction } from './schemes/powerFunction.js'
import { ramp } from './schemes/ramp.js'
import { uniform } from './schemes/uniform.js'
import { uniformThen } from './schemes/uniformThen.js'
import { warmup } from './schemes/warmup.js'
import { weighted } from './schemes/weighted.js'

const rows: readonly (readonly [title: string, scheme: AnyScheme, options?: (steps: number) => Options<{}>])[] = [
  ['exponential({ decay: 0.999 })', exponential({ decay: 0.999 })],
  ['exponential({ decay: 0.9999 })', exponential({ decay: 0.9999 })],
  ['warmup({ decay: 0.999 })', warmup({ decay: 0.999 })],
  ['warmup({ decay: 0.9999 })', warmup({ decay: 0.9999 })],
  ['inverseGamma()', inverseGamma()],
  ['ramp({ decay: 0.9999 })', ramp({ decay: 0.9999 })],
  ['annealed()', annealed()],
  ['debiased({ decay: 0.999 })', debiased({ decay: 0.999 })],
  ['uniformThen({ warmup: 500, decay: 0.999 })', uniformThen({ warmup: 500, decay: 0.999 })],
  ['uniform()', uniform()],
  ['uniform(), start: ½ of the run (tail)', uniform({ includeInitial: true }), (steps) => ({ start: steps / 2 })],
  ['polynomial({ eta: 3 })', polynomial({ eta: 3 })],
  ['powerFunction({ width: 0.05 })', powerFunction({ width: 0.05 })],
  ['powerFunction({ width: 0.2 })', powerFunction({ width: 0.2 })],
  ['halfLife({ halfLife: 500 })', halfLife({ halfLife: 500 })],
  ['halfLife({ ramp: 0.05 })', halfLife({ ramp: 0.05 })],
  ['bema()', bema()],
  ['weighted({ weight: Math.sqrt })', weighted({ weight: Math.sqrt })],
]

const bars = '▁▂▃▄▅▆▇█'

/** The weights from the first step to the last, in 40 bars, the highest of them full. */
const picture = ({ weights }: AveragingWeights): string => {
  const bins = Array.from({ length: 40 }, (_, i) =>
    weights
      .slice(Math.floor((i * weights.length) / 40), Math.floor(((i + 1) * weights.length) / 40))
      .reduce((sum, w) => sum + w, 0),
  )
  const most = Math.max(...bins)
  return bins.map((x) => bars[Math.min(7, Math.floor((8 * x) / most))]).join('')
}

const short = (x: number): string => String(Number(x.toPrecision(2)))
const percent = (x: number): string => (x < 5e-5 ? '0' : `${Number((100 * x).toPrecision(2))} %`)

const row = ([title, scheme, options = () => ({})]: (typeof rows)[number]): string => {
  const after = (steps: number): AveragingWeights => averagingWeights(scheme as Scheme, steps, options(steps)) // counted in steps
  const [quick, long] = [after(200), after(10_000)]
  const numbers = [quick, long].flatMap((w) => [percent(w.initial), short(w.meanAge), short(w.effectiveWindow)])
  return `| \`${title}\` | \`${picture(after(1000))}\` | ${numbers.join(' | ')} |`
}

test('the picture of the weights of every scheme', async () => {
  await expect(
    [
      '# What each average is made of',
      '',
      'Written by `weightsPage.node.test.ts` from `averagingWeights`. The picture shows the weights over a run of 1000 steps, its beginning on the',
      'left, the start among the first; then the weight that the start still has, the mean age and the effective window 1/Σw² in steps, after 200',
      'and after 10 000 steps.',
      '',
      '| scheme | weights over 1000 steps | start, 200 | age | window | start, 10 000 | age | window |',
      '| --- | --- | --- | --- | --- | --- | --- | --- |',
      ...rows.map(row),
      '',
    ].join('\n'),
  ).toMatchFileSnapshot('WEIGHTS.md')
})

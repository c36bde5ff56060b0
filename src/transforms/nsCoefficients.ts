import { refined } from '../scalars/decoder.js'
import type { Kind } from '../scalars/Kind.js'
import { must } from '../scalars/must.js'
import type { Quintic } from './newtonSchulz.js'

/** Coefficients of Newton–Schulz iterations: a published set by its name, one triple for all, or one for each. */
export type NsCoefficients = 'standard' | 'dion' | 'polarExpress' | Quintic | readonly Quintic[]

/** The published sets: Keller Jordan's, those of Dion (timm calls them quintic), and the Polar Express with a safety factor
 *  of 1.01 for all but the last. */
const published: Readonly<Record<string, readonly Quintic[]>> = {
  dion: [
    [4.0848, -6.8946, 2.927],
    [3.9505, -6.3029, 2.6377],
    [3.7418, -5.5913, 2.3037],
    [2.8769, -3.1427, 1.2046],
    [2.8366, -3.0525, 1.2012],
  ],
  polarExpress: [
    [8.28721201814563, -23.595886519098837, 17.300387312530933],
    [4.107059111542203, -2.9478499167379106, 0.5448431082926601],
    [3.9486908534822946, -2.908902115962949, 0.5518191394370137],
    [3.3184196573706015, -2.488488024314874, 0.51004894012372],
    [2.300652019954817, -1.6689039845749494, 0.4188073119525673],
    [1.891301407787398, -1.2679958271945868, 0.37680408948524835],
    [1.8750014808534479, -1.2500016453999487, 0.3750001645474248],
    [1.875, -1.25, 0.375],
  ].map(([a = 0, b = 0, c = 0], i, all): Quintic =>
    i === all.length - 1 ? [a, b, c] : [a / 1.01, b / 1.01 ** 3, c / 1.01 ** 5],
  ),
}

const standard: Quintic = [3.4445, -4.775, 2.0315]

/** The coefficients of each iteration.
 *
 *  @internal */
export const quintics = (given: NsCoefficients, steps: number): readonly Quintic[] => {
  if (given === 'standard') return times(standard, steps)
  if (typeof given === 'string') return must(published[given], 'published set').slice(0, steps)
  return isTriple(given) ? times(given, steps) : given.slice(0, steps)
}

/** An option that takes them.
 *
 *  @internal */
export const nsCoefficients: Kind<NsCoefficients> = {
  codec: refined(
    'coefficients',
    (u): u is NsCoefficients =>
      u === 'standard' ||
      (typeof u === 'string' && Object.hasOwn(published, u)) ||
      isTriple(u) ||
      (Array.isArray(u) && u.length > 0 && u.every(isTriple)),
  ),
  range: "'standard', 'dion', 'polarExpress', a triple of finite numbers or an array of triples",
  example: '[3.4445, -4.775, 2.0315]',
  sorts: ['string', 'object'],
}

const times = (one: Quintic, steps: number): readonly Quintic[] => Array.from({ length: steps }, () => one)

const isTriple = (u: unknown): u is Quintic => Array.isArray(u) && u.length === 3 && u.every((x) => Number.isFinite(x))

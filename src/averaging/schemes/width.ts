import { nonNegative } from '../../scalars/numbers.js'
import { literal } from '../../scalars/literal.js'
import { refined } from '../../scalars/decoder.js'
import type { Kind } from '../../scalars/Kind.js'

const widest = Math.sqrt(1 / 12)

const isWidth = (u: unknown): u is number => typeof u === 'number' && u > 0 && u <= widest

/** An option that takes the relative width of a profile.
 *
 *  @internal */
export const widthKind: Kind<number> = {
  codec: refined('width', isWidth),
  range: 'a number in (0, 0.2886…]: 0.2886… = √(1/12) is the width of the plain mean',
  example: '0.1',
  sorts: ['number'],
}

/** Refuses what is no width, told by who was asked.
 *
 *  @internal */
export const widthIn = (where: string): ((given: number) => number) => literal(where, widthKind, widthKind.codec)

/** The power of the profile of a given relative width: the weight of the parameters at time τ grows as τ^γ.
 *
 *  ```text
 *  σ² = (γ+1)/((γ+2)²(γ+3))        σ: the standard deviation of the profile over the length of the training
 *  ```
 *
 *  @throws `RangeError` for a width outside (0, √(1/12)].
 *  @laws inverse of `widthOfGamma`.
 *  @reference Karras et al. 2024, arXiv:2312.02696, equation 7
 *  @example gammaOfWidth(0.1)   // 6.937… */
export const gammaOfWidth = (width: number): number => {
  const sigma = widthIn('gammaOfWidth')(width)
  // (γ+2)²(γ+3)·σ² − (γ+1) is convex above −7/3 and positive at 1/σ: from there Newton falls upon the largest root.
  let gamma = 1 / sigma
  for (let i = 0; i < 100; i++) {
    const [a, b] = [gamma + 2, gamma + 3]
    const next = gamma - (a * a * b * sigma ** 2 - (gamma + 1)) / ((2 * a * b + a * a) * sigma ** 2 - 1)
    if (!(next < gamma)) break
    gamma = next
  }
  return Math.max(0, gamma)
}

/** The relative width of a profile that grows with a given power.
 *
 *  ```text
 *  σ = √((γ+1)/((γ+2)²(γ+3)))
 *  ```
 *
 *  @throws `RangeError` for a γ that is no finite number ≥ 0.
 *  @laws inverse of `gammaOfWidth`; falls as γ grows, from √(1/12) at 0.
 *  @reference Karras et al. 2024, arXiv:2312.02696
 *  @example widthOfGamma(6.94)   // 0.0999… */
export const widthOfGamma = (gamma: number): number => {
  const g = literal('widthOfGamma', nonNegative, nonNegative.codec)(gamma)
  return Math.sqrt((g + 1) / ((g + 2) ** 2 * (g + 3)))
}

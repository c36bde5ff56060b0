import { refined } from '../scalars/decoder.js'
import type { Kind } from '../scalars/Kind.js'

/** How long an orthogonal update of a matrix is made, by its fan-in and fan-out: 'original' √max(1, out/in), 'moonlight'
 *  0.2·√max(in, out), a number that times √max(in, out), 'spectral' √(out/in), 'none' 1. */
export type MuonScaling = 'none' | 'original' | 'moonlight' | 'spectral' | number

const words: ReadonlySet<unknown> = new Set(['none', 'original', 'moonlight', 'spectral'])

const isScaling = (u: unknown): u is MuonScaling =>
  words.has(u) || (typeof u === 'number' && Number.isFinite(u) && u >= 0)

/** An option that takes a scaling.
 *
 *  @internal */
export const muonScaling: Kind<MuonScaling> = {
  codec: refined('scaling', isScaling),
  range: "one of 'none', 'original', 'moonlight', 'spectral', or a finite number ≥ 0",
  example: "'original'",
  sorts: ['number', 'string'],
}

/** The length of an orthogonal update.
 *
 *  @internal */
export const scaleOf = (
  scaling: MuonScaling,
  { fanIn, fanOut }: { readonly fanIn: number; readonly fanOut: number },
): number => {
  switch (scaling) {
    case 'none':
      return 1
    case 'original':
      return Math.sqrt(Math.max(1, fanOut / fanIn))
    case 'moonlight':
      return 0.2 * Math.sqrt(Math.max(fanIn, fanOut))
    case 'spectral':
      return Math.sqrt(fanOut / fanIn)
    default:
      return scaling * Math.sqrt(Math.max(fanIn, fanOut))
  }
}

import { averaged, disposeExcept, type Store, synthesize } from 'polyak'
import { heldOutLoss } from './heldOutLoss.js'
import type { beginning, Session } from './session.js'

/** Widths of averaging, from those that were tracked and between them. */
const widths = [0.05, 0.07, 0.1, 0.14, 0.2]

/** The held-out losses of one training's end: raw, by each average, and by widths that were never tracked. */
export const afterwards = async (
  { params, state }: ReturnType<typeof beginning>,
  { corpus: { heldOut } }: Session,
  profiles: Store,
): Promise<readonly (readonly [name: string, loss: number])[]> => {
  const rows: (readonly [string, number])[] = [
    ['raw', await heldOutLoss(params, heldOut)],
    ['with warm-up', await heldOutLoss(averaged(state), heldOut)],
    ['mean of the second half', await heldOutLoss(averaged(state.inner), heldOut)],
  ]
  for (const width of widths) {
    const made = await synthesize({ store: profiles, prefix: 'ema', like: params, width })
    const error = made.relativeError < 1e-6 ? 'tracked' : `error ≤ ${made.relativeError.toExponential(0)}`
    rows.push([`width ${width.toFixed(2)}, ${error}`, await heldOutLoss(made.params, heldOut)])
    disposeExcept(made.params, [])
  }
  return rows
}

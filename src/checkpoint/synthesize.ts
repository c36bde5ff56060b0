import { nth } from '../scalars/nth.js'
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import { type PostHocCoefficients, postHocCoefficients, type StoredProfile } from '../averaging/postHocCoefficients.js'
import { widthOfGamma } from '../averaging/schemes/width.js'
import { knownOnly } from '../scalars/knownOnly.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { TreeOf } from '../tree/Tree.js'
import { type CheckpointError, checkpointProblem } from './CheckpointError.js'
import { profilesIn } from './profiles.js'
import { promised } from './promised.js'
import type { Store } from './Store.js'
import { taskStore } from './taskStore.js'
import { summedFiles } from './summedFiles.js'

/** Which average is wanted, and of what. */
export interface SynthesizeRequest<P> {
  readonly store: Store
  /** The beginning of the names, as given to `saveProfiles`. */
  readonly prefix: string
  /** Parameters like those that were averaged. Not changed, not disposed. */
  readonly like: P & TreeOf<P>
  /** The width, EDM2's σ_rel, in (0, √(1/12)]; or its power `gamma`. */
  readonly width?: number
  readonly gamma?: number
  /** The moment of the training at which it would have been taken. Default: the last that was stored. */
  readonly time?: number
}

/** An average that was never tracked. */
export interface Synthesized<P> extends PostHocCoefficients {
  readonly params: P
  readonly time: number
  /** The stored averages that it is made of, in the order of the coefficients. */
  readonly from: readonly StoredProfile[]
  /** Width, bound of the error, condition, and whether it is a guess, in a line. */
  readonly described: string
}

/** Any width of averaging after the training is over, from the averages that `saveProfiles` has stored.
 *
 *  ```text
 *  Σ xᵢ·Aᵢ        x: `postHocCoefficients`; summed in double, one tensor at a time
 *  ```
 *
 *  @shapes those of `like`; new tensors, all the caller's.
 *  @throws Rejects with `RangeError`/`TypeError` for a width out of range, and for both or neither of width and gamma;
 *    with `CheckpointFailed`, which has every problem by path: nothing stored under the prefix until that time,
 *    files that do not fit. Nothing is made then.
 *  @laws a width that was stored, at its time, gives the stored average back, to rounding.
 *  @departs what lies outside the widths that were stored says so in `extrapolated`: there errors are ten times larger.
 *  @reference Karras et al. 2024, arXiv:2312.02696
 *  @example await synthesize({ store, prefix: 'ema', like: params, width: 0.12 }) */
export const synthesize = async <P>(request: SynthesizeRequest<P>): Promise<Synthesized<P>> =>
  promised(synthesizeTask(request))

/** `synthesize` as a task; throws what is wrong with the request itself.
 *
 *  @laws promised ∘ synthesizeTask = synthesize.
 *  @example const found = await synthesizeTask({ store, prefix: 'ema', like: params, width: 0.12 })() */
export const synthesizeTask = <P>(request: SynthesizeRequest<P>): TE.TaskEither<CheckpointError, Synthesized<P>> => {
  const { store, prefix, like, width, gamma, time } = known(request)
  const profiles = [...(width === undefined ? [] : [{ width }]), ...(gamma === undefined ? [] : [{ gamma }])]
  const [profile] = profiles
  if (profile === undefined || profiles.length > 1)
    throw new TypeError(
      `synthesize: needs one of width and gamma, found ${width === undefined ? 'neither' : 'both'}. Pass e.g. { width: 0.1 }.`,
    )
  const skeleton = skeletonOf(like, 'like')
  return F.pipe(
    taskStore(store).list,
    TE.chainEitherK((items) => {
      const stored = profilesIn(
        prefix,
        items.map(({ name }) => name),
      )
      const last = time ?? stored.at(-1)?.time
      return last === undefined || !stored.some((one) => one.time <= last)
        ? E.left<CheckpointError>([
            checkpointProblem('Missing', {
              path: prefix,
              expected: `averages stored${last === undefined ? '' : ` until ${last}`}`,
              found: stored.length === 0 ? 'none' : `the first at ${stored[0]?.time}`,
              fix: 'store some with saveProfiles while training',
            }),
          ])
        : E.right({
            stored,
            time: last,
            found: postHocCoefficients(stored, { time: last, ...profile }),
          })
    }),
    TE.chain(({ stored, time: at, found }) =>
      F.pipe(
        summedFiles(
          store,
          skeleton,
          '',
          stored.flatMap(({ name }, i) => {
            const coefficient = nth(found.coefficients, i)
            return Math.abs(coefficient) > noise ? [{ name, coefficient }] : []
          }),
        ),
        TE.map((params) => ({
          ...found,
          params: params as P, // of the structure of `like`
          time: at,
          from: stored.map((one) => ({ time: one.time, gamma: one.gamma })),
          described:
            `width ${widthOfGamma(found.gamma).toPrecision(3)} at ${at}, of ${stored.length} stored averages: ` +
            `error of the profile ≤ ${found.relativeError.toExponential(1)}, condition ${found.condition.toExponential(1)}` +
            (found.extrapolated === null ? '' : `; ${found.extrapolated}`),
        })),
      ),
    ),
  )
}

// What weighs no more is of rounding, and its file is not read.
const noise = 1e-12

const known = knownOnly<SynthesizeRequest<unknown>>('synthesize', {
  store: 'required',
  prefix: 'required',
  like: 'required',
  width: true,
  gamma: true,
  time: true,
})

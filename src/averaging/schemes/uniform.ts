import { flag } from '../../scalars/kinds.js'
import { options, withDefault } from '../../scalars/options.js'
import type { Scheme } from '../Scheme.js'
import { countedScheme } from './countedScheme.js'

/** What a uniform average counts. */
export interface UniformOptions {
  /** Whether the parameters at the start are one of those averaged.
   *
   *  @defaultValue false */
  readonly includeInitial?: boolean
}

/** The plain mean of all parameters since the start: Polyak–Ruppert averaging.
 *
 *  ```text
 *  c = 1/n, or 1/(n+1) with includeInitial
 *  ```
 *
 *  @throws `TypeError` for an option that is no boolean.
 *  @laws all weights are equal; the variance of independent noise falls as 1/n.
 *  @reference Ruppert 1988; Polyak & Juditsky 1992; torch.optim.swa_utils.AveragedModel by default. From step s on it is
 *    the tail average (`withTailAverage`), every k-th step SWA (`withSwa`).
 *  @example withAverage(uniform(), { start: 1000 }) */
export const uniform = (given?: UniformOptions): Scheme => {
  const checked = parse(given)
  const more = checked.includeInitial ? 1 : 0
  return countedScheme('uniform', checked, 'steps', ({ n }) => 1 / (n + more))
}

const parse = options('uniform', { includeInitial: withDefault(flag, false) })

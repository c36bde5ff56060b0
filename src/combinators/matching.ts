import { wrongArgument } from '../scalars/wrongArgument.js'
import { pathPatterns } from './pathPatterns.js'

/** A predicate on paths from patterns: `*` stands for anything within one key, `**` for any number of keys.
 *
 *  @throws `TypeError` for what is no pattern: empty keys.
 *  @laws `matching('**')` is always true; order and repetition of patterns do not matter; the time is linear in the
 *    path, whatever the stars.
 *  @example masked({ mask: byPath(matching('dense/k*', 'embed/**')) })(addDecayedWeights({ weightDecay: 1e-4 })) */
export const matching = (...patterns: readonly string[]) => {
  const matched = pathPatterns(patterns)
  return (path: string): boolean => {
    if (typeof path !== 'string') throw wrongArgument('matching: a path', 'a string', path, 'Pass e.g. "dense/kernel".')
    return matched(path).length > 0
  }
}

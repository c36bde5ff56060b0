import { checkFields } from '../scalars/checkFields.js'
import { wrongArgument } from '../scalars/wrongArgument.js'
import { must } from '../scalars/must.js'
import { listed } from '../scalars/listed.js'
import { skeletonOf } from '../tree/Skeleton.js'
import type { Tree } from '../tree/Tree.js'
import { TreeMismatch } from '../tree/TreeMismatch.js'
import { byPath } from './byPath.js'
import type { ChoiceTree } from './choiceTree.js'
import { quoted } from './labels.js'
import { pathPatterns } from './pathPatterns.js'

/** Labels by patterns of paths, each leaf in exactly one group: `*` is anything within one key, `**` any number of
 *  keys.
 *
 *  @throws `TreeMismatch` that names the paths: a leaf that no pattern matches (unless `otherwise` labels the rest), a
 *    leaf that two groups match, a pattern that matches nothing.
 *  @laws total and exclusive; the order of groups and patterns does not matter.
 *  @example byPattern({ slow: 'embed/**', frozen: ['stem/*', 'norm/scale'] }, 'fast') */
export const byPattern = <
  const G extends Readonly<Record<string, string | readonly string[]>>,
  const R extends string = never,
>(
  groups: G,
  otherwise?: R,
): ((params: Tree) => ChoiceTree<(keyof G & string) | R>) => {
  checkFields('byPattern: groups', groups, {}, example)
  type Label = (keyof G & string) | R
  const entries = Object.entries(groups).flatMap(([label, patterns]) =>
    patternsOf(label, patterns).map((pattern) => ({
      label: label as Label,
      pattern,
    })),
  ) // a key of `groups`
  const matched = pathPatterns(entries.map(({ pattern }) => pattern))
  return (params) => {
    const { paths } = skeletonOf(params, 'params')
    const hits = paths.map(matched)
    const used = new Set(hits.flat())
    const known = new Map(hits.map((hit, i) => [paths[i], labelsOf(entries, hit)] as const))
    const labelsAt = (path: string): readonly Label[] => known.get(path) ?? [] // no group has it
    const idle = entries.filter((_, i) => !used.has(i))
    const torn = paths.filter((path) => labelsAt(path).length > 1)
    const left = otherwise === undefined ? paths.filter((path) => labelsAt(path).length === 0) : []
    const wrong =
      idle.length > 0
        ? {
            path: '',
            expected: 'patterns that match leaves',
            found: `none that ${quoted(idle.map(({ pattern }) => pattern))} match`,
          }
        : torn.length > 0
          ? {
              path: must(torn[0], 'path that is torn'),
              expected: 'one group for each leaf',
              found: listed(torn.map((path) => `${quoted(labelsAt(path))} at ${path}`)),
            }
          : left.length > 0
            ? {
                path: must(left[0], 'path that is left'),
                expected: 'a group for each leaf',
                found: `none at ${listed(left)}`,
              }
            : null
    if (wrong !== null)
      throw new TreeMismatch({
        where: 'byPattern',
        ...wrong,
        hint: `The leaves are ${listed(paths)}. Mend the patterns, or label the rest: byPattern({ … }, 'rest').`,
      })
    // proved above: one of them is there
    return byPath((path): Label => labelsAt(path)[0] ?? otherwise ?? (undefined as never))(params)
  }
}

const example = "Pass e.g. { decayed: '**/kernel' }."

const patternsOf = (label: string, patterns: string | readonly string[]): readonly string[] => {
  if (typeof patterns === 'string') return [patterns]
  if (Array.isArray(patterns)) return patterns
  throw wrongArgument(`byPattern: ${label}`, 'a pattern or an array of them', patterns, example)
}

const labelsOf = <L extends string>(
  entries: readonly { readonly label: L }[],
  hit: readonly number[],
): readonly L[] => [...new Set(hit.flatMap((i) => must(entries[i], 'pattern').label))]

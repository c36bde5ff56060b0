/** @internal */
import { described, describe } from '../transformation/describe.js'
import type { AnyTransformation } from '../transformation/Transformation.js'

/** A chain as a file finds it again. */
interface Known {
  readonly chain: AnyTransformation
  /** What can be said of it: chains that say the same are taken for the same. */
  readonly words: string
}

const named = new Map<string, Known>()
const unnamed = new Map<string, Known>()
/** A search for hyperparameters makes thousands of chains without names; the last ones are remembered. */
const most = 64

/** Remembers a chain under its name, or under what can be said of it. The name.
 *
 *  @throws `TypeError` where another chain has that name. */
export const rememberChain = (chain: AnyTransformation, name: string | undefined): string => {
  const words = described(describe(chain))
  if (name === undefined) {
    unnamed.delete(words)
    unnamed.set(words, { chain, words })
    for (const oldest of unnamed.keys()) {
      if (unnamed.size <= most) break
      unnamed.delete(oldest)
    }
    return words
  }
  const there = named.get(name)
  if (there !== undefined && there.words !== words)
    throw new TypeError(
      `layersOptimizer: two chains are named ${JSON.stringify(name)}, ${there.words} and ${words}. ` +
        'A saved model could not tell which is its own: give one of them another name.',
    )
  named.set(name, { chain, words })
  return name
}

/** The chain of a saved model.
 *
 *  @throws `Error` that names the one that is missing. */
export const recalledChain = (name: string): AnyTransformation => {
  const found = named.get(name) ?? unnamed.get(name)
  if (found !== undefined) return found.chain
  throw new Error(
    `layersOptimizer: the saved model was trained by the chain named ${JSON.stringify(name)}, which this program has ` +
      `not made. Before loading, call layersOptimizer(chain, { name: ${JSON.stringify(name)} }) with the same chain. ` +
      (named.size === 0 ? 'No chain has a name here.' : `The names here: ${[...named.keys()].join(', ')}.`),
  )
}

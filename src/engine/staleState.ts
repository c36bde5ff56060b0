/** @internal */

/** What to do where a state has nothing for a leaf that has a gradient now. `who`: the transformation that looked for it. */
export const staleState = (who: string): string =>
  `The state was made for a mask that hides this leaf, or for other parameters, and ${who} runs on it now: grow it with grown(optimizer)(state, params), make a new one with init(params), or pass null as its update.`

/** @internal */

/** A function of vectors, lane by lane, from the one of numbers. `params`: their types and names. */
export const laneByLane = (name: string, ...params: readonly string[]): string =>
  `vec4 ${name}(${params.join(', ')}) { return vec4(${['x', 'y', 'z', 'w']
    .map((lane) => `${name}(${params.map((param) => `${param.slice(-1)}.${lane}`).join(', ')})`)
    .join(', ')}); }`

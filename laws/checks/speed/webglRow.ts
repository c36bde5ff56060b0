/** What one contestant took on WebGL. */
export interface WebglRow {
  readonly set: string
  readonly gradients: 'packed' | 'unpacked'
  readonly name: string
  /** Median milliseconds of one step, with a read-back of one texel to wait for it. */
  readonly milliseconds: number
  /** The median over rounds of this contestant's time over the copy's in the same round, with its quartiles. */
  readonly ratio: number
  readonly quartiles: readonly [number, number]
  readonly rounds: number
  readonly draws: number
  readonly uploads: number
  readonly texturesMade: number
  /** The most that textures in use grow during a step, in bytes for each parameter. */
  readonly peak: number
}

/** What the page offers to the bench. */
export interface WebglPage {
  readonly sets: readonly string[]
  readonly renderer: () => string
  /** `only`: a pattern for the names of contestants. */
  readonly measure: (
    set: string,
    gradients: WebglRow['gradients'],
    seconds: number,
    only: string,
  ) => Promise<readonly WebglRow[]>
}

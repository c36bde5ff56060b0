/** The files of one model: one, or shards with their index. `safetensorsFolder` of `polyak/node` reads them. */
export interface ForeignFiles {
  /** The bytes of each safetensors file. */
  readonly files: readonly Uint8Array[]
  /** The names of the files, for messages and for the index. Default: their numbers. */
  readonly names?: readonly string[]
  /** The bytes of `model.safetensors.index.json`: each tensor must be where it says. Default: not looked at. */
  readonly index?: Uint8Array
}

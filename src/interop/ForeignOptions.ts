/** Names of tensors in a file: `*` stands for anything in them. Or a function that chooses. */
export type ForeignNames = readonly string[] | ((name: string) => boolean)

/** How the tensors of somebody else's file become leaves here. All names are those in the file. */
export interface ForeignOptions {
  /** The tensors that are read; the others are listed as ignored. Default: all. */
  readonly only?: ForeignNames
  /** Tensors that may be there without a place here: nothing else is passed over. Default: none. */
  readonly ignore?: ForeignNames
  /** New names, the first pair that fits: the stars of the old name stand for those of the new, in order, as in
   *  `['encoder.*.weight', 'blocks.*.kernel']`. Default: a name is a path, dots are slashes. */
  readonly rename?: readonly (readonly [from: string, to: string])[]
  /** Weights that are turned: `[out, in]` becomes `[in, out]`, and `[out, in, h, w]` becomes `[h, w, in, out]`.
   *  Vectors have nothing to turn. Default: none. */
  readonly transpose?: ForeignNames
}

/** Writes the outermost arrows of a module as functions: a plugin of the bundler. */
export declare const hoisted: () => {
  readonly name: string
  readonly renderChunk: (
    code: string,
    chunk: { readonly fileName: string },
  ) => { readonly code: string; readonly map: unknown } | null
}

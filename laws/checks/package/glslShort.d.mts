/** Writes the shaders of the package without spaces and digits that no compiler looks at: a plugin of the bundler. */
export declare const glslShort: () => {
  readonly name: string
  readonly transform: (code: string, id: string) => { readonly code: string; readonly map: unknown } | null
}

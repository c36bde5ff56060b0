/** What a mark of a map tells: its column, and where in which source that is. */
export type Mark = readonly [column: number, ...place: readonly number[]]
/** A script with a line for each of its statements, and the marks of its map moved along. Lines that text holds stay. */
export declare const lined: (
  code: string,
  marks: readonly (readonly Mark[])[],
) => { readonly code: string; readonly marks: readonly (readonly Mark[])[] }

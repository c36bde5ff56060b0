/** What a page keeps about its own movements. */
export interface Moved {
  moves: { readonly value: number; readonly of: readonly string[] }[]
}

export declare const watched: () => void

import { fileURLToPath } from 'node:url'

/** Where examples lie as modules while they run. A dot folder: the compiler, the linter and git pass over it; vitest's
 *  Node can still load what lies there. */
export const exampleFolder = fileURLToPath(new URL('.examples', import.meta.url))

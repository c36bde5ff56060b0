import { inject } from 'vitest'

/** The tfjs backends every suite runs on. */
export type BackendName = 'cpu' | 'wasm' | 'webgl'

declare module 'vitest' {
  interface ProvidedContext {
    readonly backend: BackendName
    readonly seed: number
  }
}

/** The backend this run of the suite is on; chosen by the vitest project. */
export const backendName: BackendName = inject('backend')

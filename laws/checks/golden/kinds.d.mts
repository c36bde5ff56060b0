import type * as tf from '@tensorflow/tfjs-core'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'
import type { Tree } from '../../../src/tree/Tree.js'

export declare const kinds: (polyak: object) => Readonly<Record<string, AnyTransformation>>
export declare const start: (library: typeof tf) => Tree
export declare const gradsOf: (library: typeof tf, i: number) => Tree
export declare const steps: number
export declare const record: { readonly epoch: number; readonly name: string; readonly best: number }

/// <reference types="vite/client" />
import type { Numbers } from './optaxCases.js'
import formulas from './averagingFormulas.json?raw'
import tensorflow from './averagingTensorflow.json?raw'
import torch from './averagingTorch.json?raw'

/** A run of an average by its own library or by the formula of its paper, in float64. */
export interface AveragingRun {
  readonly file: 'torch' | 'tensorflow' | 'formulas'
  /** Its place in the file, from 0. */
  readonly index: number
  readonly peer?: string
  readonly scheme: string
  readonly options: Readonly<Record<string, unknown>>
  readonly order?: 'sequential' | 'concurrent'
  readonly initial: Numbers
  /** The parameters after each step. */
  readonly stream?: readonly Numbers[]
  readonly grads?: readonly Numbers[]
  readonly learningRate?: number
  readonly trajectory?: readonly Numbers[]
  readonly averages: readonly Numbers[]
  readonly coefficients?: readonly number[]
  readonly weights?: readonly number[]
  readonly [more: string]: unknown
}

// The files are this repository's own; a case that is not one fails the test that reads it.
const runsIn = (file: AveragingRun['file'], text: string): readonly AveragingRun[] =>
  (JSON.parse(text) as { readonly cases: readonly AveragingRun[] }).cases.map((run, index) => ({ ...run, file, index }))

/** All runs of the three files. */
export const averagingRuns: readonly AveragingRun[] = [
  ...runsIn('torch', torch),
  ...runsIn('tensorflow', tensorflow),
  ...runsIn('formulas', formulas),
]

/** A run by its file and place. */
export const runAt = (file: AveragingRun['file'], index: number): AveragingRun => {
  const found = averagingRuns.find((run) => run.file === file && run.index === index)
  if (found === undefined) throw new Error(`there is no case ${index} of averages by ${file}`)
  return found
}

/** The tables of averagingFormulas.json. */
export const averagingTables = (JSON.parse(formulas) as { readonly tables: AveragingTables }).tables

interface AveragingTables {
  readonly stdToGamma: readonly { readonly std: number; readonly gamma: number; readonly mean: number }[]
  readonly gammaToStd: readonly { readonly std: number; readonly gamma: number }[]
  readonly innerProducts: readonly {
    readonly endA: number
    readonly gammaA: number
    readonly endB: number
    readonly gammaB: number
    readonly value: number
  }[]
  readonly crowson: readonly {
    readonly power: number
    readonly invGamma: number
    readonly updates: readonly number[]
    readonly decays: readonly number[]
  }[]
  readonly halfLife: readonly {
    readonly decay: number
    readonly halfLife: number
    readonly effectiveSampleSize: number
  }[]
}

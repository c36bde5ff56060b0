import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { taskEither as TE } from 'fp-ts'
import 'polyak/gradients'
import { type Corpus, readCorpus } from './corpus.js'
import { initialParameters } from './model.js'
import { optimizerFor } from './optimizer.js'
import type { Request } from './request.js'
import { type Settings, settingsFrom } from './settings.js'
import { told } from './told.js'

/** What both processes of the example begin with. */
export interface Session {
  readonly corpus: Corpus
  readonly settings: Settings
  readonly optimizer: ReturnType<typeof optimizerFor>
}

/** Reads the settings and the text, and starts the backend; nothing is written. */
export const openSession = async (path: string, { backend, steps }: Request): Promise<Session> => {
  const settings = await told(TE.fromEither(settingsFrom(process.env, steps)))
  const corpus = await told(readCorpus(path))
  await told(
    TE.fromPredicate(
      (started: boolean) => started,
      () => `the ${backend} backend of tfjs does not start here`,
    )(await tf.setBackend(backend)),
  )
  return { corpus, settings, optimizer: optimizerFor(settings.steps) }
}

/** Parameters and a state to start from: the same ones each time. */
export const beginning = ({ corpus, optimizer }: Session) => {
  const params = initialParameters(corpus.alphabet.length, keys.parameters)
  return { params, state: optimizer.init(params) }
}

/** Where the random numbers come from. */
export const keys = { parameters: 1, data: 2, sample: 3 }

/** The names of the checkpoints. */
export const names = {
  /** The run at three quarters, to be gone on with. */
  resume: 'resume.safetensors',
  /** The end of the unbroken run. */
  unbroken: 'unbroken.safetensors',
  /** The same, with the averages under the parameters' own names. */
  averaged: 'averaged.safetensors',
  /** The end of the run that was gone on with. */
  resumed: 'resumed.safetensors',
}

import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import 'polyak/gradients'
import { afterEach, beforeEach, inject, type RunnerTestCase, type RunnerTestSuite } from 'vitest'
import { chooseExecutor } from '../../src/engine/chooseExecutor.js'
// Tests import inner files, which register nothing: without these every step would be tensor operations.
import '../../src/cpu.js'
import '../../src/wasm.js'
import '../../src/webgl.js'
import { type BackendName, backendName } from './backend.js'
import { bothChecked, nothingChecked, tell } from '../tally.js'
import { leftNote } from './leftNote.js'
import { takes, whole } from './part.js'

// The properties of the test that runs now: one test at a time does in a worker.
let properties = nothingChecked

fc.configureGlobal({
  seed: inject('seed'),
  // In the place of fast-check's own, which tells the same and counts nothing.
  reporter: (details) => {
    if (details.failed) throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance })
    properties = bothChecked(properties, { number: 1, cases: details.numRuns })
  },
})
/** The names of the suites that a test is in, the outermost first. */
const suitesOf = ({ suite }: RunnerTestCase | RunnerTestSuite): readonly string[] =>
  suite === undefined ? [] : [...suitesOf(suite), suite.name]

beforeEach(({ task, skip }) => {
  properties = nothingChecked
  skip(!whole && !takes(backendName, task.file.name, task.name, suitesOf(task)), leftNote)
})
afterEach(({ task }) => {
  tell(task.meta, { properties })
})

const load: Readonly<Record<BackendName, () => Promise<unknown>>> = {
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  wasm: () => import('@tensorflow/tfjs-backend-wasm'),
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
}

const demand = (holds: boolean, message: string): void => {
  if (!holds) throw new Error(`laws/checks/backendSetup.ts: ${message}`)
}

// Files share one worker and one page (isolate: false): set up once.
if (tf.engine().backendName !== backendName) {
  await load[backendName]()
  // Without this tfjs runs small tensors on the CPU, and a test of WebGL would test nothing of it.
  if (backendName === 'webgl') tf.env().set('WEBGL_CPU_FORWARD', false)
  demand(await tf.setBackend(backendName), `the backend ${backendName} could not be initialised`)
  await tf.ready()
}
demand(tf.getBackend() === backendName, `expected the backend ${backendName}, found ${tf.getBackend()}`)
if (backendName === 'webgl') {
  demand(tf.env().getNumber('WEBGL_VERSION') === 2, 'WebGL 2 is needed')
  demand(tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED'), 'float32 render targets are needed')
}
const { name, why } = chooseExecutor()
demand(name === backendName, `expected the executor ${backendName}, found ${name}: ${why}`)

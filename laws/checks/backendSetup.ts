import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import 'polyak/gradients'
import { afterEach, beforeEach, inject } from 'vitest'
import { chooseExecutor } from '../../src/engine/chooseExecutor.js'
import { seedOf } from '../../src/scalars/seedOf.js'
// Tests import inner files, which register nothing: without these every step would be tensor operations.
import '../../src/cpu.js'
import '../../src/wasm.js'
import '../../src/webgl.js'
import { type BackendName, backendName } from './backend.js'
import { bothChecked, nothingChecked, tell } from '../tally.js'

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
/** Files of which a default run takes every nth test on some backends, by its name: those on which others run it all,
 *  or that a software rasteriser is slow at. A whole run takes every test. */
const thinned: Readonly<Record<string, Partial<Record<BackendName, number>>>> = {
  'examples/gallery.test.ts': { webgl: 3 },
  'laws/checks/oracle/beyond.test.ts': { webgl: 3 },
  'laws/checks/oracle/losses.test.ts': { webgl: 4 },
  'src/combinators/gathering.test.ts': { webgl: 3 },
  'src/combinators/laws.test.ts': { wasm: 3 },
  'src/combinators/wrappers.test.ts': { webgl: 3 },
  'src/equation/interpret.test.ts': { webgl: 3 },
  'src/layers/layersOptimizer.test.ts': { webgl: 3 },
  'src/losses/losses.test.ts': { webgl: 8 },
  'src/optimizers/laws.test.ts': { wasm: 3 },
  'src/perturbations/makePerturbedFun.test.ts': { webgl: 4 },
  'src/projections/projections.test.ts': { webgl: 4 },
  'src/transforms/laws.test.ts': { wasm: 3 },
  'src/transforms/leafCounts.test.ts': { webgl: 4 },
  'src/transforms/lineSearchPlaces.test.ts': { webgl: 5 },
  'src/transforms/norms.test.ts': { webgl: 3 },
  'src/transforms/scaleByLbfgs.test.ts': { webgl: 3 },
}
beforeEach(({ task, skip }) => {
  properties = nothingChecked
  const n = inject('whole') ? 1 : (thinned[task.file.name]?.[backendName] ?? 1)
  skip(seedOf(`${task.suite?.name} ${task.name}`) % n !== 0, `one test in ${n} of this file; all with POLYAK_WHOLE=1`)
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

import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { expect, test } from 'vitest'
import { averagesCallback } from '../layers/averagesCallback.js'
import { layersOptimizer } from '../layers/layersOptimizer.js'
import { withAverages } from '../layers/withAverages.js'
import { adam } from '../optimizers/adam.js'
import { terminalProgress } from '../training/terminalProgress.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { exportParams } from './exportParams.js'
import { exportState } from './exportState.js'
import { importParams } from './importParams.js'
import { importState } from './importState.js'
import { safetensorsFolder } from './safetensorsFolder.js'

type Door = (more: object) => unknown

const begun = () => {
  const optimizer = adam({ learningRate: 0.1 })
  const params = { w: tf.tensor1d([1, 2]) }
  return { optimizer, params, state: optimizer.init(params) }
}

/** Every door with all that it needs, and what is wrong with the rest. */
const doors = (now: ReturnType<typeof begun>, model: tfl.LayersModel) => {
  const { optimizer, params } = now
  const callback = { validation: [params.w, params.w] as const }
  // the types refuse these words too: whoever passes them comes from JavaScript, or spreads a record
  const writes: Door = (more) => exportParams({ params, ...more })
  const reads: Door = (more) => importParams({ files: [Uint8Array.of(1)], like: params, ...more })
  const takes: Door = (more) =>
    importState({ from: 'torch', source: Uint8Array.of(1), optimizer, params, ...(more as {}) })
  const gives: Door = (more) => exportState({ to: 'torch', class: 'Adam', ...now, ...(more as {}) })
  const called: Door = (more) => averagesCallback(model, { ...callback, ...more })
  return [
    [
      writes,
      { dtype: 'BF16' },
      'exportParams: there is no option dtype. Did you mean floats? Options are: params, floats',
    ],
    [writes, { floats: 'bf16' }, "exportParams: floats must be one of 'F32', 'F16', 'BF16', found 'bf16'"],
    [writes, { transpose: 'w' }, 'exportParams: transpose must be a list of names'],
    [writes, { rename: ['w', 'v'] }, 'rename.0 must be a pair of'],
    [reads, { ingore: ['x'] }, 'importParams: there is no option ingore. Did you mean ignore?'],
    [reads, { ignore: '*.num_batches_tracked' }, 'importParams: ignore must be a list of names'],
    [reads, { file: Uint8Array.of(1) }, 'importParams: there is no option file. Did you mean files?'],
    [reads, { files: Uint8Array.of(1) }, 'importParams: files must be an array, each the bytes of a file'],
    [takes, { tranpose: ['w'] }, 'importState: there is no option tranpose. Did you mean transpose?'],
    [takes, { from: 'pytorch' }, "importState: from must be one of 'torch', 'optax', 'keras', 'tfjs', found 'pytorch'"],
    [takes, { hyperparams: 'ignore' }, "importState: hyperparams must be one of 'checked', 'ignored'"],
    [takes, { count: -1 }, 'importState: count must be an integer ≥ 0, found -1'],
    [gives, { clas: 'AdamW' }, 'exportState: there is no option clas. Did you mean class?'],
    [gives, { to: 'keras' }, "exportState: to must be one of 'torch', 'optax', found 'keras'"],
    [gives, { transpose: ['v'] }, "exportState: transpose 'v' fits none of w. Mend the pattern."],
    [gives, { rename: [['v', 'x']] }, "exportState: rename 'v' fits none of w. Mend the pattern."],
    [
      (more) => safetensorsFolder({ folder: '.', ...more }),
      { path: '.' },
      'safetensorsFolder: there is no option path',
    ],
    [
      (more) => layersOptimizer(optimizer, more),
      { nmae: 'a' },
      'layersOptimizer: there is no option nmae. Did you mean name?',
    ],
    [
      (more) => withAverages(model, () => 1, more),
      { averge: 'a' },
      'withAverages: there is no option averge. Did you mean average?',
    ],
    [called, { statistic: 'kept' }, 'averagesCallback: there is no option statistic. Did you mean statistics?'],
    [called, { keep: { montior: 'loss' } }, 'there is no option montior. Did you mean monitor?'],
    [
      called,
      { keep: { monitor: 'loss', mode: 'maximum', save: () => 1 } },
      "averagesCallback: keep: mode must be one of 'min', 'max'",
    ],
    [
      terminalProgress,
      { fsp: 1 },
      'terminalProgress: there is no option fsp. Did you mean fps? Options are: stream, fps, write',
    ],
  ] as readonly (readonly [Door, object, string])[]
}

test('each door refuses what it does not know, before it does a thing', async () => {
  const now = begun()
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [1] })] })
  model.compile({ optimizer: layersOptimizer(now.optimizer, { name: 'doors' }), loss: 'meanSquaredError' })
  const before = tf.memory().numTensors
  for (const [door, more, words] of doors(now, model)) {
    const outcome = await (async () => door(more))().catch((error: unknown) => error)
    expect(String(outcome)).toContain(words)
    expect(tf.memory().numTensors, words).toBe(before)
  }
  model.dispose()
  disposeExcept([now.params, now.state], null)
})

test('what a run ends with is exported as it is', async () => {
  const now = begun()
  const ended = { ...now, step: 3, why: 'exhausted' }
  const file = await exportState({ to: 'torch', class: 'Adam', ...ended })
  expect(file.length).toBeGreaterThan(100)
  disposeExcept([now.params, now.state], null)
})

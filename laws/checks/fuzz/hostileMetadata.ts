import * as tf from '@tensorflow/tfjs-core'
import { either as E } from 'fp-ts'
import { withMovingAverage } from '../../../src/averaging/withMovingAverage.js'
import { decodeSafetensors } from '../../../src/checkpoint/decodeSafetensors.js'
import { describeCheckpointTask } from '../../../src/checkpoint/describeCheckpointTask.js'
import { encodeSafetensors } from '../../../src/checkpoint/encodeSafetensors.js'
import { memoryStore } from '../../../src/checkpoint/memoryStore.js'
import { planRestoreTask } from '../../../src/checkpoint/planRestoreTask.js'
import { restoreTask } from '../../../src/checkpoint/restoreTask.js'
import { save } from '../../../src/checkpoint/save.js'
import { byPath } from '../../../src/combinators/byPath.js'
import { masked } from '../../../src/combinators/masked.js'
import { multiSteps } from '../../../src/combinators/multiSteps.js'
import { adam } from '../../../src/optimizers/adam.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import type { Drawn } from './drawn.js'

const keys = [
  ...([
    'polyak.format',
    'polyak.numbers',
    'polyak.optimizer',
    'polyak.parts',
    'polyak.record',
    'polyak.swapped',
  ] as const),
] as const
const optimizer = withMovingAverage({ decay: 0.5 })(
  multiSteps({ everyKSchedule: 2 })(masked({ mask: byPath((path) => path === 'w') })(adam({ learningRate: 0.1 }))),
)

/** A checkpoint whose metadata is changed. */
export const metadataFuzz = async () => {
  const params = { w: tf.tensor1d([1, 2]), b: tf.scalar(3) }
  const like = { params, state: optimizer.init(params) }
  const store = memoryStore()
  await save({ store, name: 'a', optimizer, ...like, record: { epoch: 1, losses: [1, Number.NaN] } })
  const file = decodeSafetensors(await store.read('a'))
  if (E.isLeft(file)) throw new Error('no file')
  const { entries, metadata } = file.right
  const request = { store, name: 'a', optimizer, like }
  const tensors = tf.memory().numTensors

  /** Whether it is restored; throws where anything is not as it must be. */
  return async (draw: Drawn): Promise<boolean> => {
    const key = draw.of(keys)
    const before = metadata[key] ?? ''
    const text = draw.chance(0.5) ? edited(before, draw) : JSON.stringify(value(draw, 3))
    // no file may have it
    if (/\p{Surrogate}/u.test(text)) return false
    await store.write('a', encodeSafetensors(entries, { ...metadata, [key]: text }))
    const accept = draw.chance(0.5) ? { accept: ['started', 'dropped', 'shape'] as const } : {}
    const back = await restoreTask({ ...request, ...accept })()
    const plan = await planRestoreTask(request)()
    const described = await describeCheckpointTask({ store, name: 'a' })()
    const wrong = (what: string): never => {
      throw new Error(`${what}, where ${key} is ${text}`)
    }
    if (E.isLeft(described)) return wrong('a file that is not described')
    if (E.isRight(back)) {
      if (E.isLeft(plan)) wrong('a restore without a plan')
      const { count, inner } = back.right.state
      for (const n of [count, inner.miniStep, inner.gradientStep, ...Object.values(inner.given)])
        if (!Number.isSafeInteger(n) || n < 0) wrong(`a count of ${n}`)
      disposeExcept(back.right, [])
    } else if (back.left.some(({ message, path }) => message.length + path.length <= 10)) wrong('no word of why')
    if (tf.memory().numTensors !== tensors) wrong(`${tf.memory().numTensors - tensors} tensors left`)
    return E.isRight(back)
  }
}

const puts = ['', '"', '[', ']', '{', '}', ',', '0', '\\u0061', 'é', '[{"at":"', '-', 'e9', '1', 'null'] as const

const edited = (text: string, draw: Drawn): string => {
  let now = text
  for (let i = 1 + draw.upTo(4); i > 0; i--) {
    const at = draw.upTo(now.length + 1)
    now = now.slice(0, at) + draw.of(puts) + now.slice(at + draw.upTo(4))
  }
  return now
}

const texts = [
  ...([
    'at',
    'of',
    'average',
    'holds',
    'kind',
    'sees',
    'opaque',
    'given',
    'inner.inner.0',
    'count',
    '__proto__',
  ] as const),
  ...(['w', 'b', '', 'inner', 'ExponentialMovingAverage', 'multiSteps', 'scaleByAdam'] as const),
] as const
const word = (draw: Drawn): string => draw.of(texts)

const value = (draw: Drawn, depth: number): unknown => {
  const kind = draw.upTo(depth === 0 ? 3 : 6)
  if (kind === 0) return word(draw)
  if (kind === 1) return draw.upTo(2 ** 31) / draw.of([1, 1, 3, 2 ** 40])
  if (kind === 2) return draw.of([0, -0, -1, 1.5, 2 ** 53, null, true, 'Infinity', 'NaN', '-0'])
  const many = draw.upTo(5)
  if (kind === 3) return Array.from({ length: many }, () => value(draw, depth - 1))
  if (kind === 4) return Object.fromEntries(Array.from({ length: many }, () => [word(draw), value(draw, depth - 1)]))
  const part = {
    at: word(draw),
    of: word(draw),
    ...(draw.chance(0.5) ? { average: word(draw) } : {}),
    ...(draw.chance(0.5) ? { kind: word(draw) } : {}),
    ...(draw.chance(0.5) ? { sees: [word(draw)] } : {}),
  }
  return draw.chance(0.8) ? [part] : part
}

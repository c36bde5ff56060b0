import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs-core'
import { either as E } from 'fp-ts'
import { describe, expect, test } from 'vitest'
import { formatVersion, formatVersions } from '../../../src/checkpoint/CheckpointContents.js'
import { decodeSafetensors, type SafetensorsContents } from '../../../src/checkpoint/decodeSafetensors.js'
import { memoryStore } from '../../../src/checkpoint/memoryStore.js'
import { planRestore } from '../../../src/checkpoint/planRestore.js'
import { restore, restoreSwapped } from '../../../src/checkpoint/restore.js'
import { save, saveSwapped } from '../../../src/checkpoint/save.js'
import { chain } from '../../../src/combinators/chain.js'
import { hide } from '../../../src/combinators/transformations.js'
import * as polyak from '../../../src/index.js'
import { visitState } from '../../../src/state/visitState.js'
import { step } from '../../../src/transformation/step.js'
import type { Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { skeletonOf } from '../../../src/tree/Skeleton.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { clipByGlobalNorm } from '../../../src/transforms/clipByGlobalNorm.js'
import { gradsOf, kinds, record, start, steps } from './kinds.mjs'

const folder = (format: string): string => fileURLToPath(new URL(`format${format}/`, import.meta.url))
const all = Object.entries(kinds(polyak)).map(([name, tx]) => [name, hide(tx as Transformation<Opaque>)] as const)

interface Now {
  readonly params: Tree
  readonly state: unknown
}

/** What a version of today makes of the same training. */
const trained = (tx: Transformation<Opaque>): Now => {
  const params = start(tf)
  let now: Now = { params, state: tx.init(params) }
  for (let i = 0; i < steps; i++) {
    const grads = gradsOf(tf, i)
    const next = step(tx)(grads as never, now.state, now.params) // a tree like the parameters
    disposeExcept([grads, now], next)
    now = next
  }
  return now
}

/** Numbers and tensors by their names in a file. */
const held = ({ anatomy }: Transformation<Opaque>, { params, state }: Now) => {
  const { numbers, tensors } = visitState<tf.Tensor>(anatomy.shape, skeletonOf(params, 'params'), state)
  return {
    numbers: Object.fromEntries(numbers),
    tensors: Object.fromEntries([...tensors].map(([name, tensor]) => [name, [...tensor.dataSync()]])),
  }
}

const decoded = (bytes: Uint8Array): SafetensorsContents => {
  const file = decodeSafetensors(bytes)
  if (E.isLeft(file)) throw new Error(file.left.map(({ message }) => message).join('\n'))
  return file.right
}

describe.each(formatVersions)('format %s', (format) => {
  test('its files are there, and are of it', () => {
    if (process.env['POLYAK_GOLDEN'] !== 'write')
      expect(readdirSync(folder(format)).toSorted()).toEqual(all.map(([name]) => `${name}.safetensors`).toSorted())
    for (const name of readdirSync(folder(format)))
      expect(decoded(readFileSync(`${folder(format)}${name}`)).metadata['polyak.format'], name).toBe(format)
  })

  test.each(all)('%s is restored, here and in another place', async (name, optimizer) => {
    const before = tf.memory().numTensors
    const bytes = readFileSync(`${folder(format)}${name}.safetensors`)
    const store = memoryStore()
    await store.write('a', bytes)
    const params = start(tf)
    const like = { params, state: optimizer.init(params) }
    const restoring = name === 'swapped' ? restoreSwapped : restore
    if (format === '1' && name === 'flatten') {
      // its vectors are of another order, and must not be taken for today's
      const request = { store, name: 'a', optimizer, like }
      await expect(restore(request)).rejects.toThrow('which went by the order of keys')
      const begun = await restore({ ...request, accept: ['started', 'dropped'] })
      expect(held(optimizer, begun)).toEqual(held(optimizer, like))
      disposeExcept([like, begun], [])
      expect(tf.memory().numTensors).toBe(before)
      return
    }
    const back = await restoring({ store, name: 'a', optimizer, like })
    expect(back.record).toEqual(record)

    // bit for bit what the file holds
    const file = new Map(decoded(bytes).entries.map((entry) => [entry.name, [...entry.data]]))
    const found = held(optimizer, back)
    if (name !== 'swapped')
      for (const [tensor, values] of Object.entries(found.tensors)) expect(values, tensor).toEqual(file.get(tensor))

    // and what the same training gives today, with what the files of 0.1.0 do not tell
    const now = trained(optimizer)
    const today = held(optimizer, now)
    const told = ([path]: readonly [string, unknown]): boolean => format !== '1' || !/(^|\.)given\./.test(path)
    expect(Object.entries(found.numbers).filter(told)).toEqual(Object.entries(today.numbers).filter(told))
    for (const [path, number] of Object.entries(found.numbers)) if (!told([path, number])) expect(number).toBe(1)
    expect(Object.keys(found.tensors)).toEqual(Object.keys(today.tensors))
    for (const [tensor, values] of Object.entries(found.tensors))
      values.forEach((x, i) => expect(x, tensor).toBeCloseTo(today.tensors[tensor]?.[i] ?? Number.NaN, 4))

    // a clip in front moves all of it
    const clipped = hide(chain(clipByGlobalNorm({ maxNorm: 1e9 }), optimizer))
    const moved = { params, state: clipped.init(params) }
    const request = { store, name: 'a', optimizer: clipped, like: moved, from: optimizer }
    const { lines } = await planRestore(request)
    expect(lines.filter(({ kind }) => kind !== 'same' && kind !== 'moved')).toEqual([])
    expect(lines.filter(({ kind }) => kind === 'moved').length).toBeGreaterThan(0)
    const there = await restoring(request)
    const [, inner] = there.state as readonly [unknown, unknown]
    expect(held(optimizer, { params: there.params, state: inner })).toEqual(found)
    disposeExcept([like, back, now, moved, there], [])
    expect(tf.memory().numTensors).toBe(before)
  })
})

test.each(all)('%s: what is written today is of the format of its version', async (name, optimizer) => {
  const now = trained(optimizer)
  const store = memoryStore()
  const saving = name === 'swapped' ? saveSwapped : save
  await saving({ store, name: 'a', optimizer, ...now, record })
  disposeExcept(now, [])
  const place = `${folder(formatVersion)}${name}.safetensors`
  const bytes = await store.read('a')
  if (process.env['POLYAK_GOLDEN'] === 'write') writeFileSync(place, bytes, { flag: 'wx' })
  const [mine, golden] = [bytes, readFileSync(place)].map((file) => {
    const { entries, metadata } = decoded(file)
    return {
      tensors: entries.map(({ name: tensor, dtype, shape }) => ({ tensor, dtype, shape })),
      // Options may come and go; what is compared is what a reader must know.
      metadata: {
        ...metadata,
        'polyak.optimizer': Object.keys(JSON.parse(metadata['polyak.optimizer'] ?? '') as object),
      },
    }
  })
  expect(mine, 'Another format needs another version: see src/checkpoint/FORMAT.md').toEqual(golden)
})

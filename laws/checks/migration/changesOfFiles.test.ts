import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { memoryStore } from '../../../src/checkpoint/memoryStore.js'
import { planRestore } from '../../../src/checkpoint/planRestore.js'
import { restore } from '../../../src/checkpoint/restore.js'
import { save } from '../../../src/checkpoint/save.js'
import { hide } from '../../../src/combinators/transformations.js'
import { migrate } from '../../../src/migration/migrate.js'
import { planMigration } from '../../../src/migration/planMigration.js'
import type { PlanLine } from '../../../src/migration/StatePlan.js'
import type { Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import type { Tree } from '../../../src/tree/Tree.js'
import { part } from '../part.js'
import type { Dense } from './Change.js'
import { changes } from './changes.js'
import { bits, start, tensors, trained } from './training.js'

const chosen = part(changes, 3)

test.each(chosen.map((change) => [change.change, change] as const))(
  'from a file: %s',
  async (_, { from: old, to: next, needs, options = {}, params: changed, refused }) => {
    const before = tf.memory().numTensors
    const [from, to] = [hide(old as Transformation<Opaque>), hide(next as Transformation<Opaque>)]
    const params = start(tensors)
    const first = { params, state: from.init(params as unknown as Tree) }
    const now = trained(from, first, 0, 3) as { readonly params: Tree; readonly state: unknown }
    const store = memoryStore()
    await save({ store, name: 'a', optimizer: from, ...now })
    const wanted = (changed?.(now.params as unknown as Dense<tf.Tensor>, tensors) ?? now.params) as Tree
    const like = { params: wanted, state: to.init(wanted) }
    const request = { store, name: 'a', optimizer: to, like, ...options }

    // the lines of the state are those of a live one
    const { lines } = await planRestore(request)
    const live = planMigration(from, to, options)(now, wanted)
    const isParam = (line: PlanLine): boolean => /^(dense|head|body)\/[a-z]+$/.test('to' in line ? line.to : line.from)
    expect(lines.filter((line) => !isParam(line))).toEqual(live.lines)
    const kinds = [...new Set(lines.map(({ kind }) => kind))].filter((kind) => kind !== 'ambiguous')
    const held = tf.memory().numTensors
    if (refused === true) await expect(restore({ ...request, accept: kinds })).rejects.toThrow(/say which: slots: /)
    else {
      if (needs.length > 0) await expect(restore(request)).rejects.toThrow(`accept: ['${needs[0] ?? ''}']`)
      const back = await restore({ ...request, accept: kinds })
      const made = migrate(from, to, { ...options, accept: needs })(now, back.params)
      expect(bits(back.params)).toEqual(bits(wanted))
      expect(bits(back.state)).toEqual(bits(made))
      expect(back.warnings.some(({ path }) => path === 'plan')).toBe(lines.some(({ kind }) => kind !== 'same'))
      disposeExcept([back, made], [])
    }
    expect(tf.memory().numTensors).toBe(held)
    disposeExcept([first, now, like], [])
    expect(tf.memory().numTensors).toBe(before)
  },
)

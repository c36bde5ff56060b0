import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import * as fp from '../fp.js'
import * as polyak from '../index.js'

const { adam, memoryStore, powerFunction, withAverage } = polyak
const optimizer = withAverage(powerFunction({ width: 0.1 }))(adam({ learningRate: 0.1 }))

const begun = () => {
  const params = { w: tf.tensor1d([1, 2]) }
  return { params, state: optimizer.init(params) }
}

type Door = (more: object) => unknown
/** Every door of checkpoints with all that it needs, and a word that it nearly knows. */
const doors = (): Readonly<Record<string, readonly [nearly: string, meant: string, door: Door]>> => {
  const { params, state } = begun()
  const store = memoryStore()
  const to = { store, name: 'a', optimizer }
  const like = { params, state }
  const files = { store, prefix: 'ema', like: params, width: 0.1 }
  const place = {
    place: 'here',
    read: async () => null,
    write: async () => {},
    list: async () => [],
    remove: async () => {},
  }
  const nothing = async () => {}
  const hook = { store, save: nothing }
  // the types refuse these words too: whoever passes them comes from JavaScript, or spreads a record
  return {
    save: ['recrod', 'record', (more) => polyak.save({ ...to, ...like, ...more })],
    'save of fp': ['metdata', 'metadata', (more) => fp.save({ ...to, ...like, ...more })],
    saveSwapped: ['avrage', 'average', (more) => polyak.saveSwapped({ ...to, ...like, ...more })],
    restore: ['aceept', 'accept', (more) => polyak.restore({ ...to, like, ...more })],
    restoreSwapped: ['Accept', 'accept', (more) => polyak.restoreSwapped({ ...to, like, ...more })],
    restoreLatest: ['prefx', 'prefix', (more) => polyak.restoreLatest({ store, optimizer, like, ...more })],
    planRestore: ['slot', 'slots', (more) => polyak.planRestore({ ...to, like, ...more })],
    describeCheckpoint: ['sginal', 'signal', (more) => polyak.describeCheckpoint({ store, name: 'a', ...more })],
    averageCheckpoints: [
      'wieghts',
      'weights',
      (more) => polyak.averageCheckpoints({ store, names: ['a'], like: params, ...more }),
    ],
    synthesize: ['gama', 'gamma', (more) => polyak.synthesize({ ...files, ...more })],
    saveProfiles: [
      'params_',
      'params',
      (more) => polyak.saveProfiles({ store, prefix: 'ema', optimizer, ...like, ...more }),
    ],
    migrate: ['rename_', 'rename', (more) => polyak.migrate(optimizer, optimizer, more)],
    planMigration: ['slosts', 'slots', (more) => polyak.planMigration(optimizer, optimizer, more)],
    retain: ['max_to_keep', 'maxToKeep', (more) => polyak.retain(more, polyak.startRetention(0), 0, 'a')],
    savedByStep: ['retenton', 'retention', (more) => polyak.savedByStep({ ...hook, ...more })],
    memoryStore: ['noww', 'now', (more) => memoryStore(more)],
    browserStore: ['foldr', 'folder', (more) => polyak.browserStore(more)],
    storeFrom: ['writePeices', 'writePieces', (more) => polyak.storeFrom({ ...place, ...more })],
    'read of a store': ['beginn', 'begin', (more) => store.read('a', more)],
    'a store': ['singal', 'signal', (more) => store.write('a', Uint8Array.of(1), more)],
    decodeSafetensors: ['maxHeaderByte', 'maxHeaderBytes', (more) => polyak.decodeSafetensors(Uint8Array.of(1), more)],
  }
}

test('what a run ended with, and what was restored, is saved as it is', async () => {
  const { params, state } = begun()
  const store = memoryStore()
  const ended = { step: 3, why: 'exhausted' }
  await polyak.save({ store, name: 'a', optimizer, params, state, ...ended })
  const back = await polyak.restoreLatest({ store, optimizer, like: { params, state } })
  await polyak.save({ store, optimizer, ...back, name: 'b' })
  expect(await store.list()).toMatchObject([{ name: 'a' }, { name: 'b' }])
})

test('each door refuses a name that it does not know, before it does a thing', async () => {
  for (const [where, [nearly, meant, door]] of Object.entries(doors())) {
    const before = tf.memory().numTensors
    const outcome = async (more: object): Promise<unknown> => {
      try {
        return await door(more)
      } catch (error) {
        return error
      }
    }
    expect(await outcome({ [nearly]: 1 }), where).toMatchObject({
      name: 'TypeError',
      message: expect.stringContaining(
        `${where.replace(' of fp', '')}: there is no option ${nearly}. Did you mean ${meant}? Options are: `,
      ),
    })
    expect(tf.memory().numTensors, where).toBe(before)
    expect(await outcome({ [nearly]: undefined }), where).not.toBeInstanceOf(TypeError)
  }
})

test.each(['save', 'save of fp', 'saveSwapped', 'restore', 'restoreSwapped', 'restoreLatest', 'planRestore'])(
  '%s: a constructor that was not called is told so',
  async (name) => {
    const door = doors()[name]?.[2]
    const said = async (): Promise<unknown> => door?.({ optimizer: adam })
    await expect(said).rejects.toThrow(/: the optimizer is a function, call it: adam\({ … }\)\.$/)
  },
)

import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { taskEither as TE } from 'fp-ts'
import { expectTypeOf } from 'vitest'
import * as fp from '../fp.js'
import { type PassedOver, restore, restoreLatest, save } from '../index.js'
import { sgd } from '../optimizers/sgd.js'
import type { CheckpointError } from './CheckpointError.js'
import { isCheckpointFailed } from './CheckpointFailed.js'
import { memoryStore } from './memoryStore.js'
import type { Store, StoredItem, StreamingStore } from './Store.js'

const store = memoryStore()
const optimizer = sgd({ learningRate: 0.1 })
const params = { w: null }
const now = { params, state: optimizer.init(params) }
const request = { store, name: 'a', optimizer, ...now }

expectTypeOf(store.list()).toEqualTypeOf<Promise<readonly StoredItem[]>>()
expectTypeOf(save(request)).toEqualTypeOf<Promise<void>>()
expectTypeOf(fp.save(request)).toEqualTypeOf<TE.TaskEither<CheckpointError, void>>()
expectTypeOf((await restore({ store, name: 'a', optimizer, like: now })).params).toEqualTypeOf<{ w: null }>()
expectTypeOf(fp.promiseStore(fp.taskStore(store))).toEqualTypeOf<StreamingStore>()
expectTypeOf(store).toExtend<Store>()
// a store without the members that a streaming one has, which are read past
declare const plain: { readonly [K in 'read' | 'write' | 'list' | 'remove']: Store[K] }
expectTypeOf(plain).toExtend<Store>()
expectTypeOf(fp.promiseStore(fp.taskStore(plain)).size('a')).toEqualTypeOf<Promise<number>>()
// @ts-expect-error it takes bytes only
void plain.write('a', { length: 1, pieces: async function* () {} })
expectTypeOf(fp.promised(fp.save(request))).toEqualTypeOf<Promise<void>>()

// @ts-expect-error a promise is no task
save(request)()
// @ts-expect-error a store of tasks goes through promiseStore
void save({ ...request, store: fp.taskStore(store) })
// @ts-expect-error and is no Store
const wrong: Store = fp.taskStore(store)
// @ts-expect-error a store without an answer
const mute: Store = { ...store, write: () => undefined }
void [wrong, mute]

// a net that is an interface
interface Net {
  readonly layers: readonly [{ readonly kernel: Tensor2D }, null]
}
declare const net: Net
const trained = { params: net, state: optimizer.init(net) }
void save({ store, name: 'a', optimizer, ...trained })
expectTypeOf((await restore({ store, name: 'a', optimizer, like: trained })).params).toEqualTypeOf<Net>()
const latest = await restoreLatest({ store, optimizer, like: trained })
expectTypeOf(latest.state).toEqualTypeOf<typeof trained.state>()
expectTypeOf(latest.passedOver).toEqualTypeOf<readonly PassedOver[]>()
// @ts-expect-error the name is what restoreLatest finds
void restoreLatest({ store, name: 'a', optimizer, like: trained })
// @ts-expect-error a state of other parameters
void restoreLatest({ store, optimizer, like: { params: net, state: { count: 'a' } } })

try {
  await save({ ...request, signal: AbortSignal.timeout(1000) })
} catch (error) {
  if (isCheckpointFailed(error)) expectTypeOf(error.problems).toEqualTypeOf<CheckpointError>()
}

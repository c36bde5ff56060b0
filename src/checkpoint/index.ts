export {
  type CheckpointError,
  type CheckpointProblem,
  checkpointProblem,
  type CheckpointProblemTag,
  formatProblems,
} from './CheckpointError.js'
export { browserStore, type BrowserStoreOptions } from './browserStore.js'
export { decodeSafetensors, type SafetensorsContents } from './decodeSafetensors.js'
export { encodeSafetensors } from './encodeSafetensors.js'
export { memoryStore, type MemoryStoreOptions } from './memoryStore.js'
export type { NamedArray, NamedArrayDtype } from './NamedArray.js'
export { retain, type Retained, type RetentionLog, type RetentionPolicy, startRetention } from './retention.js'
export type { Store, StoredItem } from './Store.js'
export { storeFrom, type StorePlace } from './storeFrom.js'
export { storeName } from './storeName.js'
export { type CheckpointRecord, type Recorded } from './CheckpointContents.js'
export { restore, type RestoreRequest, restoreSwapped, type Restored, type SwappedRestoreRequest } from './restore.js'
export { save, type SaveRequest, saveSwapped, type SwappedSaveRequest } from './save.js'

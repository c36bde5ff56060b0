export {
  type CheckpointError,
  type CheckpointProblem,
  checkpointProblem,
  type CheckpointProblemTag,
  formatProblems,
} from './CheckpointError.js'
export { CheckpointFailed, isCheckpointFailed } from './CheckpointFailed.js'
export { averageCheckpoints, type AverageCheckpointsRequest } from './averageCheckpoints.js'
export { browserStore, type BrowserStoreOptions } from './browserStore.js'
export { decodeSafetensors, type SafetensorsContents } from './decodeSafetensors.js'
export { describeCheckpoint } from './describeCheckpoint.js'
export type { DescribeRequest } from './describeCheckpointTask.js'
export type { DescribedCheckpoint, DescribedTensor } from './DescribedCheckpoint.js'
export { encodeSafetensors } from './encodeSafetensors.js'
export { formatCheckpoint } from './formatCheckpoint.js'
export { memoryStore, type MemoryStoreOptions } from './memoryStore.js'
export type { NamedArray, NamedArrayDtype } from './NamedArray.js'
export {
  type BestItem,
  retain,
  type Retained,
  type RetentionLog,
  type RetentionPolicy,
  startRetention,
} from './retention.js'
export type {
  ByteRange,
  ByteSource,
  Interruptible,
  OpenedItem,
  PartToRead,
  Store,
  StoredItem,
  StreamingStore,
} from './Store.js'
export { storeFrom, type StorePlace } from './storeFrom.js'
export { storeName } from './storeName.js'
export { type CheckpointRecord, type Recorded } from './CheckpointContents.js'
export { planRestore } from './planRestore.js'
export { restore, restoreSwapped } from './restore.js'
export { restoreLatest } from './restoreLatest.js'
export type { LatestRequest, PassedOver, RestoredLatest } from './RestoredLatest.js'
export type { PlanRestoreRequest, Restored, RestoreRequest, SwappedRestoreRequest } from './RestoreRequest.js'
export { save, saveSwapped } from './save.js'
export type { SaveRequest, SwappedSaveRequest } from './SaveRequest.js'
export { saveProfiles, type SaveProfilesRequest } from './saveProfiles.js'
export { synthesize, type Synthesized, type SynthesizeRequest } from './synthesize.js'

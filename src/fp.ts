/**
 * Saves, restores and stores as tasks (`TaskEither` of fp-ts), for programs that are composed of them: nothing happens
 * before a task is run, and what goes wrong is a `Left` with every problem. `polyak` has the same as promises.
 */
export { describeCheckpointTask as describeCheckpoint } from './checkpoint/describeCheckpointTask.js'
export { averageCheckpointsTask as averageCheckpoints } from './checkpoint/averageCheckpoints.js'
export { planRestoreTask as planRestore } from './checkpoint/planRestoreTask.js'
export { promised } from './checkpoint/promised.js'
export { promiseStore } from './checkpoint/promiseStore.js'
export { restoreLatestTask as restoreLatest } from './checkpoint/restoreLatestTask.js'
export { restoreSwappedTask as restoreSwapped, restoreTask as restore } from './checkpoint/restoreTask.js'
export { saveSwappedTask as saveSwapped, saveTask as save } from './checkpoint/saveTask.js'
export type { StreamingTaskStore, TaskStore } from './checkpoint/StreamingTaskStore.js'
export { taskStore } from './checkpoint/taskStore.js'
export { saveProfilesTask as saveProfiles } from './checkpoint/saveProfiles.js'
export { synthesizeTask as synthesize } from './checkpoint/synthesize.js'

export { fileStore, type FileStoreOptions } from './checkpoint/fileStore.js'
export { terminalProgress, type TerminalProgressOptions } from './training/terminalProgress.js'

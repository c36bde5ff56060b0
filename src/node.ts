export { fileStore, type FileStoreOptions } from './checkpoint/fileStore.js'
export { terminalProgress, type TerminalProgressOptions } from './training/terminalProgress.js'
export { safetensorsFolder, type SafetensorsFolderOptions } from './interop/safetensorsFolder.js'

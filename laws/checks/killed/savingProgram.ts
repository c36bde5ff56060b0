// A process that saves one version after another until it is killed, and says which are done:
// `node savingProgram.mjs FOLDER FIRST EVERY [HOST] [PID]`. With a host name or a process number of its own it is as
// one in another container.
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import process from 'node:process'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'

const [folder = '', first = '0', every = '1', host = '', pid = ''] = process.argv.slice(2)
if (host !== '') {
  os.hostname = () => host
  syncBuiltinESMExports()
}
if (pid !== '') Object.defineProperty(process, 'pid', { value: Number(pid) })
// only now: a store looks at both when it is loaded
const { fileStore } = await import('../../../src/checkpoint/fileStore.js')
const { isCheckpointFailed } = await import('../../../src/checkpoint/CheckpointFailed.js')
const { save } = await import('../../../src/checkpoint/save.js')
const { disposeExcept } = await import('../../../src/tree/disposeExcept.js')
const { versionBytes, versionOptimizer, versionState } = await import('./versions.js')

tf.enableProdMode() // or it advertises
await tf.setBackend('cpu')
const store = fileStore({ folder })
const saved = async (v: number): Promise<void> => {
  if (v % 3 === 0) {
    const now = versionState(v)
    await save({ store, name: 'latest', optimizer: versionOptimizer, ...now, record: { version: v } })
    disposeExcept(now, [])
  } else {
    const bytes = versionBytes(v)
    const pieces = async function* () {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
    }
    await store.write('latest', v % 3 === 1 ? bytes : { length: bytes.length, pieces })
  }
}
for (let v = Number(first); ; v += Number(every)) {
  try {
    await saved(v)
    process.stdout.write(`${v}\n`)
  } catch (error) {
    const full = isCheckpointFailed(error) && error.problems.every(({ found }) => /ENOSPC|EFBIG/.test(found))
    process.stdout.write(full ? `full ${v}\n` : `refused ${String(error)}\n`)
  }
  await store.list()
}

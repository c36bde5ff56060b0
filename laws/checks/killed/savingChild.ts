// A process that trains averages and saves each step, until it is killed: `node savingChild.mjs FOLDER NAME,…`.
import process from 'node:process'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '../../../src/cpu.js'
import { fileStore } from '../../../src/checkpoint/fileStore.js'
import { save } from '../../../src/checkpoint/save.js'
import { advanced, beginning, runs as all, total } from './averagedRuns.js'

const [folder = '', names = ''] = process.argv.slice(2)
const store = fileStore({ folder })
const runs = all.filter(([name]) => names.split(',').includes(name))
await tf.setBackend('cpu')
const standing = new Map(runs.map(([name, optimizer]) => [name, beginning(optimizer)]))
for (let t = 0; ; t = (t + 1) % total) {
  for (const [name, optimizer] of runs) {
    // from the start again, once it is through: whoever kills this takes the time that it takes
    const now = t === 0 ? beginning(optimizer) : standing.get(name)
    if (now === undefined) throw new Error(name)
    const next = advanced(optimizer, now, t)
    standing.set(name, next)
    await save({ store, name, optimizer, ...next, record: { position: t + 1 } })
  }
  process.stdout.write(`${t + 1}\n`)
}

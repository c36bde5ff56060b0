import { createRequire } from 'node:module'
import process from 'node:process'
import * as polyak from 'polyak'
import * as core from 'polyak/core'
import * as node from 'polyak/node'
import * as fp from 'polyak/fp'
import * as interop from 'polyak/interop'
import * as laws from 'polyak/laws'
import 'polyak/cpu'
import 'polyak/wasm'
import 'polyak/webgl'

const count = [polyak, node, fp, interop, laws].map((entry) => Object.keys(entry).length)
if (Object.keys(core).join() !== Object.keys(polyak).join())
  throw new Error('polyak/core should export what polyak does')

// Node 20.19 and newer
if (
  process.features.require_module &&
  createRequire(import.meta.url)('polyak').chooseExecutor !== polyak.chooseExecutor
)
  throw new Error('import and require should share one registry of executors')

// what one entry rejects with, another understands
const missing = await fp.restore({
  store: polyak.memoryStore(),
  name: 'a',
  optimizer: polyak.sgd({ learningRate: 1 }),
  like: { params: [], state: [] },
})()
const failed = await fp.promised(async () => missing).catch((error) => error)
if (missing._tag !== 'Left' || !(failed instanceof polyak.CheckpointFailed) || failed.problems !== missing.left)
  throw new Error('polyak and polyak/fp should speak of one CheckpointFailed')
console.log(
  `polyak, polyak/node, polyak/fp, polyak/interop and polyak/laws load in plain Node (${count.join(', ')} exports)`,
)

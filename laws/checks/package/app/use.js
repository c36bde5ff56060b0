import * as polyak from 'polyak'
import * as core from 'polyak/core'
import * as node from 'polyak/node'
import * as laws from 'polyak/laws'
import 'polyak/cpu'
import 'polyak/wasm'
import 'polyak/webgl'

const count = [polyak, node, laws].map((entry) => Object.keys(entry).length)
if (Object.keys(core).join() !== Object.keys(polyak).join())
  throw new Error('polyak/core should export what polyak does')
console.log(`polyak, polyak/node and polyak/laws load in plain Node (${count.join(', ')} exports)`)

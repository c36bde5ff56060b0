import * as polyak from 'polyak'
import * as node from 'polyak/node'
import * as laws from 'polyak/laws'

const count = [polyak, node, laws].map((entry) => Object.keys(entry).length)
console.log(`polyak, polyak/node and polyak/laws load in plain Node (${count.join(', ')} exports)`)

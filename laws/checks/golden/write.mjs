/** Writes the golden files of a version of the library: `node write.mjs path/to/its/index.js format1`. The files of a version
 *  are written once, by that version, and never again: what they hold must be restored for ever. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gradsOf, kinds, record, start, steps } from './kinds.mjs'

const [library = '', folder = ''] = process.argv.slice(2)
const require = createRequire(resolve(library))
const tf = require('@tensorflow/tfjs-core')
require('@tensorflow/tfjs-backend-cpu')
const polyak = await import(pathToFileURL(resolve(library)).href)

/** What a promise gives, or a task of 0.1.0. */
const done = async (given) => {
  const found = await (typeof given === 'function' ? given() : given)
  if (found?._tag === 'Left') throw new Error(JSON.stringify(found.left))
  return found?._tag === 'Right' ? found.right : found
}

const out = join(import.meta.dirname, folder)
mkdirSync(out, { recursive: true })
for (const [name, optimizer] of Object.entries(kinds(polyak))) {
  const params = start(tf)
  let now = { params, state: optimizer.init(params) }
  for (let i = 0; i < steps; i++) now = polyak.step(optimizer)(gradsOf(tf, i), now.state, now.params)
  const store = polyak.memoryStore()
  const save = name === 'swapped' ? polyak.saveSwapped : polyak.save
  await done(save({ store, name, optimizer, ...now, record }))
  writeFileSync(join(out, `${name}.safetensors`), await done(store.read(name)))
}
console.log(`${Object.keys(kinds(polyak)).length} files in ${out}`)

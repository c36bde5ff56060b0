// The files of a folder of src with their changes, numbered through.
import { readFileSync } from 'node:fs'
import { filesUnder, told } from '../suites/world.mjs'
import { mutantsOf } from './mutants.mjs'

export const sourcesOf = (folder) => {
  let offset = 0
  return filesUnder(`src/${folder}`, (name) => name.endsWith('.ts') && !/\.(test|test-d)\.ts$/.test(name)).map(
    (path) => {
      const text = readFileSync(path, 'utf8')
      const { mutants, marked, sites } = mutantsOf(told(path), text, offset)
      offset += sites
      return { path, file: told(path), text, mutants, marked }
    },
  )
}

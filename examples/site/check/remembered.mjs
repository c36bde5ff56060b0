import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What was found right before, in a file: a check that is broken off goes on where it was, as long as a page is the same
 *  to the last byte (the names of its scripts and styles have those' hashes in them). */
export const remembered = (file, folder, fresh) => {
  const right = new Map(fresh || !existsSync(file) ? [] : JSON.parse(readFileSync(file, 'utf8')))
  const markOf = (path) =>
    createHash('sha256')
      .update(readFileSync(join(folder, path)))
      .digest('hex')
  return {
    isRight: (what, path) => right.get(what) === markOf(path),
    keep: (what, path) => {
      right.set(what, markOf(path))
      writeFileSync(file, JSON.stringify([...right]))
    },
  }
}

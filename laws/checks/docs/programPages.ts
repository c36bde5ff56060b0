import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { sitePages } from './sitePages.js'

/** The pages whose programs run each in a process of its own, where what they print is looked at, too. */
export const programPages = (root: string): readonly string[] => {
  const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return ['README.md', 'src/README.md', 'laws/README.md']
    .concat(rooms.map(({ name }) => `src/${name}/README.md`).filter((file) => existsSync(join(root, file))))
    .concat(sitePages(root))
}

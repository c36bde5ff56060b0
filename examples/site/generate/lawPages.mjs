import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addressIn, asPage } from './readmePages.mjs'

/** The pages that the tests write, as they are. */
export const lawPages = (root) => [
  {
    name: 'The laws',
    link: '/reference/laws',
    text: asPage(readFileSync(join(root, 'laws/LAWS.md'), 'utf8'), addressIn('laws/LAWS.md')),
  },
  {
    name: 'Bugs that they catch',
    link: '/reference/bugs',
    text: asPage(readFileSync(join(root, 'laws/BUGS.md'), 'utf8'), addressIn('laws/BUGS.md')),
  },
]

import { Buffer } from 'node:buffer'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** READMEs of the sources that are guides too: where they stand, and under which address. */
const readmes = [
  ['guides/which-average', 'src/averaging/README.md'],
  ['guides/groups-and-masks', 'src/combinators/README.md'],
  ['guides/testing', 'laws/README.md'],
  ['guides/equations', 'src/README.md'],
  ['guides/checkpoints', 'src/checkpoint/FORMAT.md'],
  ['guides/migrations', 'src/migration/MIGRATIONS.md'],
  ['guides/from-python', 'src/interop/README.md'],
  ['guides/weights', 'src/averaging/WEIGHTS.md'],
  ['start/layers', 'src/layers/README.md'],
  ['reference/from/optax', 'laws/checks/oracle/COVERAGE.md'],
  ['reference/from/peers', 'laws/checks/oracle/PEERS.md'],
  ['reference/gradients', 'src/gradients/LAYERS.md'],
  ['reference/race', 'laws/checks/race/RACE.md'],
]

const addresses = new Map([
  ...readmes.map(([address, file]) => [file, `/${address}`]),
  ['laws/LAWS.md', '/reference/laws'],
  ['laws/BUGS.md', '/reference/bugs'],
])

/** Where a link in a file of the repository leads on the site, if anywhere. */
export const addressIn = (file) => (target) => addresses.get(join(file, '..', target.split('#')[0] ?? ''))

/** Pages made of the READMEs. A link from one to another leads to its page; one into the repository is its words. */
export const readmePages = (root) =>
  readmes
    .filter(([, file]) => existsSync(join(root, file)))
    .map(([address, file]) => {
      const text = asPage(readFileSync(join(root, file), 'utf8'), addressIn(file), pictureIn(join(root, file)))
      return { name: /^# (.*)$/m.exec(text)?.[1] ?? address, link: `/${address}`, text }
    })

/** A picture beside a file as one that stands in the page: as wide as it was drawn, and its room is kept before it is there. */
export const pictureIn = (file) => (words, target) => {
  const svg = readFileSync(join(file, '..', target), 'utf8')
  const [, width, height] = /^<svg[^>]* width="(\d+)" height="(\d+)"/.exec(svg) ?? []
  if (width === undefined) throw new Error(`${target} of ${file}: a picture must begin as an svg with width and height`)
  const address = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
  return `<div class="wide" tabindex="0"><img src="${address}" alt="${words}" width="${width}" height="${height}"></div>`
}

/** Markdown in which nothing outside of code is taken for HTML, a template or mathematics. */
export const asPage = (
  markdown,
  addressOf = /** @type {(target: string) => string | undefined} */ (() => undefined),
  pictureOf = /** @type {(words: string, target: string) => string} */ ((words) => words),
) =>
  markdown
    .split(/(^```[\s\S]*?^```$|`[^`\n]+`)/m)
    .map((part, i) =>
      i % 2 === 1
        ? part.replaceAll('{{', '{​{')
        : part
            .replaceAll('&', '&amp;')
            .replaceAll(/<(?![!/]?(?:br|sub|sup)\b)/g, '&lt;')
            .replaceAll('{{', '{​{')
            .replaceAll('$', '&#36;'),
    )
    .join('')
    .replaceAll(/!\[([^\]]*)\]\((?!https?:)([^)]*)\)/g, (_, words, target) => pictureOf(words, target))
    .replaceAll(/\[((?:[^\]\\]|\\.)*)\]\((?!https?:|#)([^)\s]*)\)/g, (_, words, target) => {
      const address = addressOf(target)
      return address === undefined ? words : `[${words}](${address})`
    })

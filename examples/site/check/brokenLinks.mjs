import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The links of built pages that lead to no page, or to no place in one. */
export const brokenLinks = (folder, pages) => {
  const texts = new Map(pages.map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
  const places = new Map([...texts].map(([path, text]) => [path, new Set(found(text, / id="([^"]+)"/g))]))
  return [...texts].flatMap(([path, text]) =>
    [...new Set(found(text, / (?:href|src)="([^"]+)"/g))]
      .filter((link) => !/^(?:https?:|data:|mailto:)/.test(link))
      .flatMap((link) => {
        const { pathname, hash } = new URL(link.replaceAll('&amp;', '&'), `http://here/${path}`)
        const to = decodeURIComponent(pathname).slice(1)
        const file = to === '' || to.endsWith('/') ? `${to}index.html` : to
        if (!existsSync(join(folder, file))) return [`${path}: a link to ${link}, where nothing is`]
        const place = decodeURIComponent(hash.slice(1))
        return place === '' || places.get(file)?.has(place) !== false
          ? []
          : [`${path}: a link to ${link}, and no such place`]
      }),
  )
}

const found = (text, pattern) => [...text.matchAll(pattern)].map(([, one = '']) => one)

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The programs of examples/, each with the sentence that its test checks. */
export const galleryPages = (root) => {
  const claims = new Map(
    [
      ...readFileSync(join(root, 'examples/README.md'), 'utf8').matchAll(/^\| \[([\w-]+)\]\([\w.-]+\) \| (.*) \|$/gm),
    ].map(([, name, claim]) => [name, claim]),
  )
  return readdirSync(join(root, 'examples'))
    .filter((file) => /^\d\d-.*\.ts$/.test(file))
    .toSorted()
    .map((file) => {
      const name = file.replace(/\.ts$/, '')
      const title = name.replace(/^\d\d-/, '').replaceAll('-', ' ')
      return {
        name: title,
        link: `/reference/gallery/${name}`,
        text: `# ${title[0].toUpperCase()}${title.slice(1)}\n\n${claims.get(name) ?? ''}\n\n\`\`\`ts\n${readFileSync(join(root, 'examples', file), 'utf8')}\`\`\``,
      }
    })
}

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The pages of the site that are written by hand; what its generator makes of READMEs is read there. */
export const sitePages = (root: string): readonly string[] => {
  const made = readFileSync(join(root, 'examples/site/.gitignore'), 'utf8').split('\n')
  return ['', 'start/', 'guides/'].flatMap((folder) =>
    readdirSync(join(root, 'examples/site', folder))
      .filter((file) => file.endsWith('.md') && !made.includes(`/${folder}${file}`))
      .map((file) => `examples/site/${folder}${file}`),
  )
}

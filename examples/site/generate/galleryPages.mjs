import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { asPage } from './readmePages.mjs'
import { results } from './results.mjs'
import { cell } from './text.mjs'

/** The programs of examples/, each with the sentence that its test checks, and with what it gave when the page was made. */
export const galleryPages = async (root) => {
  const claims = new Map(
    [
      ...readFileSync(join(root, 'examples/README.md'), 'utf8').matchAll(/^\| \[([\w-]+)\]\([\w.-]+\) \| (.*) \|$/gm),
    ].map(([, name, claim]) => [name, claim]),
  )
  const names = readdirSync(join(root, 'examples'))
    .filter((file) => /^\d\d-.*\.ts$/.test(file))
    .map((file) => file.replace(/\.ts$/, ''))
    .toSorted()
  const folder = await bundled(root, names)
  const pages = []
  for (const name of names) {
    const [[example, run]] = Object.entries(await import(pathToFileURL(join(folder, `${name}.mjs`)).href))
    const claim = sentence(claims.get(name) ?? '')
    pages.push({
      name: title(name),
      link: `/reference/gallery/${name}`,
      claim,
      text: [
        `# ${title(name)}`,
        asPage(claim),
        `\`\`\`ts\n${readFileSync(join(root, 'examples', `${name}.ts`), 'utf8')}\`\`\``,
        '## What it gives',
        `\`await ${example}()\`, on the cpu backend:`,
        results(await run()),
      ].join('\n\n'),
    })
  }
  const rows = pages.map(({ name, link, claim }) => `| [${name}](.${link.slice(18)}) | ${cell(claim)} |`)
  return [
    {
      name: 'All programs',
      link: '/reference/gallery/',
      text: `# Gallery\n\nShort programs, one idea each. Each states a claim, which a test checks on cpu, wasm and WebGL.\n\n| program | claim |\n| --- | --- |\n${rows.join('\n')}`,
    },
    ...pages,
  ]
}

const sentence = (text) => (text === '' ? '' : `${text[0].toUpperCase()}${text.slice(1)}.`)

/** A name of a file as a title; what has a spelling of its own keeps it. */
const title = (name) => {
  const words = name.replace(/^\d\d-/, '').split('-')
  const text = words
    .map((word) => spelled[word] ?? word)
    .join(' ')
    .replaceAll(' wise', '-wise')
  return text[0].toUpperCase() + text.slice(1)
}
const spelled = { adam: 'Adam', gan: 'GAN', hugging: 'Hugging', face: 'Face', lbfgs: 'L-BFGS', torch: 'PyTorch' }

/** The programs as JavaScript; they find this package by its name, as any that lies in it. */
const bundled = async (root, names) => {
  const folder = join(root, 'dist', 'gallery')
  const bundle = await rolldown({
    input: Object.fromEntries(names.map((name) => [name, join(root, 'examples', `${name}.ts`)])),
    external: /^[^./]/,
    platform: 'node',
    checks: { pluginTimings: false },
  })
  await bundle.write({ dir: folder, format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' })
  await bundle.close()
  return folder
}

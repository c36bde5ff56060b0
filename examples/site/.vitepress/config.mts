import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { tableClosed, tableOpened } from './tables.js'

const icon =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><circle cx='8' cy='8' r='7' fill='none' stroke='%23c2410c' stroke-width='2'/><circle cx='8' cy='8' r='3' fill='%230a6b5e'/></svg>"

/** What the generator has made: pages by section. */
const made: Record<string, { text: string; link: string }[]> = JSON.parse(
  readFileSync(fileURLToPath(new URL('sidebar.json', import.meta.url)), 'utf8'),
)

const start = [
  ['Node', '/start/node'],
  ['Browser', '/start/browser'],
  ['tfjs-layers', '/start/layers'],
  ['tfjs-node', '/start/tfjs-node'],
]
const guides = [
  ['Which average?', '/guides/which-average'],
  ['Pictures of averages', '/guides/weights'],
  ['Schedules', '/guides/schedules'],
  ['Groups and masks', '/guides/groups-and-masks'],
  ['Memory and ownership', '/guides/memory'],
  ['Training with fit', '/guides/fit'],
  ['Save, crash, resume', '/guides/resuming'],
  ['Files: the format', '/guides/checkpoints'],
  ['A changed chain, grown models', '/guides/migrations'],
  ['Backends and executors', '/guides/backends'],
  ['Test your own optimizer', '/guides/testing'],
  ['Write an equation', '/guides/equations'],
]
const from = [
  ['From optax', '/guides/from-optax'],
  ['From PyTorch', '/guides/from-pytorch'],
  ['From Keras', '/guides/from-keras'],
  ['From tf.train', '/guides/from-tf-train'],
  ['From MovingAverageOptimizer', '/guides/from-moving-average-optimizer'],
]
/** Pages of the guides that are made of READMEs come and go with those. */
const there = new Set((made['readmes'] ?? []).map(({ link }) => link))
const ofReadmes = [
  '/start/layers',
  '/guides/which-average',
  '/guides/groups-and-masks',
  '/guides/checkpoints',
  '/guides/migrations',
  '/guides/weights',
  '/guides/testing',
  '/guides/equations',
]
const items = (list: string[][]) =>
  list.flatMap(([text = '', link = '']) => (ofReadmes.includes(link) && !there.has(link) ? [] : [{ text, link }]))
const learning = [
  { text: 'Start in five minutes', items: items(start) },
  { text: 'Guides', items: items(guides) },
  { text: 'Coming from', items: items(from) },
]
const others = (made['readmes'] ?? []).filter(({ link }) => !ofReadmes.includes(link))

export default defineConfig({
  title: 'polyak',
  description: 'Composable gradient transformations and moving averages of parameters for TensorFlow.js',
  lang: 'en',
  head: [['link', { rel: 'icon', href: icon }]],
  cleanUrls: false,
  ignoreDeadLinks: [/^\/playground\//], // built beside these pages; `--check` reads its links too
  base: process.env['SITE_BASE'] ?? '/',
  markdown: {
    math: true,
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: ({ renderer }) => {
      renderer.rules['table_open'] = tableOpened
      renderer.rules['table_close'] = tableClosed
      // the corner of a table is no header of anything
      const isCorner = (tokens: readonly { readonly content: string }[], i: number) => tokens[i]?.content === ''
      renderer.rules['th_open'] = (tokens, i, options, _, self) =>
        isCorner(tokens, i + 1) ? '<td>' : self.renderToken(tokens, i, options)
      renderer.rules['th_close'] = (tokens, i, options, _, self) =>
        isCorner(tokens, i - 1) ? '</td>' : self.renderToken(tokens, i, options)
    },
  },
  transformHtml: (html) => {
    // the theme gives its bar these classes only once scripts run, and the bar would move then
    const bar = `VPNavBar top${html.includes('VPContent has-sidebar') ? ' has-sidebar' : ''}${html.includes('VPContent is-home') ? ' home' : ''}`
    // and its front page has no main landmark
    return html
      .replace('<div class="VPNavBar"', `<div class="${bar}"`)
      .replace('<div class="VPHome"', '<div role="main" class="VPHome"')
  },
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith('mjx-') } } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/start/node', activeMatch: '^/start/' },
      { text: 'Guides', link: '/guides/which-average', activeMatch: '^/guides/' },
      { text: 'Optimizers', link: '/reference/optimizers/' },
      { text: 'Averages', link: '/reference/averages/' },
      {
        text: 'Reference',
        items: [
          { text: 'Gallery', link: '/reference/gallery/' },
          { text: 'Laws', link: '/reference/laws' },
          { text: 'Errors', link: '/reference/errors' },
          { text: 'API by floor', link: '/reference/api/' },
          { text: 'A race that helps to choose', link: '/reference/race' },
        ],
      },
      { text: 'Live', link: '/live' },
    ],
    // What belongs together stands together: a list of all pages would hide each of them.
    sidebar: {
      '/start/': learning,
      '/guides/': learning,
      '/reference/optimizers/': [{ text: 'Optimizers', items: made['optimizers'] ?? [] }],
      '/reference/averages/': [{ text: 'Averages', items: made['averages'] ?? [] }],
      '/reference/gallery/': [{ text: 'Gallery', items: made['gallery'] ?? [] }],
      '/reference/api/': [{ text: 'API by floor', items: made['api'] ?? [] }],
      '/reference/': [
        { text: 'Laws and errors', items: made['laws'] ?? [] },
        { text: 'Tables', items: others },
      ],
    },
  },
})

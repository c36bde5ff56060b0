import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'

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
  ['Schedules', '/guides/schedules'],
  ['Groups and masks', '/guides/groups-and-masks'],
  ['Memory and ownership', '/guides/memory'],
  ['Training with fit', '/guides/fit'],
  ['Checkpoints', '/guides/checkpoints'],
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
  '/guides/testing',
  '/guides/equations',
]
const items = (list: string[][]) =>
  list.flatMap(([text = '', link = '']) => (ofReadmes.includes(link) && !there.has(link) ? [] : [{ text, link }]))
const others = (made['readmes'] ?? []).filter(({ link }) => !ofReadmes.includes(link))

export default defineConfig({
  title: 'polyak',
  description: 'Composable gradient transformations and moving averages of parameters for TensorFlow.js',
  lang: 'en',
  cleanUrls: false,
  base: process.env['SITE_BASE'] ?? '/',
  markdown: { math: true },
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith('mjx-') } } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/start/node' },
      { text: 'Guides', link: '/guides/which-average' },
      { text: 'Optimizers', link: '/reference/optimizers/' },
      { text: 'Averages', link: '/reference/averages/' },
      { text: 'API', link: '/reference/api/' },
      { text: 'Live', link: '/live' },
    ],
    sidebar: [
      { text: 'Start in five minutes', items: items(start) },
      { text: 'Guides', items: items(guides) },
      { text: 'Coming from', items: items(from) },
      { text: 'Optimizers', collapsed: true, items: made['optimizers'] ?? [] },
      { text: 'Averages', collapsed: true, items: made['averages'] ?? [] },
      { text: 'Laws and errors', items: made['laws'] ?? [] },
      { text: 'Tables', collapsed: true, items: others },
      { text: 'Gallery', collapsed: true, items: made['gallery'] ?? [] },
      { text: 'API by floor', collapsed: true, items: made['api'] ?? [] },
    ],
  },
})

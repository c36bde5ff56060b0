import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** What a page shows once for each run stands in it from the start as often as it does at first: nothing moves then. */
const laidOut = (html: string): string =>
  html.replaceAll(
    /<(\w+) id="(\w+)" data-of="(\w+)" data-times="(\d+)"><\/\1>/g,
    (_, tag: string, id: string, of: string, times: string) => {
      const written = new RegExp(`<template id="${of}">([^]*?)</template>`).exec(html)?.[1]
      if (written === undefined) throw new Error(`there is no template ${of}`)
      const copies = Array.from({ length: Number(times) }, (__, i) =>
        written.replaceAll('##', String(i + 1)).replaceAll('#', String(i)),
      )
      return `<${tag} id="${id}">${copies.join('')}</${tag}>`
    },
  )

/** On the site a link leads back there. */
const withHome = (html: string): string =>
  process.env['POLYAK_SITE'] === undefined
    ? html
    : html.replace('<nav aria-label="Pages">', '<nav aria-label="Pages"><a href="../index.html">polyak</a>')

export default defineConfig({
  root: path('.'),
  plugins: [{ name: 'laid-out', transformIndexHtml: (html) => withHome(laidOut(html)) }],
  // The package's own name means the sources here.
  resolve: {
    alias: [
      { find: /^polyak$/, replacement: path('../../src/index.ts') },
      { find: /^polyak\/laws$/, replacement: path('../../laws/index.ts') },
      { find: /^polyak\/gradients$/, replacement: path('../../src/gradients/index.ts') },
    ],
  },
  // All of them at once: one found late makes the page load again.
  optimizeDeps: {
    include: [
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-core/dist/register_all_gradients.js',
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-backend-webgl',
      'fast-check',
      'fp-ts',
      'io-ts',
    ],
  },
  server: { fs: { allow: [path('../..')] } },
  build: {
    outDir: path('../../dist/playground'),
    emptyOutDir: true,
    rolldownOptions: { input: ['index', 'landscapes', 'widths', 'laws'].map((page) => path(`${page}.html`)) },
  },
})

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

export default defineConfig({
  root: path('.'),
  // The package's own names mean the sources here.
  resolve: {
    alias: [
      { find: /^polyak$/, replacement: path('../../src/index.ts') },
      { find: /^polyak\/layers$/, replacement: path('../../src/layers/index.ts') },
      { find: /^polyak\/gradients$/, replacement: path('../../src/gradients/index.ts') },
    ],
  },
  // All of them at once: one found late makes the page load again.
  optimizeDeps: {
    include: [
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-core/dist/register_all_gradients.js',
      '@tensorflow/tfjs-backend-webgl',
      '@tensorflow/tfjs-layers',
      'fp-ts',
      'io-ts',
    ],
  },
  server: { fs: { allow: [path('../..')] } },
  build: { target: 'esnext', outDir: path('../../dist/layers'), emptyOutDir: true },
})

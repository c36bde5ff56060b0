import { inPage } from '../browser/inPage.js'
import type { SoakOptions, SoakReport } from './soak.js'

export { shownReport } from './soak.js'

/** A soak on WebGL, in a headless Chromium. */
export const onWebgl = async ({ progress, ...options }: Omit<SoakOptions, 'heap'>): Promise<SoakReport> =>
  inPage(
    {
      script: '/laws/checks/soak/page.ts',
      ready: 'polyakSoak',
      include: ['@tensorflow/tfjs-core/dist/register_all_gradients.js', 'fast-check'],
      cacheDir: '.bench/vite-soak',
      exposed: { polyakSoakProgress: (line) => progress?.(line) },
    },
    (page) =>
      page.evaluate((given) => {
        // the page puts it there
        const { polyakSoak } = globalThis as unknown as {
          readonly polyakSoak: (o: typeof given) => Promise<SoakReport>
        }
        return polyakSoak(given)
      }, options),
  )

import { inPage } from '../browser/inPage.js'
import type { Timing } from './interleaved.js'
import { timingLine } from './timingLine.js'
import type { TrainingPage } from './trainingPage.js'

/** Times whole steps of training on WebGL in a headless Chromium, forwards and backwards too, all in turn in one page;
 *  each waits for the loss that it reads back, or for its parameters. */
export const webglTraining = async ({
  seconds,
  set,
}: {
  /** For each model. */
  readonly seconds: number
  /** Only models whose name contains this. */
  readonly set: string
}): Promise<void> =>
  inPage(
    {
      script: '/laws/checks/speed/trainingPage.ts',
      ready: 'polyakTraining',
      include: ['@tensorflow/tfjs-layers', '@tensorflow/tfjs-core/dist/register_all_gradients.js'],
    },
    async (page) => {
      const { renderer, models } = await page.evaluate(() => {
        // the page puts it there
        const { polyakTraining: training } = globalThis as unknown as { readonly polyakTraining: TrainingPage }
        return { renderer: training.renderer(), models: training.models }
      })
      console.log(`WebGL 2 on ${renderer}`)
      for (const model of models.filter((name) => name.includes(set))) {
        const timings: readonly Timing[] = await page.evaluate(
          ([name, time]) => {
            // the page puts it there
            const { polyakTraining: training } = globalThis as unknown as { readonly polyakTraining: TrainingPage }
            return training.measure(name, time)
          },
          [model, seconds] as const,
        )
        console.log(`\n${model} on WebGL, a whole step\n${timings.map(timingLine).join('\n')}`)
      }
    },
  )

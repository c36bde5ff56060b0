import { expect, test } from 'vitest'
import { fitALine } from './01-fit-a-line.js'
import { adamWithMovingAverage } from './02-adam-with-moving-average.js'
import { freezeALayer } from './03-freeze-a-layer.js'
import { resumeFromACheckpoint } from './04-resume-from-a-checkpoint.js'
import { yourOwnTransformation } from './05-your-own-transformation.js'
import { testYourOwnOptimizer } from './06-test-your-own-optimizer.js'
import { aModelFromHuggingFace } from './08-a-model-from-hugging-face.js'
import { goOnWithATorchRun } from './09-go-on-with-a-torch-run.js'
import { goOnWithAnOptaxRun } from './10-go-on-with-an-optax-run.js'
import { layersWithAverages } from './07-layers-with-averages.js'
import { clean } from './clean.js'

test('01: sixty steps find the line', async () => {
  const { slope, offset } = await clean(fitALine)
  expect(Math.abs((slope ?? 0) - 3)).toBeLessThan(0.01)
  expect(Math.abs((offset ?? 0) - 1)).toBeLessThan(0.01)
})

test('02: the average has less than half the squared error of the iterate', async () => {
  const { raw, averaged } = await clean(adamWithMovingAverage)
  expect(averaged).toBeGreaterThan(0)
  expect(raw / averaged).toBeGreaterThan(2)
})

test('03: the frozen layer is the same tensors, and the loss falls to less than a tenth', async () => {
  const { losses, same } = await clean(freezeALayer)
  expect(same).toBe(true)
  expect((losses.at(-1) ?? 1) / (losses[0] ?? 0)).toBeLessThan(0.1)
})

test('04: ten steps, a file and ten more are twenty, bit for bit', async () => {
  const { unbroken, resumed } = await clean(resumeFromACheckpoint)
  expect(unbroken).toHaveLength(4)
  expect(resumed).toEqual(unbroken)
})

test('05: an equation does what paper and pencil say', async () => {
  expect(await clean(yourOwnTransformation)).toEqual({
    name: 'chain(fadingSign({ decay: 0.5 }), scaleByLearningRate({ learningRate: 1, flipSign: true }))',
    count: 2,
    trace: [-0.5, -1, 2],
    w: [10 - 1 + 0.5, 20 + 1 + 0.5, 30 - 0 - 0.5],
  })
})

test('06: the laws accept the right rule, and refuse the wrong one with both sides and a small case', async () => {
  const { lawful, laws, failures } = await clean(testYourOwnOptimizer)
  expect(lawful).toBe(true)
  expect(laws).toBeGreaterThan(10)
  expect(failures.join('\n')).toMatch(/"finite" does not hold[\s\S]*for .*\n\s+left side .*NaN.*\n\s+right side/)
})

test('07: the averages of a network tell stripes apart, and a loaded model goes on to the same bits', async () => {
  const { accuracies, losses, learningRates, saved, unbroken, resumed } = await clean(layersWithAverages)
  expect(resumed).toEqual(unbroken)
  expect(unbroken.flat().length).toBeGreaterThan(200)
  expect(accuracies.at(-1)).toBeGreaterThan(0.85)
  expect(saved.accuracy).toBe(accuracies.at(-1))
  expect(saved.loss).toBe(losses.at(-1))
  expect(losses.at(-1)).toBeLessThan(Number(losses[0]))
  expect(learningRates).toEqual([0.05, 0.05, 0.05, 0.05])
})

test('08: a sharded model in half precision is read, and what is beside it refused with the way out', async () => {
  const { refusal, ignored, scale, kernel } = await clean(aModelFromHuggingFace)
  expect(refusal).toMatch(/norm\.tracked: expected a leaf of this name.*ignore: \['norm\.tracked'\]/)
  expect(ignored).toEqual(['norm.tracked'])
  expect(scale).toEqual([1, 2])
  expect(kernel).toEqual([1, 2, 3, 4, 5, 6])
})

test('09: a run of torch ends here where torch ends', async () => {
  const { steps, kernel, bias } = await clean(goOnWithATorchRun)
  expect(steps).toBe(5)
  near([...kernel, ...bias], [0.5542210340499878, 0.0042663696222007275, 0.023361261934041977])
})

test('10: a run of optax ends here where optax ends', async () => {
  const { steps, kernel, bias } = await clean(goOnWithAnOptaxRun)
  expect(steps).toBe(5)
  near([...kernel, ...bias], [0.59185135, 0.25430873, 0.01021576])
})

const near = (found: readonly number[], wanted: readonly number[]): void => {
  expect(found).toHaveLength(wanted.length)
  found.forEach((x, i) => expect(Math.abs(x - (wanted[i] ?? Number.NaN))).toBeLessThan(6e-6))
}

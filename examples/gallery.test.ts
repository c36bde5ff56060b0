import { expect, test } from 'vitest'
import { averageAGame } from './11-average-a-game.js'
import { aGan } from './12-a-gan.js'
import { meanTeacher } from './13-mean-teacher.js'
import { flatMinima } from './14-flat-minima.js'
import { lbfgsOnLogisticRegression } from './15-lbfgs-on-logistic-regression.js'
import { layerWiseRates } from './16-layer-wise-rates.js'
import { clean } from './clean.js'

test('11: the average of a game is more than ten times nearer to the saddle than the players', async () => {
  const { player, average } = await clean(averageAGame)
  expect(player / average).toBeGreaterThan(10)
})

test('12: the averaged generator is nearer to the data than the generator', async () => {
  const { iterate, average } = await clean(aGan)
  expect(iterate / average).toBeGreaterThan(1.5)
})

test('13: a student with a teacher errs less than a third as often', async () => {
  const { alone, withTeacher } = await clean(meanTeacher)
  expect(withTeacher).toBeLessThan(alone / 3)
})

test('14: where sharpness-aware minimization rests it is less than half as steep', async () => {
  const { plain, aware } = await clean(flatMinima)
  expect(plain).toBeGreaterThan(0.6)
  expect(aware).toBeLessThan(0.5 * plain)
})

test('15: L-BFGS comes a hundred times nearer to rest than Adam', async () => {
  const { start, lbfgs, adam } = await clean(lbfgsOnLogisticRegression)
  expect(adam / lbfgs).toBeGreaterThan(100)
  expect(start / lbfgs).toBeGreaterThan(100)
})

test('16: the loss falls, and a layer moves by its rate', async () => {
  const { losses, movements } = await clean(layerWiseRates)
  expect((losses.at(-1) ?? 1) / (losses[0] ?? 0)).toBeLessThan(0.3)
  expect(movements.layer1).toBe(0)
  expect(movements.head / movements.layer2).toBeGreaterThan(3)
})

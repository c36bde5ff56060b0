import { expect, test } from 'vitest'
import { averagingLaws } from '../averagingLaws.js'
import { swapLaws } from '../swapLaws.js'
import { catalogue } from './catalogue.js'
import { sgd } from '../../src/optimizers/sgd.js'
import { clip } from '../../src/transforms/clip.js'
import { scale } from '../../src/transforms/scale.js'
import { scaleBySign } from '../../src/transforms/scaleBySign.js'
import { bounded, homogeneous, idempotent, linear, nonExpansive, odd } from '../transformation/optionalLaws.js'
import { transformationLaws } from '../transformationLaws.js'

const suites = [
  averagingLaws(), swapLaws(), transformationLaws(sgd({ learningRate: 0.1 })),
  linear(scale({ stepSize: 2 })), homogeneous(0)(scaleBySign()), homogeneous(1)(scale({ stepSize: 2 })), odd(scaleBySign()), idempotent(scaleBySign()),
  nonExpansive(clip({ maxDelta: 1 })), bounded(1)(scaleBySign()),
]

test('LAWS.md has every law of every suite', async () => {
  await expect(catalogue(suites)).toMatchFileSnapshot('../LAWS.md')
})

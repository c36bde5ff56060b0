import { expect, test } from 'vitest'
import { opened } from './editor.js'

const text = `
import * as tf from '@tensorflow/tfjs-core'
import { adamw, chain, clipByGlobalNorm, fit, minimize, multiSteps, sgd, step, trace, withMovingAverage } from 'polyak'

const params = { dense: { kernel: tf.zeros([2, 3]), bias: tf.zeros([3]) } }
interface Net {
  readonly dense: { readonly kernel: tf.Tensor2D; readonly bias: tf.Tensor1D }
}
declare const net: Net
const optimizer = /*adamw*/adamw({ learningRate: 1e-3, /*weightDecay*/weightDecay: 0.01 })
const /*optimizer*/optimizer_ = optimizer
const /*state*/state = optimizer.init(params)
const /*chain of three*/three = chain(clipByGlobalNorm({ maxNorm: 1 }), trace({ decay: 0.9 }), optimizer)
const /*averaging*/averaging = /*withMovingAverage*/withMovingAverage({ decay: 0.999 })(optimizer)
const /*gathering*/gathering = /*multiSteps*/multiSteps({ everyKSchedule: 4 })(optimizer)
const /*loss*/loss = (p: typeof params, x: tf.Tensor) => tf.mean(tf.mul(p.dense.kernel, x))
const /*state of three*/stateOfThree = three.init(net)
const /*state of an average*/stateOfAverage = averaging.init(net)
const /*state of gathering*/stateOfGathering = gathering.init(net)
const /*momentum*/momentum = sgd({ learningRate: 0.1, momentum: 0.9 })
const /*state of momentum*/stateOfMomentum = momentum.init(net)
const next = /*step*/step(optimizer)(params, state, params)
const run = /*fit*/fit
`

const marks = [...text.matchAll(/\/\*([\w ]+)\*\//g)].map(([, mark = '']) => mark)

test('what an editor shows over names is short', async () => {
  const { hover } = opened(text)
  const shown = marks.map((mark) => [mark, hover(mark)] as const)
  const long = shown.filter(([, words]) => words.split('\n').length > 8).map(([mark]) => mark)
  expect(long).toEqual([])
  const page = [
    '# What an editor shows',
    '',
    ...shown.flatMap(([mark, words]) => [`## ${mark}`, '', '```text', words, '```', '']),
    '',
  ].join('\n')
  await expect(page).toMatchFileSnapshot('HOVERS.md')
})

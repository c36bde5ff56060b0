import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { part } from '../part.js'
import { changes, growthOf } from './growth.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void // the flag puts it into new contexts

// Without bounds it was 5 to 40 kilobytes. Compiled code and hidden classes of the engine still move a little.
const most = 3000

// by default every second
for (const change of part(changes(), 2))
  test(`${change.name}: nothing stays in memory`, async () => {
    const tensors = tf.memory().numTensors
    change.round(0)
    const after = tf.memory().numTensors
    expect(await growthOf(change, { warm: 270, rounds: 130, collect })).toBeLessThan(most)
    expect([tf.memory().numTensors, after - tensors]).toEqual([after, 0])
  })

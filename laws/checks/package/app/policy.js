// A few steps on the cpu backend; prints which executor took them, whether modules may be made, and every bit of the result.
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { adamw, chooseExecutor, clipByGlobalNorm, chain, step, withMovingAverage } from 'polyak'

const allowed = () => {
  try {
    return new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)) instanceof WebAssembly.Module
  } catch {
    return false
  }
}

await tf.setBackend('cpu')
const optimizer = withMovingAverage({ decay: 0.9 })(
  chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 0.1 })),
)
const params = { w: tf.linspace(-1, 1, 4001) }
let now = { params, state: optimizer.init(params) }
for (let i = 1; i <= 3; i++) now = step(optimizer)({ w: tf.linspace(i, -0.5, 4001) }, now.state, now.params)
const { executor: _, ...chosen } = chooseExecutor()
const bits = (t) => [...new Uint32Array(t.dataSync().slice().buffer)]
console.log(JSON.stringify({ ...chosen, allowed: allowed(), bits: [now.params.w, now.state.average.w].flatMap(bits) }))

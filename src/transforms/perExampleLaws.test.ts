import * as tf from '@tensorflow/tfjs-core'
import { backendName } from '../../laws/checks/backend.js'
import { casesOf } from '../../laws/checks/part.js'
import { type PerExampleClip, perExampleLaws } from '../../laws/perExampleLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { mapTree } from '../tree/mapTree.js'
import { tensorsOf } from '../tree/tensorsOf.js'
import type { Tree } from '../tree/Tree.js'
import { differentiallyPrivateAggregate } from './differentiallyPrivateAggregate.js'
import { perExampleGlobalNormClip } from './perExampleGlobalNormClip.js'
import { perExampleLayerNormClip } from './perExampleLayerNormClip.js'

const numRuns = backendName === 'webgl' ? 1 : casesOf(48)

/** The mean that it gives as a sum. */
const aggregated =
  (noiseMultiplier: number) =>
  (l2NormClip: number): PerExampleClip =>
  (grads: Tree) => {
    const tx = differentiallyPrivateAggregate({ l2NormClip, noiseMultiplier })
    const params = mapTree((g) => tf.zeros(g.shape.slice(1)))(grads)
    const [mean] = tx.update(grads, tx.init(params), params)
    const sum = mapTree((u) => tf.mul(u, tensorsOf(grads)[0]?.shape[0] ?? 0))(mean)
    tf.dispose([...tensorsOf([params, mean])])
    return [sum]
  }

describeLaws(
  perExampleLaws((l2NormClip) => (grads) => perExampleGlobalNormClip(grads, { l2NormClip })),
  { numRuns },
)
describeLaws(
  {
    ...perExampleLaws((globalL2NormClip) => (grads) => perExampleLayerNormClip(grads, { globalL2NormClip }), {
      parts: (sizes) => sizes.map(() => Math.sqrt(1 / sizes.length)),
    }),
    name: 'clipped examples: leaf by leaf',
  },
  { numRuns },
)
describeLaws(
  {
    ...perExampleLaws(
      (globalL2NormClip) => (grads) => perExampleLayerNormClip(grads, { globalL2NormClip, uniform: false }),
      {
        parts: (sizes) => {
          const all = sizes.reduce((sum, size) => sum + size, 0)
          return sizes.map((size) => Math.sqrt(size / all))
        },
      },
    ),
    name: 'clipped examples: leaf by leaf, by size',
  },
  { numRuns },
)
// by noise that is no float32, too
for (const noiseMultiplier of [0, 1e-60])
  describeLaws(
    {
      ...perExampleLaws(aggregated(noiseMultiplier)),
      name: `clipped examples: aggregated, with noise ${noiseMultiplier}`,
    },
    {
      numRuns,
      except: {
        'short ones pass': 'a mean of three, times three, is rounded',
        'no examples': 'a mean of nothing is refused',
      },
    },
  )

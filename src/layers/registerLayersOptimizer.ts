import { checkFields } from '../scalars/checkFields.js'
import { recalledChain } from './chainsByName.js'
import { fromHex } from './hex.js'
import { className, optimizerRecord } from './optimizerRecord.js'

/** tfjs' `serialization`, of any copy of it. */
export interface Serialization {
  readonly registerClass: (cls: never) => unknown
}

/** Tells a copy of tfjs how a saved `layersOptimizer` is loaded. `layersOptimizer` tells the copy that this library sees;
 *  a program with two copies of tfjs-core tells the one that `loadLayersModel` belongs to, which else says "Unknown
 *  layer: PolyakOptimizer".
 *
 *  @laws registering twice is registering once.
 *  @example registerLayersOptimizer(tf.serialization) */
export const registerLayersOptimizer = (serialization: Serialization): void => {
  checkFields(
    'registerLayersOptimizer: serialization',
    serialization,
    { registerClass: 'function' },
    'Pass tf.serialization.',
  )
  serialization.registerClass(described as never) // tfjs reads these two fields of a class, and nothing else
}

const described = {
  className,
  fromConfig: (_: unknown, config: unknown) => {
    const name = nameIn(config)
    return optimizerRecord(recalledChain(name), name)
  },
}

const nameIn = (config: unknown): string => {
  if (typeof config === 'object' && config !== null && 'chain' in config && typeof config.chain === 'string')
    return fromHex(config.chain)
  throw new TypeError('layersOptimizer: the saved config names no chain. It was written by another version of polyak.')
}

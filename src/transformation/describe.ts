import { checkFields } from '../scalars/checkFields.js'
import { anatomyOf } from './anatomyOf.js'
import { skeletonOf, type Skeleton } from '../tree/Skeleton.js'
import type { TreeOf } from '../tree/Tree.js'
import type { Description } from './Description.js'
import type { AnyTransformation } from './Transformation.js'

/** What a transformation is: its name, the options in effect and its parts. With parameters, masked parts list the
 *  leaves that pass.
 *
 *  @laws total: every transformation has a name.
 *  @example describe(adam({ learningRate: 0.1 })).name // is `'adam'` */
export const describe = <P>(tx: AnyTransformation, params?: P & TreeOf<P>): Description => {
  const anatomy = anatomyOf('describe: the optimizer', tx)
  const given: { readonly params?: unknown } = params === undefined ? {} : { params }
  return given.params === undefined
    ? anatomy.description
    : listed(anatomy.description, skeletonOf(given.params, 'params'))
}

const listed = (description: Description, skeleton: Skeleton): Description => {
  const { scope } = description
  const included = scope?.includes(skeleton)
  return {
    ...description,
    ...(included === undefined
      ? {}
      : { options: { ...description.options, passes: skeleton.paths.filter((_, i) => included[i] !== true) } }),
    parts: description.parts.map((part) => listed(part, skeleton)),
  }
}

/** A description on one line, as `chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ … }))`.
 *
 *  @example described(describe(optimizer)) */
export const described = (description: Description): string => {
  checkFields(
    'described: description',
    description,
    { name: 'string', options: 'object', parts: 'array' },
    'Pass describe(optimizer).',
  )
  const { name, options, parts } = description
  const given = Object.entries(options).map(([key, value]) => `${key}: ${shown(value)}`)
  return `${name}(${[...(given.length > 0 ? [`{ ${given.join(', ')} }`] : []), ...parts.map(described)].join(', ')})`
}

const shown = (value: unknown): string =>
  typeof value === 'function'
    ? value.name === ''
      ? 'a function'
      : value.name
    : typeof value === 'string'
      ? `'${value}'`
      : Array.isArray(value)
        ? `[${value.map(shown).join(', ')}]`
        : typeof value === 'object' && value !== null
          ? `{ ${Object.entries(value)
              .map(([k, v]) => `${k}: ${shown(v)}`)
              .join(', ')} }`
          : String(value)

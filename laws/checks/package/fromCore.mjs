import { readFileSync } from 'node:fs'
import * as core from '@tensorflow/tfjs-core'
import { parseAst } from 'rolldown/parseAst'

/** Where tfjs-core shows what some of its modules hold. */
const { backend_util, broadcast_util, slice_util, util } = core
const spaces = {
  util: { util },
  'ops/axis_util': { backend_util },
  'ops/broadcast_util': { broadcast_util },
  'ops/conv_util': { backend_util },
  'ops/selu_util': { backend_util },
  'ops/slice_util': { slice_util },
}

const namesOf = (code) =>
  parseAst(code).body.flatMap(({ type, declaration, specifiers }) => {
    if (type !== 'ExportNamedDeclaration') return []
    if (declaration === null) return specifiers.map(({ exported }) => exported.name)
    return declaration.id ? [declaration.id.name] : declaration.declarations.map(({ id }) => id.name)
  })

/** Takes what tfjs' gradients are made of from tfjs-core itself where that shows it: the caller's operations, and not a
 *  copy of each. */
export const fromCore = () => ({
  name: 'from-core',
  load(id) {
    const file = /tfjs-core\/dist\/(.*)\.js$/.exec(id.replaceAll('\\', '/'))?.[1]
    if (file === undefined) return null
    if (file === 'engine')
      return `import { engine } from '@tensorflow/tfjs-core'\nexport const ENGINE = /* @__PURE__ */ engine()`
    for (const [space, holds] of Object.entries(spaces[file] ?? {}))
      return [
        `import { ${space} } from '@tensorflow/tfjs-core'`,
        ...Object.keys(holds).map((name) => `export const ${name} = /* @__PURE__ */ (() => ${space}.${name})()`),
      ].join('\n')
    // a module without exports does something, such as registering gradients
    const names = namesOf(readFileSync(id, 'utf8'))
    return names.length > 0 && names.every((name) => name in core)
      ? `export { ${names.join(', ')} } from '@tensorflow/tfjs-core'`
      : null
  },
})

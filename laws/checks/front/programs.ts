import { fileURLToPath } from 'node:url'
import { allExamples } from '../docs/allExamples.js'
import { modulesOf, sourcesFor } from '../docs/complaints.js'
import { exampleFolder } from '../docs/exampleFolder.js'
import { wrongExample } from '../docs/wrongExample.js'
import { opened } from './editor.js'
import { states } from './states.js'

/** Names that people look at, each after a mark. */
export const hovers = `
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

/** What stands above the mistakes. */
export const before = `
import * as tf from '@tensorflow/tfjs-core'
import { adamw, chain, equation, fit, mapTree, minimize, polyakSgd, sgd, step, treeGet, treeSet } from 'polyak'
const params = { dense: { kernel: tf.zeros([2, 3]), bias: tf.zeros([3]) } }
const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 })
const state = optimizer.init(params)
const stepping = polyakSgd()
`

/** Mistakes, each on a line of its own. */
export const mistakes: Readonly<Record<string, string>> = {
  'a number as a parameter': 'optimizer.init({ dense: 3 })',
  'a function as a parameter': 'optimizer.init({ dense: () => params })',
  'a misspelt option': 'adamw({ learningRate: 0.1, wieghtDecay: 0.01 })',
  'an option of the wrong type': "adamw({ learningRate: '0.1' })",
  'a missing option': 'sgd({})',
  'what the optimizer needs is missing in a step': 'step(stepping)(params, stepping.init(params), params)',
  'what the optimizer needs is misspelt': 'step(stepping)(params, stepping.init(params), params, { valeu: 1 })',
  'what the optimizer needs is missing in minimize':
    'minimize(stepping, (p: typeof params) => tf.mean(p.dense.kernel))',
  'what the optimizer needs is missing in fit':
    'fit(stepping, (p: typeof params, x: tf.Tensor) => tf.mean(tf.mul(p.dense.kernel, x)))',
  'a loss that is no tensor': 'minimize(optimizer, (_p: typeof params) => 3)',
  'a path that leads nowhere': "treeSet(params, ['dense', 'kernal'], tf.zeros([2, 3]))",
  'a state of another optimizer': 'step(optimizer)(params, adamw({ learningRate: 0.1 }).init(params), params)',
}

const root = fileURLToPath(new URL('../../..', import.meta.url))

const made = () => {
  const examples = [...allExamples(root), wrongExample]
  const all = opened(
    {
      hovers,
      messages: `${before}${Object.values(mistakes).join('\n')}\n`,
      defaults: `import 'polyak'\nimport 'polyak/node'\n`,
      states: `import { states } from './laws/checks/front/states.js'\n${Object.keys(states)
        .map((name, i) => `export const /*${name}*/state${i} = states[${JSON.stringify(name)}]()`)
        .join('\n')}`,
    },
    sourcesFor(root, examples),
    (program) => modulesOf(root, exampleFolder, examples, program),
  )
  // The compiler numbers types as it meets them, and prints what is one of several in that order: always this one.
  all.editors.messages.errors()
  all.editors.hovers.errors()
  return all
}

let held: ReturnType<typeof made> | undefined

/** Every program that tests look at, and every example of the documentation as a module: the compiler meets them
 *  together, once. They take 700 MB, which every later collection of garbage would go through: whoever has asked last
 *  closes them. */
export const programs = {
  opened: () => (held ??= made()),
  close: (): void => {
    held = undefined
  },
}

import { safe } from './text.mjs'

/** Mistakes as people make them, and what they are told: each is made here, so that the page says what is said. */
export const errorPage = async ({ tf, polyak }) => {
  const { adam, sgd, chain, step, withMovingAverage, averaged, multiSteps, restore, memoryStore, importParams } = polyak
  void importParams
  const params = () => ({ dense: { kernel: tf.ones([2, 3]), bias: tf.zeros([3]) } })
  const tx = adam({ learningRate: 0.1 })
  const mistakes = [
    ['A misspelt option', 'adam({ learningrate: 0.1 })', () => adam({ learningrate: 0.1 })],
    ['An option out of its range', 'adam({ learningRate: 0.1, b1: 1.2 })', () => adam({ learningRate: 0.1, b1: 1.2 })],
    ['A rate that is no number', "sgd({ learningRate: '0.1' })", () => sgd({ learningRate: '0.1' })],
    ['A transformation that was not called', 'chain(adam)', () => chain(adam)],
    ['A parameter that is a number', 'tx.init({ w: 1 })', () => tx.init({ w: 1 })],
    [
      'A gradient of another shape',
      'step(tx)(grads, state, params)',
      () => step(tx)({ dense: { kernel: tf.ones([3, 2]), bias: tf.zeros([3]) } }, tx.init(params()), params()),
    ],
    [
      'A gradient that is missing',
      'step(tx)({ dense: { kernel } }, state, params)',
      () => step(tx)({ dense: { kernel: tf.ones([2, 3]) } }, tx.init(params()), params()),
    ],
    [
      'A state of other parameters',
      'step(tx)(grads, stateOfOthers, params)',
      () => step(tx)(params(), tx.init({ other: tf.ones([2]) }), params()),
    ],
    ['No state', 'step(tx)(grads, undefined, params)', () => step(tx)(params(), undefined, params())],
    [
      'A disposed parameter',
      'step(tx)(grads, state, disposed)',
      () => {
        const p = params()
        const state = tx.init(p)
        p.dense.bias.dispose()
        return step(tx)(params(), state, p)
      },
    ],
    [
      'A variable that is to be donated',
      'step(tx, { donate: true })(grads, state, { w: tf.variable(…) })',
      () => {
        const p = { w: tf.variable(tf.ones([2])) }
        return step(tx, { donate: true })({ w: tf.ones([2]) }, tx.init(p), p)
      },
    ],
    [
      'A schedule that gives no number',
      'sgd({ learningRate: (t) => 1 / t })',
      () => {
        const p = params()
        const by = sgd({ learningRate: (t) => 1 / t })
        return step(by)(params(), by.init(p), p)
      },
    ],
    [
      'An extra that is missing',
      'step(polyakSgd())(grads, state, params)',
      () => {
        const by = polyak.polyakSgd()
        return step(by)(params(), by.init(params()), params())
      },
    ],
    [
      'Two averages of one name',
      'withMovingAverage(…)(withMovingAverage(…)(tx))',
      () => withMovingAverage({ decay: 0.9 })(withMovingAverage({ decay: 0.9 })(tx)).init(params()),
    ],
    ['An average that is not there', 'averaged(state)', () => averaged(tx.init(params()))],
    ['No micro-batches', 'multiSteps({ everyKSchedule: 0 })', () => multiSteps({ everyKSchedule: 0 })(tx)],
    [
      'A group without a name',
      'partition(…)',
      () =>
        polyak.partition({ transforms: { a: tx }, paramLabels: { dense: { kernel: 'a', bias: 'b' } } }).init(params()),
    ],
    ['A decay that is no decay', 'withMovingAverage({ decay: 1.1 })', () => withMovingAverage({ decay: 1.1 })],
    [
      'A checkpoint that is not there',
      "restore({ store, name: 'last', … })",
      () =>
        restore({
          store: memoryStore(),
          name: 'last',
          optimizer: tx,
          like: { params: params(), state: tx.init(params()) },
        }),
    ],
    [
      'A name that is no file name',
      "save({ store, name: '../last', … })",
      () =>
        polyak.save({
          store: memoryStore(),
          name: '../last',
          optimizer: tx,
          params: params(),
          state: tx.init(params()),
        }),
    ],
  ]
  const rows = []
  for (const [what, written, make] of /** @type {readonly (readonly [string, string, () => unknown])[]} */ (mistakes)) {
    const told = await saidBy(make)
    if (told === undefined) throw new Error(`errors: nothing was said about: ${written}`)
    rows.push(
      `## ${what}\n\n${safe(whys[what] ?? missing(what))}\n\n\`\`\`ts\n${written}\n\`\`\`\n\n<div class="wrapped">\n\n\`\`\`text\n${told}\n\`\`\`\n\n</div>`,
    )
  }
  return {
    name: 'Errors',
    link: '/reference/errors',
    text: `# Errors\n\n${safe('Every error says what, where, and how to mend it, the same on every backend. Here are mistakes as people make them, why each is one, and what they are told: all were made to happen while this page was built.')}\n\n${rows.join('\n\n')}`,
  }
}

const saidBy = async (make) => {
  try {
    await make()
    return undefined
  } catch (error) {
    return `${error.name}: ${error.message}`
  }
}

const missing = (what) => {
  throw new Error(`errors: it is not said why: ${what}`)
}

/** Why each of them is a mistake. */
const whys = {
  'A misspelt option': 'A name that nobody reads would leave a default in its place, and no loss would ever say so.',
  'An option out of its range': 'A decay of 1 or more makes a moment grow without end.',
  'A rate that is no number': 'A number from a form or an environment is a text until it is parsed.',
  'A transformation that was not called': 'A recipe is a function of its options; what a chain takes is what it gives.',
  'A parameter that is a number': 'Leaves are tensors; plain numbers would be constants that nothing trains.',
  'A gradient of another shape': 'Nothing is broadcast: a gradient belongs to each number of its parameter.',
  'A gradient that is missing': 'Trees are joined by path. A leaf that has no gradient says so with `null`.',
  'A state of other parameters': 'A state holds a moment for each parameter that it was made for.',
  'No state': 'A state is what `init` made, and then what the step before gave.',
  'A disposed parameter': 'Memory that was given back may hold anything.',
  'A variable that is to be donated':
    'A `tf.Variable` is yours: what is donated is written over, and is gone afterwards.',
  'A schedule that gives no number': '1 / 0 at the first step: schedules begin to count at 0.',
  'An extra that is missing': 'Some rules need more than gradients, here the loss itself.',
  'Two averages of one name': 'An average is found by its name, in the state and in files.',
  'An average that is not there':
    'The state of a plain optimizer has no average; with TypeScript this is an error before the program runs.',
  'No micro-batches': 'A step after every 0 batches is none at all.',
  'A group without a name': 'Each leaf belongs to one of the transformations.',
  'A decay that is no decay': 'An average weighs what it has seen by numbers that sum to 1.',
  'A checkpoint that is not there': 'A misspelt name, or a save that never happened.',
  'A name that is no file name': 'Names from outside must not lead out of the folder.',
}

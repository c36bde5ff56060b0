import { expect, test } from 'vitest'
import { opened } from './editor.js'

const before = `
import * as tf from '@tensorflow/tfjs-core'
import { adamw, chain, equation, fit, mapTree, minimize, polyakSgd, sgd, step, treeGet, treeSet } from 'polyak'
const params = { dense: { kernel: tf.zeros([2, 3]), bias: tf.zeros([3]) } }
const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 })
const state = optimizer.init(params)
const stepping = polyakSgd()
`

/** Mistakes, each on a line of its own. */
const mistakes: Readonly<Record<string, string>> = {
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

test('what the compiler says names what is wrong', async () => {
  const rows = Object.entries(mistakes)
  const first = before.split('\n').length
  const errors = opened(`${before}${rows.map(([, code]) => code).join('\n')}\n`).errors()
  const told = rows.map(([name, code], i) => ({
    name,
    code,
    words: errors.filter((error) => error.startsWith(`${first + i}: `)).map((error) => error.replace(/^\d+: /, '')),
  }))
  expect(told.filter(({ words }) => words.length !== 1).map(({ name }) => name)).toEqual([])
  const page = [
    '# What the compiler says',
    '',
    ...told.flatMap(({ name, code, words }) => [
      `## ${name}`,
      '',
      '```text',
      code,
      '```',
      '',
      '```text',
      ...words,
      '```',
      '',
    ]),
  ].join('\n')
  await expect(page).toMatchFileSnapshot('MESSAGES.md')
})

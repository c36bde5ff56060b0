import { type Refused, refusalLaws } from '../../laws/refusalLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { sgd } from '../optimizers/sgd.js'
import { byPath } from './byPath.js'
import { byPattern } from './byPattern.js'
import { injectHyperparams } from './injectHyperparams.js'
import { matching } from './matching.js'
import { monitor } from './monitor.js'
import { hasUpdated } from './multiSteps.js'
import { namedChain } from './namedChain.js'

// What combinators refuse besides options: what is no function, no pattern, no record of parts, no state.

const some: readonly unknown[] = [undefined, null, 3, 'one', true]
/** A call with each of them. */
const each = (call: (wrong: never) => unknown, wrongs: readonly unknown[], ...words: string[]): readonly Refused[] =>
  wrongs.map((wrong): Refused => [() => call(wrong as never), ...words]) // wrong on purpose

const tx = sgd({ learningRate: 1 })

for (const suite of [
  refusalLaws({
    name: 'byPath',
    refused: each((choose) => byPath(choose), [...some, {}], 'TypeError', 'choose'),
    taken: [() => byPath(() => true)],
  }),
  refusalLaws({
    name: 'byPattern',
    refused: [
      ...each((groups) => byPattern(groups), some, 'TypeError', 'groups'),
      ...each((patterns) => byPattern({ slow: patterns }), [null, 3, {}, true], 'TypeError', 'slow'),
    ],
    taken: [() => byPattern({ slow: 'dense/*' }), () => byPattern({ slow: ['dense/*', '**/bias'] })],
  }),
  refusalLaws({
    name: 'matching',
    refused: [
      ...each((pattern) => matching(pattern), [undefined, null, 3, {}, ['a']], 'TypeError', 'pattern'),
      ...each((path) => matching('a')(path), [undefined, null, 3, {}, ['a']], 'TypeError', 'path'),
    ],
    taken: [() => matching('a')('')],
  }),
  refusalLaws({
    name: 'monitor',
    refused: each((measures) => monitor(measures), some, 'TypeError', 'measures'),
    taken: [() => monitor({})],
  }),
  refusalLaws({
    name: 'namedChain',
    refused: each((parts) => namedChain(parts), some, 'TypeError', 'parts'),
    taken: [() => namedChain({ one: tx })],
  }),
  refusalLaws({
    name: 'hasUpdated',
    refused: [
      ...each((state) => hasUpdated(state), some, 'TypeError', 'state'),
      ...each((state) => hasUpdated(state), [{ miniStep: 1 }, { miniStep: '0', gradientStep: 1 }], 'TypeError'),
    ],
    taken: [() => hasUpdated({ miniStep: 0, gradientStep: 1 })],
  }),
  refusalLaws({
    name: 'injectHyperparams',
    refused: each(
      (nonsense) => injectHyperparams(sgd, { nonsense } as never)({ learningRate: 1 }),
      [1, 'one'],
      'TypeError',
      'nonsense',
    ),
    taken: [() => injectHyperparams(sgd, { staticArgs: [] })({ learningRate: 1 })],
  }),
])
  describeLaws(suite)

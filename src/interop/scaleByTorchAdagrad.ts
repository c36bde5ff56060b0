import { filled } from '../equation/Slot.js'
import { nonNegative } from '../scalars/numbers.js'
import { optionsFor, withDefault } from '../scalars/options.js'
import { equation } from '../transformation/equation.js'

/** Options of `scaleByTorchAdagrad`. */
export interface ScaleByTorchAdagradOptions {
  /** Where the accumulator starts.
   *
   *  @defaultValue 0 */
  readonly initialAccumulatorValue?: number
  /** Added to the root, so that nothing is divided by zero.
   *
   *  @defaultValue 1e-10 */
  readonly eps?: number
}

/** Adagrad as PyTorch has it: ε stands beside the root.
 *
 *  ```text
 *  S = S + g²     u = g/(√S + ε)
 *  ```
 *
 *  @shapes state `{ sumOfSquares }`, like the parameters.
 *  @departs from `scaleByRss` in where ε stands and where the sum starts. PyTorch's `lr_decay` d is a schedule:
 *    `learningRate: (count) => rate / (1 + count * d)`.
 *  @reference Duchi, Hazan & Singer 2011; torch.optim.Adagrad
 *  @example chain(scaleByTorchAdagrad(), scaleByLearningRate({ learningRate: 0.01 })) */
export const scaleByTorchAdagrad = (given?: ScaleByTorchAdagradOptions) => {
  const checked = parse(given)
  return equation({
    name: 'scaleByTorchAdagrad',
    options: checked,
    slots: { sumOfSquares: filled(checked.initialAccumulatorValue) },
    scalars: () => ({ eps: checked.eps }),
  })((A) => ({ update: g, sumOfSquares }, { eps }) => {
    const sum = A.add(sumOfSquares, A.mul(g, g))
    return { update: A.div(g, A.add(A.sqrt(sum), eps)), sumOfSquares: sum }
  })
}

const parse = optionsFor<ScaleByTorchAdagradOptions>()('scaleByTorchAdagrad', {
  initialAccumulatorValue: withDefault(nonNegative, 0),
  eps: withDefault(nonNegative, 1e-10),
})

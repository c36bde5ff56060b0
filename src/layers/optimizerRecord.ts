/** @internal */
import { checkFunction } from '../scalars/checkFunction.js'
import { wrongArgument } from '../scalars/wrongArgument.js'
import * as tf from '@tensorflow/tfjs-core'
import { boundedMemory } from '../tree/boundedMemory.js'
import type { Program } from '../equation/Program.js'
import { checkState } from '../state/checkState.js'
import { visitState } from '../state/visitState.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import { disposeExcept } from '../tree/disposeExcept.js'
import { advancedHeld } from './advancedHeld.js'
import { averageRecords } from '../averaging/averageRecords.js'
import { type Cell, rememberCell } from './Cell.js'
import { firstMet } from './firstMet.js'
import { gradientsIn } from './gradientsIn.js'
import { treeOf } from './heldOf.js'
import { toHex } from './hex.js'
import { met } from './met.js'
import type { NamedTensor } from './Named.js'
import { ownTensors } from './ownTensors.js'
import { readWeights } from './readWeights.js'
import { resting } from './resting.js'
import { advancedStatistics, assignedDuring } from './statistics.js'
import { writtenWeights } from './writtenWeights.js'

/** The name under which tfjs finds how one is loaded. */
export const className = 'PolyakOptimizer'

/** The record that tfjs takes for an optimizer: it asks for these members, and for no class. */
export const optimizerRecord = (chain: AnyTransformation, name: string) => {
  const { anatomy } = chain
  const cell: Cell = { chain, held: null, given: null, iterations: 0, statistics: [], averagesInPlace: false, made: [] }
  const follows = averageRecords(anatomy.shape).at(-1)?.rule !== undefined
  const rests = boundedMemory<(program: Program) => Program>(8)

  const apply = (called: readonly tf.Variable[], gradientOf: (variable: tf.Variable) => tf.Tensor | null): unknown => {
    const held = cell.held === null ? firstMet(chain, called, cell.given) : met(chain, cell.held, called)
    cell.held = held
    cell.given = null
    const known = new Set<tf.Variable | null>(called)
    const idle = held.placed.flatMap(({ path, variable }) => (known.has(variable) ? [] : [path]))
    const rest = idle.length === 0 ? whole : rests(idle.join('\n'), () => resting(new Set(idle)))
    const gradients = held.placed.map(({ variable }) => (variable === null ? null : gradientOf(variable)))
    cell.held = advancedHeld(anatomy, held, gradients, rest)
    cell.iterations += 1
    return held.state
  }

  const computeGradients = (f: () => tf.Scalar, varList?: readonly tf.Variable[]) => {
    checkFunction('layersOptimizer: f', f, '() => loss(model.predict(x))')
    if (varList !== undefined && !Array.isArray(varList))
      throw wrongArgument('layersOptimizer: varList', 'an array', varList, 'Pass e.g. [w, b].')
    return tf.variableGrads(f, varList === undefined ? undefined : [...varList])
  }

  const applyGradients = (given: tf.NamedTensorMap | readonly NamedTensor[]): void => {
    refuseInPlace(cell)
    const gradients = new Map(gradientsIn(given).map(([path, tensor]) => [variableNamed(path), tensor]))
    apply([...gradients.keys()], (variable) => gradients.get(variable) ?? null)
  }

  const minimize = (f: () => tf.Scalar, returnCost = false, varList?: readonly tf.Variable[]): tf.Scalar | null => {
    refuseInPlace(cell)
    const [{ value, grads }, assigned] = follows
      ? assignedDuring(() => computeGradients(f, varList))
      : [computeGradients(f, varList), []]
    const gradients: Readonly<Record<string, tf.Tensor | null>> = grads
    try {
      const called = varList ?? Object.keys(grads).map(variableNamed)
      const before = apply(
        [...new Set(called)].filter(({ trainable }) => trainable),
        (variable) => gradients[variable.name] ?? null,
      )
      cell.statistics = advancedStatistics(anatomy.shape, before, cell.held?.state, cell.statistics, assigned)
    } catch (error) {
      value.dispose()
      throw error
    } finally {
      tf.dispose(grads)
    }
    if (returnCost) return value
    value.dispose()
    return null
  }

  const replace = (state: unknown): void => {
    refuseInPlace(cell)
    checkState(anatomy.shape, state)
    if (cell.held === null) {
      disposeExcept(cell.given?.state, state)
      cell.given = { state: ownTensors(state) }
      return
    }
    visitState(anatomy.shape, cell.held.skeleton, state)
    disposeExcept(cell.held.state, state)
    cell.held = { ...cell.held, state: ownTensors(state) }
  }

  const saveIterations = () => Promise.resolve({ name: 'iter', tensor: tf.scalar(cell.iterations, 'int32') })

  const getWeights = (): Promise<readonly NamedTensor[]> => {
    if (cell.averagesInPlace)
      return Promise.reject(
        new Error(
          'layersOptimizer: averages stand in the place of parameters, so that a saved state would go on from those. ' +
            'Inside withAverages save without includeOptimizer; to resume, save outside.',
        ),
      )
    release(cell)
    const { weights, made } = writtenWeights(anatomy.shape, cell)
    cell.made = made
    return Promise.resolve(weights)
  }

  const setWeights = async (weights: readonly NamedTensor[]): Promise<void> => {
    refuseInPlace(cell)
    if (!Array.isArray(weights))
      throw wrongArgument(
        'layersOptimizer: weights',
        'an array',
        weights,
        'Pass what getWeights of an optimizer returns.',
      )
    const { held, iterations, statistics } = await readWeights(anatomy.shape, weights)
    forget(cell)
    cell.held = held
    cell.iterations = iterations
    cell.statistics = statistics
  }

  const optimizer = {
    minimize,
    computeGradients,
    applyGradients,
    replace,
    getWeights,
    setWeights,
    saveIterations,
    getClassName: () => className,
    getConfig: () => ({ chain: toHex(name) }),
    dispose: () => {
      forget(cell)
      cell.iterations = 0
    },
    get iterations() {
      return cell.iterations
    },
    /** Where tfjs' own optimizers have theirs: to write it here would change nothing. */
    get learningRate() {
      return undefined
    },
    set learningRate(_: unknown) {
      throw new TypeError(
        'layersOptimizer: the learning rate is the chain’s. Pass a schedule there, as in adamw({ learningRate: ' +
          'cosineDecaySchedule({ … }) }), or keep it in the state by injectHyperparams(adamw)({ … }) and hand in another ' +
          "with optimizer.replace(treeSet(optimizer.state, ['hyperparams', 'learningRate'], 1e-4)).",
      )
    },
    get params() {
      const { held } = cell
      return held === null || held.members.every(({ variable }) => variable === null) ? null : treeOf(held.members)
    },
    get state() {
      return cell.held?.state ?? cell.given?.state ?? null
    },
  }
  rememberCell(optimizer, cell)
  return optimizer
}

const whole = (program: Program): Program => program

const refuseInPlace = ({ averagesInPlace }: Cell): void => {
  if (averagesInPlace)
    throw new Error(
      'layersOptimizer: averages stand in the place of parameters, and would be trained. ' +
        'Train, replace and load after withAverages has returned.',
    )
}

const variableNamed = (name: string): tf.Variable => {
  const found = tf.engine().registeredVariables[name]
  if (found !== undefined) return found
  throw new Error(
    `layersOptimizer: there is no variable named ${JSON.stringify(name)}. Gradients go by the names of tf.Variables ` +
      'that are not disposed.',
  )
}

const release = (cell: Cell): void => {
  for (const { tensor } of cell.made) tensor.dispose()
  cell.made = []
}

const forget = (cell: Cell): void => {
  release(cell)
  disposeExcept([cell.held?.state, cell.given?.state], [])
  // before the first step nothing is held
  for (const { standIn } of [...(cell.held?.members ?? []), ...cell.statistics]) standIn?.dispose()
  cell.statistics = []
  cell.held = null
  cell.given = null
}

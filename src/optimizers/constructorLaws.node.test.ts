import type fc from 'fast-check'
import { optimizerOptions } from '../../laws/arbitraries/optimizerOptions.js'
import { casesOf } from '../../laws/checks/part.js'
import { constructorLaws } from '../../laws/constructorLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import { describeSchedule } from '../schedules/described.js'
import { describe } from '../transformation/describe.js'
import type { AnyTransformation } from '../transformation/Transformation.js'
import * as optimizers from './index.js'

// What is told of each optimizer is what was asked for, and what it cannot do it refuses by name.

/** Options that go together in no way, and the word that must be said. */
const wrong: Readonly<Record<string, readonly (readonly [options: object, word: string])[]>> = {
  adam: [
    [{}, 'learningRate'],
    [{ learningRate: -0.1 }, 'learningRate'],
    [{ learningRate: 0.1, b1: 1 }, 'b1'],
    [{ learningRate: 0.1, eps: -1 }, 'eps'],
    [{ learningRate: 0.1, count: 'epoch' }, 'count'],
  ],
  adafactor: [
    [{ clippingThreshold: 0 }, 'clippingThreshold'],
    [{ clippingThreshold: 'all' }, 'clippingThreshold'],
    [{ momentum: 1 }, 'momentum'],
  ],
  lbfgs: [
    [{ memorySize: 0 }, 'memorySize'],
    [{ linesearch: 'zoom' }, 'linesearch'],
  ],
  muon: [
    [{ learningRate: 0.1, nsCoeffs: 'none' }, 'nsCoeffs'],
    [{ learningRate: 0.1, scaling: 'original ' }, 'scaling'],
  ],
  dpsgd: [[{ learningRate: 0.1, l2NormClip: 1, noiseMultiplier: 1, batchSize: 0 }, 'batchSize']],
}

/** What decays where nothing is said of it: as in optax, or in its authors' code. */
const decays: Readonly<Record<string, number>> = {
  acprop: 0,
  adadelta: 0,
  adamMini: 0,
  adamaxw: 1e-4,
  adamuon: 0,
  adamw: 1e-4,
  adan: 0,
  ademamix: 0,
  cocob: 0,
  dadaptAdamw: 0,
  dion: 0.01,
  dion2: 0.01,
  dog: 0,
  dowg: 0,
  galore: 0,
  kron: 0,
  lamb: 0,
  laprop: 0,
  lars: 0,
  lion: 0.001,
  madgrad: 0,
  mars: 0,
  momo: 0,
  momoAdam: 0,
  muon: 0,
  nadamw: 1e-4,
  normuon: 0.01,
  novograd: 0,
  prodigy: 0,
  shampoo: 0,
  simplifiedAdemamix: 0,
  soap: 0.01,
  sophia: 1e-4,
  stableAdamw: 0.01,
  tiger: 0.01,
}

for (const [name, options] of Object.entries(optimizerOptions)) {
  const make: Readonly<Record<string, (options: never) => AnyTransformation>> = optimizers
  describeLaws(
    constructorLaws({
      name,
      make: (given) => make[name]?.(given as never) ?? missing(name), // by its name
      options: (options as fc.Arbitrary<object>).map(plainly),
      told: (tx) => told(tx),
      schedule: describeSchedule,
      wrong: wrong[name] ?? [],
      ...(name in decays ? { usual: { weightDecay: decays[name] } } : {}),
    }),
    { numRuns: casesOf(24) },
  )
}

/** What is told, without what is told by a description of it: a line search, a base. */
function told(tx: AnyTransformation) {
  const { name, options } = describe(tx)
  return { name, options: Object.freeze(plainly(options)) }
}

function plainly(options: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([key]) => key !== 'linesearch' && key !== 'baseOptimizer'))
}

function missing(name: string): never {
  throw new Error(`there is no optimizer ${name}`)
}

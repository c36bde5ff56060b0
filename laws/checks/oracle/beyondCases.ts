import { cautious } from '../../../src/combinators/cautious.js'
import { chain } from '../../../src/combinators/chain.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'
import { addDecayedWeights } from '../../../src/transforms/addDecayedWeights.js'
import { scaleByAdam } from '../../../src/transforms/scaleByAdam.js'
import { scaleByLearningRate } from '../../../src/transforms/scaleByLearningRate.js'
import { scaleByLion } from '../../../src/transforms/scaleByLion.js'
import { trace } from '../../../src/transforms/trace.js'
import text from './beyondOptax.json?raw'
import type { OracleRun } from './OracleRun.js'
import type { Numbers } from './optaxCases.js'

/** Options as the peer spells them; what is absent is at the peer's default. */
interface Given {
  readonly lr: number
  readonly betas?: readonly [number, number]
  readonly weightDecay?: number
  readonly momentum?: number
  readonly nesterov?: boolean
}

interface BeyondCase {
  readonly peer: string
  readonly name: string
  readonly options: Given
  readonly params: Numbers
  readonly grads: readonly Numbers[]
  readonly trajectory: readonly Numbers[]
}

/** How a peer's optimizer is said here. */
interface Subject {
  readonly make: (given: Given) => AnyTransformation
  readonly exact?: number
  readonly rounded?: number
}

const rated = ({ lr, weightDecay = 0 }: Given, ...parts: readonly AnyTransformation[]): AnyTransformation =>
  chain(...parts, addDecayedWeights({ weightDecay }), scaleByLearningRate({ learningRate: lr }))

const moments = ({ betas: [b1, b2] = [0.9, 0.999] }: Given) => ({ b1, b2 })

const subjects: Readonly<Record<string, Subject>> = {
  'timm cautious AdamW': {
    make: (given) => rated({ weightDecay: 0.01, ...given }, cautious()(scaleByAdam(moments(given)))),
  },
  'timm cautious Lion': {
    make: (given) => rated(given, cautious()(scaleByLion())),
  },
  'timm cautious SGD with momentum': {
    make: (given) => rated(given, cautious()(trace({ decay: given.momentum ?? 0, nesterov: given.nesterov ?? false }))),
  },
}

const cases = (JSON.parse(text) as { readonly cases: readonly BeyondCase[] }).cases // this repository's own file

const required = <A>(value: A | undefined): A => {
  if (value === undefined) throw new Error('the oracle lacks a step')
  return value
}

/** The runs that are compared. */
export const beyondRuns: readonly OracleRun[] = cases.flatMap(
  ({ peer, name, options, params, grads, trajectory }, i): readonly OracleRun[] => {
    const { make, exact = 5e-11, rounded = 6e-6 } = subjects[`${peer.split(' ')[0]} ${name}`] ?? {}
    return make === undefined
      ? []
      : [
          {
            title: `${i} ${peer}: ${name} ${JSON.stringify(options)}`,
            tx: () => make(options),
            params,
            grads: (step) => required(grads[step]),
            trajectory,
            exact,
            rounded,
          },
        ]
  },
)

/** Subjects that the file does not have. */
export const strangers: readonly string[] = Object.keys(subjects).filter(
  (subject) => !cases.some(({ peer, name }) => `${peer.split(' ')[0]} ${name}` === subject),
)

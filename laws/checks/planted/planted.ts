import { exactly } from '../../Agreement.js'
import { averagingLaws } from '../../averagingLaws.js'
import type { Suite } from '../../Suite.js'
import { transformationLaws } from '../../transformationLaws.js'
import { averageTellings } from './averageTellings.js'
import { averagingMutants } from './averagingMutants.js'
import { combiningMutants } from './combiningMutants.js'
import { liftMutants } from './liftMutants.js'
import { overlooked } from './overlooked.js'
import { referenceMutants } from './referenceMutants.js'
import { schemeMutants } from './schemeMutants.js'
import { transformationMutants } from './transformationMutants.js'
import { userChoices } from './userChoices.js'
import { userConstructors } from './userConstructors.js'
import { userGradients } from './userGradients.js'
import { userHandings } from './userHandings.js'
import { userOptimizers } from './userOptimizers.js'
import { userRest } from './userRest.js'
import { userRules } from './userRules.js'
import { userTold } from './userTold.js'
import { userWrappers } from './userWrappers.js'

/** A bug that somebody had, planted in what follows the public interface. */
export interface Planted {
  readonly of: string
  readonly bug: string
  /** The law that catches it; or why no law can, where it is lawful, only not what was meant. */
  readonly caughtBy: string | { readonly escapes: string }
  /** The exported suite that is asked. */
  readonly suite: () => Suite
}

/** Every planted bug. */
export const planted: readonly Planted[] = [
  ...transformationMutants.map(({ bug, caughtBy, make, suite = transformationLaws }): Planted => ({
    of: 'transformations',
    bug,
    caughtBy,
    suite: () => suite(make),
  })),
  ...averagingMutants.map(({ bug, caughtBy, lift }): Planted => ({
    of: 'averages',
    bug,
    caughtBy,
    suite: () => averagingLaws({ lift, rounding: exactly }),
  })),
  ...[
    ...schemeMutants,
    ...liftMutants,
    ...averageTellings,
    ...combiningMutants,
    ...referenceMutants,
    ...userOptimizers,
    ...userWrappers,
    ...userRest,
    ...overlooked,
    ...userConstructors,
    ...userRules,
    ...userGradients,
    ...userChoices,
    ...userTold,
    ...userHandings,
  ].map(([bug, caughtBy, suite]): Planted => ({
    of: suite.name,
    bug,
    caughtBy,
    suite: () => suite,
  })),
]

/** The planted bugs as a page of Markdown. */
export const plantedPage = (): string => {
  const caught = planted.filter(({ caughtBy }) => typeof caughtBy === 'string').length
  return [
    '# Planted bugs',
    '',
    `${caught} of ${planted.length} bugs that optimizers and averages have had, in tfjs, TensorFlow, Keras, PyTorch, optax and programs of their users, are caught by the`,
    'exported laws alone, without any golden value. Written by the suites themselves (`npx vitest run --project node laws/checks/planted -u`), which plant every one of them at every run.',
    '',
    '| in | bug | caught by the law |',
    '|---|---|---|',
    ...planted.map(
      ({ of, bug, caughtBy }) =>
        `| ${[of, bug, typeof caughtBy === 'string' ? caughtBy : `**not**: ${caughtBy.escapes}`].map(cell).join(' | ')} |`,
    ),
    '',
  ].join('\n')
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

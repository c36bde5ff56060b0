/** @internal */

import { placedIn, type Program, rememberedOne, surrounded, type Trial } from '../equation/Program.js'

/** What a trial tries. */
export const attemptOf = rememberedOne((trial: Trial): Program => placedIn(trial)(trial.program))

/** What judges it. */
export const judgementOf = rememberedOne(({ judge, at: path, scope, surroundings = [] }: Trial): Program =>
  surrounded(surroundings)({ segments: [{ kind: 'stage', equation: judge, at: path, scope }] }),
)

/** A stage that changes nothing, so that the selected updates are applied as any others are. */
export const passing: Program = {
  segments: [
    {
      kind: 'stage',
      at: [],
      scope: null,
      equation: {
        name: 'pass',
        slots: {},
        host: {},
        next: (host) => host,
        scalars: () => ({}),
        observes: false,
        rule: () => (x) => x,
      },
    },
  ],
}

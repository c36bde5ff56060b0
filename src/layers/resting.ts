/** @internal */
import { both, type Mask, remembered } from '../equation/Scope.js'
import { type Program, rememberedOne, type Segment } from '../equation/Program.js'

/** The same program in which leaves that rest are not even observed: an average watches the parameters it is given,
 *  gradient or none, and would go on towards one that rests. */
export const resting = (paths: ReadonlySet<string>): ((program: Program) => Program) => {
  const active: Mask = remembered((skeleton) => skeleton.paths.map((path) => !paths.has(path)))
  const rest = rememberedOne(({ segments }: Program): Program => ({ segments: segments.map(segment) }))
  const segment = (s: Segment): Segment => {
    switch (s.kind) {
      case 'stage':
        return s.equation.observes ? { ...s, scope: both(active, s.scope) } : s
      case 'trial':
        return { ...s, program: rest(s.program) }
      case 'fork':
        return { ...s, choose: (...seen) => rest(s.choose(...seen)) }
      case 'plain':
        return s
    }
  }
  return rest
}

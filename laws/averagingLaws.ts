import { knownOnly } from '../src/scalars/knownOnly.js'
import { withMovingAverage } from '../src/averaging/withMovingAverage.js'
import { exactly } from './Agreement.js'
import { fileLaws } from './averaging/fileLaws.js'
import { gradientLaws } from './averaging/gradientLaws.js'
import { horizonLaws } from './averaging/horizonLaws.js'
import { leafLaws } from './averaging/leafLaws.js'
import { liftLaws } from './averaging/liftLaws.js'
import { orderLaws } from './averaging/orderLaws.js'
import { rhythmLaws } from './averaging/rhythmLaws.js'
import type { AveragingSubject } from './averaging/Subject.js'
import { valueLaws } from './averaging/valueLaws.js'
import { wrapperLaws } from './averaging/wrapperLaws.js'
import type { Suite } from './Suite.js'

/** The laws of a moving average of parameters: of `withMovingAverage`, or of another lift that keeps `{ inner, average,
 *  count }`.
 *
 *  @example describeLaws(averagingLaws({ lift: myAverage })) */
export const averagingLaws = (given: Partial<AveragingSubject> = {}): Suite => lawsOf(known(given))

const lawsOf = ({ lift = withMovingAverage, rounding = exactly }: Partial<AveragingSubject>): Suite => {
  const subject = { lift, rounding }
  return {
    name: 'moving average',
    parents: [
      liftLaws,
      valueLaws,
      orderLaws,
      rhythmLaws,
      horizonLaws,
      leafLaws,
      gradientLaws,
      wrapperLaws,
      fileLaws,
    ].map((laws) => laws(subject)),
    laws: [],
  }
}

const known = knownOnly<Partial<AveragingSubject>>('averagingLaws', { lift: true, rounding: true })

import { checkReport } from './checkReport.js'
import { checkFunction } from '../scalars/checkFunction.js'
import { nonNegative } from '../scalars/numbers.js'
import { options, withDefault } from '../scalars/options.js'
import { type Begun, brief, duration, found, paceOf, perSecond } from './pace.js'
import type { Ending, Report, Reporter } from './Reporter.js'

export interface PlainLinesOptions {
  /** Milliseconds between two lines about steps, at least.
   *
   *  @defaultValue 1000 */
  readonly every?: number
}

/** Reports a run as lines of text: steps now and then, evaluations (but `undefined`), saves and the end
 *  always. The loss is read for the
 *  lines only.
 *
 *  ```text
 *  step 120/5000, loss 1.234, 85.2 steps/s, 0:57 left
 *  ```
 *
 *  @units `every` in milliseconds of the run's clock.
 *  @throws `RangeError` or `TypeError` for wrong options.
 *  @example const reporter = plainLines((line) => console.log(line), { every: 5000 }) */
export const plainLines = (write: (line: string) => void, given?: PlainLinesOptions): Reporter => {
  checkFunction('plainLines: write', write, 'console.log')
  const { every } = parse(given)
  // What was last seen: a reporter listens to one run after another.
  let begun: Begun = { step: 0, time: 0, until: undefined }
  let last = -Infinity
  return async (report) => {
    checkReport('plainLines', report)
    switch (report.kind) {
      case 'started':
        begun = report
        last = -Infinity
        return
      case 'stepped':
        if (report.time - last < every) return
        last = report.time
        write(stepLine(begun, report, await report.loss()))
        return
      case 'evaluated':
        if (report.evaluation !== undefined) write(`step ${report.step}, evaluation: ${found(report.evaluation)}`)
        return
      case 'saved':
        write(`step ${report.step} saved`)
        return
      case 'ended':
        write(endLine(begun, report, report.why))
    }
  }
}

const parse = options('plainLines', { every: withDefault(nonNegative, 1000) })

const stepLine = (begun: Begun, report: Report, loss: number): string => {
  const { rate, left } = paceOf(begun, report)
  return [
    `step ${report.step}${begun.until === undefined ? '' : `/${begun.until}`}`,
    `loss ${brief(loss)}`,
    ...(rate > 0 ? [perSecond(rate)] : []),
    ...(left === undefined ? [] : [`${duration(left)} left`]),
  ].join(', ')
}

/** How a run ended, on one line.
 *
 *  @internal */
export const endLine = (begun: Begun, report: Pick<Report, 'step' | 'time'>, why: Ending): string => {
  const steps = report.step - begun.step
  const wanted = begun.until === undefined ? steps : begun.until - begun.step
  const count = wanted === steps ? `${steps}` : `${steps} of ${wanted}`
  return `${endings[why]} after ${count} ${wanted === 1 ? 'step' : 'steps'} in ${duration(paceOf(begun, report).spent)}`
}

const endings: Readonly<Record<Ending, string>> = {
  exhausted: 'no more batches',
  enough: 'done',
  aborted: 'stopped by the signal',
  stopped: 'stopped',
  failed: 'failed',
}

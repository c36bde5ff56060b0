import { checkReport } from './checkReport.js'
import type { SingleBar } from 'cli-progress'
import { fn, membersOf } from '../scalars/kinds.js'
import { optional, options, withDefault } from '../scalars/options.js'
import { positive } from '../scalars/numbers.js'
import { type Begun, brief, duration, found, paceOf, perSecond } from './pace.js'
import { endLine, plainLines } from './plainLines.js'
import type { Report, Reporter } from './Reporter.js'

export interface TerminalProgressOptions {
  /** Where to draw. Default: `process.stderr`. */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
  /** How often to draw, in a second.
   *
   *  @defaultValue 10 */
  readonly fps?: number
  /** Where lines go when there is no terminal. Default: the same stream. */
  readonly write?: (line: string) => void
}

/** Reports a run as a progress bar with step, loss, rate and the time that is left; as plain lines where there is no
 *  terminal.
 *
 *  ```text
 *  ████████░░░░ 2400/5000 | loss 1.234 | 85.2 steps/s | 0:30 left
 *  ```
 *
 *  The bar is that of the package `cli-progress`, which whoever draws one installs.
 *
 *  The loss is read when the bar is drawn, and training does not wait for it. The last evaluation stands at the end of
 *  the line; where the terminal is too narrow for that, each has a line of its own above the bar. One that is `undefined`
 *  is not told.
 *
 *  @units `fps` in draws a second.
 *  @throws `RangeError` or `TypeError` for wrong options; as the run begins, `Error` where cli-progress is not installed.
 *  @example const reporter = terminalProgress({ fps: 5 }) */
export const terminalProgress = (given: TerminalProgressOptions = {}): Reporter => {
  const { stream = process.stderr, fps, write } = parse(given)
  return stream.isTTY === true ? drawn(stream, fps) : plainLines(write ?? ((line) => void stream.write(`${line}\n`)))
}

const parse = options('terminalProgress', {
  stream: optional(membersOf<NonNullable<TerminalProgressOptions['stream']>>('a stream', 'process.stderr')),
  fps: withDefault(positive, 10),
  write: optional(fn<(line: string) => void>('a function of a line', '(line) => …')),
})

/** Only who draws a bar needs the package. */
const barKind = async (): Promise<typeof SingleBar> => {
  try {
    return (await import('cli-progress')).SingleBar
  } catch (cause) {
    throw new Error(
      'terminalProgress: cannot load cli-progress, which draws the bar. Run `npm install cli-progress`.',
      {
        cause,
      },
    )
  }
}

const widest = 24

/** A stream whose cursor nobody remembers: the bar would go back, at its end, to where it began, and what was said above it
 *  meanwhile would be written over. */
const staying = <S extends NodeJS.WritableStream>(stream: S): S =>
  // all but `write` is the stream's own
  Object.create(stream, {
    write: {
      value: (text: string, ...rest: readonly []) => ['\x1B7', '\x1B8'].includes(text) || stream.write(text, ...rest),
    },
  }) as S

/** A stream that does not say is wide. */
const columnsOf = ({ columns }: { readonly columns?: number }): number => columns ?? Infinity

/** What stands behind the bar: `4000/4000 | loss 1.234e-7 | 85.20 steps/s | 1:02:03 left`, with some room. */
const besideBar = 62

const drawn = (stream: NodeJS.WritableStream & { readonly columns?: number }, fps: number): Reporter => {
  // What was last seen: a reporter listens to one run after another.
  let begun: Begun = { step: 0, time: 0, until: undefined }
  let bar: SingleBar | undefined
  let last = -Infinity
  let loss = '…'
  let note = ''
  let reading: Promise<void> = Promise.resolve()
  const read = async (value: Promise<number>): Promise<void> => {
    loss = await value.then(brief, () => loss) // one that came too late changes nothing
  }
  const end = async (report: Report & { readonly kind: 'ended' }): Promise<void> => {
    await reading
    bar?.update(report.step, shown(report))
    bar?.stop()
    stream.write(`${endLine(begun, report, report.why)}\n`)
  }
  const shown = (at: Pick<Begun, 'step' | 'time'>) => {
    const { rate, left, spent } = paceOf(begun, at)
    return {
      loss,
      note,
      rate: rate > 0 ? perSecond(rate) : '… steps/s',
      time: left === undefined ? duration(spent) : `${duration(left)} left`,
    }
  }
  const evaluated = (report: Report & { readonly kind: 'evaluated' }): void => {
    if (report.evaluation === undefined) return
    const text = `evaluation: ${found(report.evaluation)}`
    if (widest + besideBar + text.length + 3 <= columnsOf(stream)) note = ` | ${text}`
    // the bar is drawn anew on the line below
    else stream.write(`\r\x1B[Kstep ${report.step}, ${text}\n`)
    bar?.update(report.step, shown(report))
  }
  const start = async (report: Report & { readonly kind: 'started' }): Promise<void> => {
    begun = report
    last = -Infinity
    loss = '…'
    note = ''
    const Bar = await barKind()
    bar = new Bar({
      format: `${begun.until === undefined ? 'step {value}' : '{bar} {value}/{total}'} | loss {loss} | {rate} | {time}{note}`,
      barsize: Math.max(0, Math.min(widest, columnsOf(stream) - besideBar)),
      barCompleteChar: '█',
      barIncompleteChar: '░',
      stream: staying(stream),
      fps,
      // a signal is the program's own business
      gracefulExit: false,
    })
    // without an end the format shows none
    bar.start(begun.until ?? 0, begun.step, shown(begun))
  }
  return (report) => {
    checkReport('terminalProgress', report)
    switch (report.kind) {
      case 'started':
        return start(report)
      case 'stepped':
        if (report.time - last >= 1000 / fps) {
          last = report.time
          reading = read(report.loss())
        }
        bar?.update(report.step, shown(report))
        return
      case 'evaluated':
        return evaluated(report)
      case 'saved':
        return
      case 'ended':
        return end(report)
    }
  }
}

/** What happens in a run of training, as it happens. Steps are counted from the run's `startStep`; times are
 *  milliseconds of one clock. */
export type Report =
  | {
      readonly kind: 'started'
      readonly step: number
      readonly time: number
      /** The step that the run goes to, where that is known. */
      readonly until: number | undefined
    }
  | {
      readonly kind: 'stepped'
      readonly step: number
      readonly time: number
      /** Reads the loss back from the device; nothing is read unless this is called, and it must be called at once. */
      readonly loss: () => Promise<number>
    }
  | { readonly kind: 'evaluated'; readonly step: number; readonly time: number; readonly evaluation: unknown }
  | { readonly kind: 'saved'; readonly step: number; readonly time: number }
  | { readonly kind: 'ended'; readonly step: number; readonly time: number; readonly why: Ending }

/** Why a run ended: no more batches, enough steps, the signal, whoever read the events stopped, an error. */
export type Ending = 'exhausted' | 'enough' | 'aborted' | 'stopped' | 'failed'

/** Is told what happens in a run of training; what it returns is awaited, and what it throws ends the run.
 *
 *  @example const log: Reporter = (report) => { if (report.kind === 'evaluated') console.log(report.step, report.evaluation) } */
export type Reporter = (report: Report) => void | Promise<void>

import * as polyak from 'polyak'

/** What may become of a learning rate: the code of it, and the number or schedule. */
export const schedules: Readonly<
  Record<string, (rate: number) => readonly [code: string, rate: number | polyak.Schedule]>
> = {
  constant: (rate) => [String(rate), rate],
  'warm-up': (rate) => [
    `warmupConstantSchedule({ initValue: 0, peakValue: ${rate}, warmupSteps: 40 })`,
    polyak.warmupConstantSchedule({ initValue: 0, peakValue: rate, warmupSteps: 40 }),
  ],
  cosine: (rate) => [
    `cosineDecaySchedule({ initValue: ${rate}, decaySteps: 400 })`,
    polyak.cosineDecaySchedule({ initValue: rate, decaySteps: 400 }),
  ],
  'warm-up and cosine': (rate) => [
    `warmupCosineDecaySchedule({ initValue: 0, peakValue: ${rate}, warmupSteps: 40, decaySteps: 400 })`,
    polyak.warmupCosineDecaySchedule({ initValue: 0, peakValue: rate, warmupSteps: 40, decaySteps: 400 }),
  ],
}

/** Options whose learning rate goes by a schedule. */
export const scheduled = (
  options: Readonly<Record<string, unknown>>,
  schedule: string,
): Readonly<Record<string, unknown>> => {
  if (schedule === 'constant') return options
  const { learningRate } = options
  if (typeof learningRate !== 'number')
    throw new RangeError(`the schedule "${schedule}" is that of a learning rate: write one, as { learningRate: 1 }`)
  return { ...options, learningRate: schedules[schedule]?.(learningRate)[1] ?? learningRate }
}

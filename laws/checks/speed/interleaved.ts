/** Something to be timed; made once, then run again and again. */
export interface Contestant {
  readonly name: string
  readonly backend: string
  /** Runs it so many times; the milliseconds that one run took. */
  readonly timed: (repeats: number) => number | Promise<number>
  readonly end: () => void | Promise<void>
}

/** What one contestant took. */
export interface Timing {
  readonly name: string
  readonly backend: string
  /** Median milliseconds of one run, and the quartiles. */
  readonly milliseconds: number
  readonly spread: readonly [number, number]
  /** The median over rounds of this contestant's time over the yardstick's in the same round, with its quartiles. */
  readonly ratio: number
  readonly quartiles: readonly [number, number]
  readonly rounds: number
}

/** A contestant that is a function. */
export const timing =
  (run: () => void) =>
  (repeats: number): number => {
    const start = now()
    for (let i = 0; i < repeats; i++) run()
    return (now() - start) / repeats
  }

/** Milliseconds: of the wall's clock, or, where others keep the processors busy, of processor time that this process
 *  had (all its threads). */
export const now = (): number => {
  if (typeof process === 'undefined' || process.env['POLYAK_CLOCK'] !== 'cpu') return performance.now() // a browser has one clock
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Lets contestants go, and all that is theirs. */
export const ended = async (contestants: readonly Contestant[]): Promise<void> => {
  for (const { end } of contestants) await end()
}

/** Times contestants in turn, round after round, so that what the machine does meanwhile falls on all of them. The
 *  first one is the yardstick. Slow ones sit out rounds once they have had their share of the time, but none has fewer
 *  than five (three if one run takes a second). */
export const interleaved = async (
  contestants: readonly Contestant[],
  { seconds, enter }: { readonly seconds: number; readonly enter: (backend: string) => Promise<unknown> },
): Promise<readonly Timing[]> => {
  const repeats: number[] = []
  for (const { backend, timed } of contestants) {
    await enter(backend)
    // Compiled and warm before it counts; then as many runs to a sample as take some milliseconds.
    const once = await timed(1)
    const warm = once > 200 ? once : await timed(Math.min(200, Math.ceil(100 / Math.max(once, 0.01))))
    repeats.push(Math.max(1, Math.min(500, Math.round(5 / Math.max(warm, 0.001)))))
  }
  const times: number[][] = contestants.map(() => [])
  const spent = contestants.map(() => 0)
  const share = (seconds * 1000) / contestants.length
  const wants = (i: number): boolean =>
    (times[i]?.length ?? 0) < ((times[i]?.[0] ?? 0) > 1000 ? 3 : 5) || (spent[i] ?? 0) < share
  for (let round = 0; round < 400 && contestants.some((_, i) => i > 0 && wants(i)); round++)
    for (const [i, { backend, timed }] of contestants.entries()) {
      if (i > 0 && !wants(i)) {
        times[i]?.push(Number.NaN)
        continue
      }
      await enter(backend)
      const count = repeats[i] ?? 1
      const time = await timed(count)
      times[i]?.push(time)
      spent[i] = (spent[i] ?? 0) + time * count
    }
  const yardstick = times[0] ?? []
  return contestants.map(({ name, backend }, i) => {
    const all = times[i] ?? []
    const own = all.filter((time) => !Number.isNaN(time))
    const ratios = all.map((time, r) => time / (yardstick[r] ?? Number.NaN)).filter((ratio) => !Number.isNaN(ratio))
    const of = (list: readonly number[]): readonly [number, number] => [quantile(list, 0.25), quantile(list, 0.75)]
    return {
      name,
      backend,
      milliseconds: quantile(own, 0.5),
      spread: of(own),
      ratio: quantile(ratios, 0.5),
      quartiles: of(ratios),
      rounds: own.length,
    }
  })
}

/** The number below which a share of some numbers lies. */
export const quantile = (numbers: readonly number[], q: number): number => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const place = (sorted.length - 1) * q
  const [low, high] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN]
  return low + (high - low) * (place - Math.floor(place))
}

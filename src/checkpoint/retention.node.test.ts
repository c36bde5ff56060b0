import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { retain, type RetentionLog, type RetentionPolicy, startRetention } from './retention.js'
import { casesOf } from '../../laws/checks/part.js'

const hour = 3_600_000

interface Save {
  readonly name: string
  readonly now: number
}

/** All saves in a row: what is stored in the end, and every step on the way. */
const run = (policy: RetentionPolicy, saves: readonly Save[], start = 0) => {
  let log = startRetention(start)
  let stored: readonly string[] = []
  const steps: {
    before: RetentionLog
    after: RetentionLog
    save: Save
    remove: readonly string[]
    stored: readonly string[]
  }[] = []
  for (const save of saves) {
    const { log: after, remove } = retain(policy, log, save.now, save.name)
    stored = [...stored.filter((name) => name !== save.name), save.name].filter((name) => !remove.includes(name))
    steps.push({ before: log, after, save, remove, stored })
    log = after
  }
  return { log, stored, steps }
}

const every = (minutes: number, count: number): readonly Save[] =>
  Array.from({ length: count }, (_, i) => ({ name: `s${i + 1}`, now: (i + 1) * minutes * 60_000 }))

/** TensorFlow's own code, line by line, with its mutable lists. */
const saver = (maxToKeep: number, keepEveryHours: number, saves: readonly Save[]) => {
  const checkpoints: [string, number][] = []
  const toDelete: [string, number][] = []
  const removed: string[][] = []
  let next = keepEveryHours * 3600
  for (const { name, now } of saves) {
    const equal = checkpoints.findIndex(([path]) => path === name)
    if (equal >= 0) checkpoints.splice(equal, 1)
    checkpoints.push([name, now / 1000])
    if (checkpoints.length > maxToKeep) toDelete.push(...checkpoints.splice(0, 1))
    removed.push([])
    const [oldest] = toDelete.splice(0, 1)
    if (oldest === undefined) continue
    if (oldest[1] > next) next += keepEveryHours * 3600
    else removed.at(-1)?.push(oldest[0])
  }
  return { removed, listed: checkpoints.map(([path]) => path) }
}

const saves = fc
  .array(fc.record({ name: fc.constantFrom(...'abcdefghijkl'), wait: fc.nat({ max: 5 * hour }) }), { maxLength: 40 })
  .map((all) =>
    all.reduce<readonly Save[]>((done, { name, wait }) => [...done, { name, now: (done.at(-1)?.now ?? 0) + wait }], []),
  )
const policies = fc.record(
  // Multiples of 2^-8: exact in hours, in seconds and in milliseconds.
  { maxToKeep: fc.integer({ min: 1, max: 6 }), keepEveryHours: fc.integer({ min: 1, max: 5120 }).map((x) => x / 256) },
  { requiredKeys: ['maxToKeep'] },
)

describe('retain', () => {
  it('keeps the five newest by default', () => {
    expect(run({}, every(10, 8)).stored).toEqual(['s4', 's5', 's6', 's7', 's8'])
    expect(run({ maxToKeep: 2 }, every(10, 8)).steps.map(({ remove }) => remove.join())).toEqual([
      '',
      '',
      's1',
      's2',
      's3',
      's4',
      's5',
      's6',
    ])
  })

  it('keeps one for every so many hours besides', () => {
    const { stored, log } = run({ maxToKeep: 2, keepEveryHours: 1 }, every(20, 12))
    expect(stored).toEqual(['s4', 's7', 's10', 's11', 's12'])
    expect(log).toEqual({
      start: 0,
      kept: 3,
      recent: [
        { name: 's11', time: 11 * 20 * 60_000 },
        { name: 's12', time: 4 * hour },
      ],
    })
  })

  it('counts the hours from the start of the log', () => {
    expect(run({ maxToKeep: 1, keepEveryHours: 1 }, every(20, 5), 20 * 60_000).stored).toEqual(['s5'])
    expect(run({ maxToKeep: 1, keepEveryHours: 1 }, every(20, 6), 20 * 60_000).stored).toEqual(['s5', 's6'])
  })

  it('takes a name saved again as the newest, not as one more', () => {
    const again = ['a', 'b', 'a', 'c', 'a'].map((name, i) => ({ name, now: i }))
    const { stored, steps } = run({ maxToKeep: 2 }, again)
    expect(steps.flatMap(({ remove }) => remove)).toEqual(['b'])
    expect(stored).toEqual(['c', 'a'])
  })

  it.each([null, 0])('keeps all and lists the newest with maxToKeep %s', (maxToKeep) => {
    const { stored, log } = run({ maxToKeep, keepEveryHours: 1 }, every(10, 7))
    expect(stored).toHaveLength(7)
    expect(log.recent.map(({ name }) => name)).toEqual(['s7'])
  })

  it('drops at once what a smaller maxToKeep leaves no room for', () => {
    const { log } = run({ maxToKeep: 5 }, every(10, 5))
    expect(retain({ maxToKeep: 2 }, log, hour, 's6').remove).toEqual(['s1', 's2', 's3', 's4'])
  })

  it('does as the Saver of TensorFlow', () => {
    fc.assert(
      fc.property(policies, saves, (policy, all) => {
        const ours = run(policy, all)
        const theirs = saver(policy.maxToKeep, policy.keepEveryHours ?? 1e12, all)
        expect(ours.steps.map(({ remove }) => remove)).toEqual(theirs.removed)
        expect(ours.log.recent.map(({ name }) => name)).toEqual(theirs.listed)
      }),
      { numRuns: casesOf(500) },
    )
  })

  it('holds its laws', () => {
    fc.assert(
      fc.property(policies, saves, (policy, all) => {
        for (const { before, after, save, remove, stored } of run(policy, all).steps) {
          const recent = after.recent.map(({ name }) => name)
          expect(recent.length).toBeLessThanOrEqual(policy.maxToKeep)
          expect(new Set(recent).size).toBe(recent.length)
          expect(recent.at(-1)).toBe(save.name)
          expect(remove).not.toContain(save.name)
          expect(recent.filter((name) => remove.includes(name))).toEqual([])
          expect(recent.filter((name) => !stored.includes(name))).toEqual([])
          expect(before.recent.filter(({ name }) => ![...recent, ...remove].includes(name))).toHaveLength(
            after.kept - before.kept,
          )
          expect(after.kept * (policy.keepEveryHours ?? Infinity) * hour).not.toBeGreaterThan(save.now)
        }
      }),
      { numRuns: casesOf(500) },
    )
  })

  it('keeps the best by a metric besides, for as long as none is better', () => {
    const policy = { maxToKeep: 1, keepBest: 2 } as const
    const removed: (readonly string[])[] = []
    let log = startRetention(0)
    const metrics = [3, 5, Number.NaN, 1, undefined, 4, 2, 2]
    for (const [i, metric] of metrics.entries()) {
      const retained = retain(policy, log, i, `s${i}`, metric)
      log = retained.log
      removed.push(retained.remove)
    }
    // s1 leaves for s3, s0 for s6; s7 is no better than s6; what has no metric goes when it is old
    expect(removed).toEqual([[], [], [], ['s1', 's2'], [], ['s4'], ['s0', 's5'], []])
    expect(log.best?.map(({ name }) => name)).toEqual(['s3', 's6'])
    const higher = retain({ ...policy, better: 'higher' }, { ...log, best: [] }, 9, 's9', 7)
    expect(higher.log.best).toEqual([{ name: 's9', time: 9, metric: 7 }])
  })

  it('holds the laws of the best: never removed, never more than asked for, and each name is somewhere or removed once', () => {
    const scored = fc.array(fc.tuple(fc.constantFrom(...'abcdef'), fc.integer({ min: -3, max: 3 })), { maxLength: 30 })
    fc.assert(
      fc.property(
        policies,
        fc.nat({ max: 3 }),
        fc.constantFrom('lower', 'higher'),
        scored,
        (policy, keepBest, better, all) => {
          let log = startRetention(0)
          let stored: ReadonlySet<string> = new Set()
          let kept = 0
          for (const [i, [name, metric]] of all.entries()) {
            const { log: after, remove } = retain({ ...policy, keepBest, better }, log, i * hour, name, metric)
            const named = new Set([...after.recent, ...(after.best ?? [])].map((item) => item.name))
            expect(remove.filter((gone) => named.has(gone) || !stored.has(gone))).toEqual([])
            expect(new Set(remove).size).toBe(remove.length)
            expect((after.best ?? []).length).toBeLessThanOrEqual(keepBest)
            expect(after.recent.at(-1)?.name).toBe(name)
            stored = new Set([...stored, name].filter((one) => !remove.includes(one)))
            expect([...named].filter((one) => !stored.has(one))).toEqual([])
            kept = after.kept
            log = after
          }
          expect(stored.size).toBeLessThanOrEqual(policy.maxToKeep + keepBest + kept)
        },
      ),
      { numRuns: casesOf(200) },
    )
  })

  it('changes none of its arguments, and its log is plain data', () => {
    const log: RetentionLog = Object.freeze({
      start: 0,
      kept: 0,
      recent: Object.freeze([Object.freeze({ name: 'a', time: 1 })]),
    })
    const retained = retain(Object.freeze({ maxToKeep: 1 }), log, 2, 'b')
    expect(retained).toEqual({ log: { start: 0, kept: 0, recent: [{ name: 'b', time: 2 }] }, remove: ['a'] })
    expect(JSON.parse(JSON.stringify(retained))).toEqual(retained)
  })

  it('throws on options that mean nothing', () => {
    for (const maxToKeep of [-1, 1.5, Number.NaN, Infinity])
      expect(() => retain({ maxToKeep }, startRetention(0), 0, 'a')).toThrow(
        /maxToKeep must be a whole number ≥ 0 or null, found/,
      )
    for (const keepEveryHours of [0, -1, Number.NaN])
      expect(() => retain({ keepEveryHours }, startRetention(0), 0, 'a')).toThrow(/keepEveryHours must be > 0, found/)
    for (const keepBest of [-1, 0.5, Number.NaN])
      expect(() => retain({ keepBest }, startRetention(0), 0, 'a')).toThrow(
        /keepBest must be a whole number ≥ 0, found/,
      )
    // @ts-expect-error no such word
    expect(() => retain({ better: 'more' }, startRetention(0), 0, 'a')).toThrow(/'lower' or 'higher', found 'more'/)
  })
})

import { describe, expect, it } from 'vitest'
import * as schedules from '../../../src/schedules/index.js'
import text from './beyondOptax.json?raw'

interface Table {
  readonly name: string
  readonly peer: string
  readonly options: Readonly<Record<string, number & string>>
  readonly counts: readonly number[]
  readonly values: readonly number[]
}

/** Schedules of the file by peer and name, as they are said here. */
const made: Readonly<Record<string, (o: Table['options']) => schedules.Schedule>> = {
  'formula warmup-stable-decay': (o) => schedules.warmupStableDecaySchedule(o as never), // the same names
  'formula REX': (o) => schedules.rexSchedule(o as never),
  'formula infinite learning rate': (o) => schedules.infiniteSchedule(o as never),
  'formula inverse square root': (o) => schedules.inverseSqrtSchedule(o as never),
  'torch cyclic triangular2': (o) =>
    schedules.cyclicSchedule({
      baseValue: o['baseLr'] ?? 0,
      maxValue: o['maxLr'] ?? 0,
      stepSizeUp: o['stepSizeUp'] ?? 1,
      mode: 'triangular2',
    }),
}

const tables = (JSON.parse(text) as { readonly schedules: readonly Table[] }).schedules // this repository's own file
const key = ({ peer, name }: Table) => `${peer.split(' ')[0]} ${name}`
const compared = tables.filter((table) => key(table) in made && table.options['halfLife'] === undefined)

describe('schedules that optax lacks', () => {
  it('finds all that it looks for', () => {
    expect([...new Set(compared.map(key))].toSorted()).toEqual(Object.keys(made).toSorted())
  })

  it.each(compared.map((table) => [`${key(table)} ${JSON.stringify(table.options)}`, table] as const))(
    '%s',
    (_, table) => {
      const schedule = made[key(table)]?.(table.options)
      const largest = Math.max(...table.values.map(Math.abs))
      table.counts.forEach((n, i) =>
        expect(Math.abs((schedule?.(n) ?? Number.NaN) - (table.values[i] ?? 0))).toBeLessThan(1e-11 * largest),
      )
      expect(table.counts.length).toBeGreaterThan(12)
    },
  )
})

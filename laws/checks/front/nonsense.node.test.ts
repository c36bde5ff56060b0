import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import * as polyak from 'polyak'
import * as core from 'polyak/core'
import * as fp from 'polyak/fp'
import * as interop from 'polyak/interop'
import * as layers from 'polyak/layers'
import * as node from 'polyak/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anything } from '../../../src/scalars/kinds.js'
import { options, required } from '../../../src/scalars/options.js'
import { answersToNonsense, answersToOptions } from './nonsense.js'

const home = process.cwd()
const lines = Error.stackTraceLimit
const elsewhere = mkdtempSync(join(tmpdir(), 'polyak-nonsense-'))
beforeAll(() => {
  process.chdir(elsewhere)
  Error.stackTraceLimit = 0 // nobody looks at them, and they are half of the time
  tf.engine().startScope()
})
afterAll(() => {
  tf.engine().endScope()
  Error.stackTraceLimit = lines
  process.chdir(home)
  rmSync(elsewhere, { recursive: true, force: true })
})

/** What each has beyond the first. */
const beyond = (module: object): object =>
  Object.fromEntries(Object.entries(module).filter(([name, f]) => !Object.is(f, Reflect.get(polyak, name))))

const entries: readonly (readonly [string, object])[] = [
  ['polyak', polyak],
  ...Object.entries({ core, fp, interop, layers, node }).map(([name, one]) => [name, beyond(one)] as const),
]

test.each(entries)('whoever passes nonsense is told by name: %s', async (_, module) => {
  expect(await answersToNonsense(module)).toEqual([])
})

test.each(entries)('whoever passes nonsense as an option is told by name: %s', async (_, module) => {
  expect(await answersToOptions(module)).toEqual([])
})

test('nothing is left on the disk', () => {
  expect(readdirSync(elsewhere)).toEqual([])
})

test('who reads without looking is found', async () => {
  const careless = (options: { readonly rate: number }) => () => options.rate
  const held = (options: unknown) => ({ read: () => careless(options as { readonly rate: number })() })
  const option = options('option', { of: required(anything<{ readonly rate: number }>()) })
  expect(await answersToNonsense({ careless, held, Careless: () => careless })).toEqual(
    expect.arrayContaining([
      "careless(null)(): Cannot read properties of null (reading 'rate')",
      "held(null).read(): Cannot read properties of null (reading 'rate')",
    ]),
  )
  expect(await answersToOptions({ option: (given: never) => option(given).of.rate })).toEqual([
    "option({ of: null }): Cannot read properties of null (reading 'rate')",
  ])
})

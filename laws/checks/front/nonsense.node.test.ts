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

type Loose = (...args: readonly unknown[]) => unknown

/** What somebody without types may pass, made anew for each call: some dispose of what they are given. */
const nonsense: Readonly<Record<string, () => unknown>> = {
  nothing: () => undefined,
  null: () => null,
  5: () => 5,
  "'x'": () => 'x',
  '[]': () => [],
  '{}': () => ({}),
  '{ a: 1 }': () => ({ a: 1 }),
  'a tensor': () => tf.tensor([1, 2]),
  'a function': () => () => 1,
}
/** What many take first. */
const right: Readonly<Record<string, () => unknown>> = {
  optimizer: () => polyak.sgd({ learningRate: 0.1, momentum: 0.9 }),
  params: () => ({ w: tf.tensor([1, 2]), b: tf.scalar(1) }),
  store: () => polyak.memoryStore(),
  sgd: () => polyak.sgd,
}
const all = { ...nonsense, ...right }
const names = Object.keys(nonsense)

/** One or two things that are passed, by their names. */
const lists: readonly (readonly string[])[] = [
  [],
  ...names.map((one) => [one]),
  ...names.map((one) => [one, one]),
  ...[...Object.keys(right), 'a tensor', 'a function', "'x'"].flatMap((first) => [
    [first],
    ...names.map((second) => [first, second]),
  ]),
  ['nothing', '{}'],
]
/** The same for what comes back, where it is a function: fewer, of one. */
const later: readonly (readonly string[])[] = [[], ...[...names, 'optimizer', 'params'].map((one) => [one])]

/** The name of something of ours first, and no code of the operating system. */
const named = /^(?![A-Z]+:)[\w. ]+: /

/** What is wrong with the answers to nonsense of everything in a module. */
const answers = async (module: object): Promise<readonly string[]> => {
  const wrong = new Map<string, string>()
  const call = async (f: Loose, said: string, args: readonly string[]): Promise<unknown> => {
    const words = `${said}(${args.join(', ')})`
    try {
      return await f(...args.map((name) => all[name]?.()))
    } catch (error) {
      const message = error instanceof Error ? error.message : `no error, but ${String(error)}`
      const first = `${said.split('(')[0]}: ${message}`
      if (!named.test(message) && !wrong.has(first)) wrong.set(first, `${words}: ${message}`)
      return undefined
    }
  }
  for (const [name, f] of Object.entries(module)) {
    // an error's class is no function of ours, whatever is passed to it
    if (typeof f !== 'function' || /^[A-Z]/.test(name)) continue
    for (const args of lists) {
      const made = await call(f as Loose, name, args)
      if (typeof made !== 'function') continue
      for (const then of later) {
        const last = await call(made as Loose, `${name}(${args.join(', ')})`, then)
        if (typeof last === 'function') await call(last as Loose, `${name}(${args.join(', ')})(${then.join(', ')})`, [])
      }
    }
  }
  return [...wrong.values()]
}

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
  process.chdir(home)
  Error.stackTraceLimit = lines
  rmSync(elsewhere, { recursive: true, force: true })
})

/** What each has beyond the first. */
const beyond = (module: object): object =>
  Object.fromEntries(Object.entries(module).filter(([name, f]) => !Object.is(f, Reflect.get(polyak, name))))

const entries = {
  polyak,
  ...Object.fromEntries(Object.entries({ core, fp, interop, layers, node }).map(([name, one]) => [name, beyond(one)])),
}

test.each(Object.entries(entries))('whoever passes nonsense is told by name: %s', async (_, module) => {
  expect(await answers(module)).toEqual([])
})

test('nothing is left on the disk', () => {
  expect(readdirSync(elsewhere)).toEqual([])
})

test('who reads without looking is found', async () => {
  const careless = { careless: (options: { readonly rate: number }) => () => options.rate, Careless: () => null }
  expect(await answers(careless)).toContain("careless(null)(): Cannot read properties of null (reading 'rate')")
})

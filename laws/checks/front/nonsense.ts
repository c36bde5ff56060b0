import * as tf from '@tensorflow/tfjs-core'
import * as polyak from 'polyak'

type Loose = (...args: readonly unknown[]) => unknown
type Passed = Readonly<Record<string, () => unknown>>

/** What somebody without types may pass, by how it is written, made anew for each call: some dispose of what they are
 *  given. */
const nonsense: Passed = {
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
const right: Passed = {
  optimizer: () => polyak.sgd({ learningRate: 0.1, momentum: 0.9 }),
  params: () => ({ w: tf.tensor([1, 2]), b: tf.scalar(1) }),
  store: () => polyak.memoryStore(),
  sgd: () => polyak.sgd,
}
/** Options that some require, by their names. */
const rightOptions: Passed = {
  ...right,
  name: () => 'a',
  state: () => polyak.sgd({ learningRate: 0.1, momentum: 0.9 }).init({ w: tf.tensor([1, 2]), b: tf.scalar(1) }),
  save: () => () => Promise.resolve(),
  validation: () => [tf.tensor([1]), tf.tensor([1])],
  paramLabels: () => () => 'a',
  coefficients: () => ({ a: 1 }),
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
/** What stands before options. */
const before: readonly (readonly string[])[] = [
  [],
  ...['optimizer', 'params', 'a tensor', 'a function', 'store'].map((one) => [one]),
  ...['params', 'a tensor'].map((one) => [one, one]),
  ['optimizer', 'a function'],
  ['a function', 'params'],
]
/** Members that only the library calls, at each step. */
const inner = ['coefficient', 'next', 'executor']

/** The name of something of ours first, or a code of the file system. */
const named = /^[\w. ]+: /

/** What is thrown or rejected in other words than ours, once for each function and wording. */
const listening = () => {
  const wrong = new Map<string, string>()
  const call = async (owner: string, words: string, f: Loose, args: readonly unknown[]): Promise<unknown> => {
    try {
      return await f(...args)
    } catch (error) {
      const message = error instanceof Error ? error.message : `no error, but ${String(error)}`
      const told = message.replaceAll('\n', ' ')
      if (!named.test(told) && !wrong.has(`${owner}: ${told}`)) wrong.set(`${owner}: ${told}`, `${words}: ${told}`)
      return error
    }
  }
  return { call, wrong: (): readonly string[] => [...wrong.values()] }
}

const made = (args: readonly string[]): readonly unknown[] => args.map((name) => all[name]?.())

/** The functions of a module; an error's class is none of ours, whatever is passed to it. */
const functionsOf = (module: object): readonly (readonly [name: string, f: Loose])[] =>
  Object.entries(module).flatMap(([name, f]) => (typeof f === 'function' && !/^[A-Z]/.test(name) ? [[name, f]] : []))

/** What is wrong with the answers to nonsense of everything in a module, of the functions that come back, and of the
 *  functions in records that come back. */
export const answersToNonsense = async (module: object): Promise<readonly string[]> => {
  const { call, wrong } = listening()
  for (const [name, f] of functionsOf(module))
    for (const args of lists) {
      const words = `${name}(${args.join(', ')})`
      const back = await call(name, words, f, made(args))
      if (typeof back === 'function')
        for (const then of later) {
          const last = await call(name, `${words}(${then.join(', ')})`, back as Loose, made(then))
          if (typeof last === 'function') await call(name, `${words}(${then.join(', ')})()`, last as Loose, [])
        }
      // a store of promises is no store of tasks, and what it begins nobody awaits
      else if (
        !args.includes('store') &&
        typeof back === 'object' &&
        back !== null &&
        !(back instanceof Error || back instanceof tf.Tensor)
      )
        for (const [member, g] of functionsOf(back))
          if (!inner.includes(member))
            for (const then of [[], ['null'], ['5']])
              await call(`${name}.${member}`, `${words}.${member}(${then.join(', ')})`, g, made(then))
    }
  return wrong()
}

/** What is wrong with the answers to nonsense in one option, of everything in a module that tells the names of its
 *  options where it is passed another one. */
export const answersToOptions = async (module: object): Promise<readonly string[]> => {
  const { call, wrong } = listening()
  for (const [name, f] of functionsOf(module))
    for (const first of before) {
      const answer = await call(name, '', f, [...made(first), { nonsense: 1 }])
      const told = answer instanceof Error ? answer.message : ''
      const options = /no option nonsense\..*?Options are: ([\w, ]+)\./.exec(told)?.[1]?.split(', ') ?? []
      const required = [...told.matchAll(/(\w+) is required/g)].map(([, one = '']) => one)
      for (const option of options)
        for (const value of names.slice(1)) {
          const rest = Object.fromEntries(required.map((one) => [one, rightOptions[one]?.() ?? 5]))
          const words = `${name}(${[...first, `{ ${option}: ${value} }`].join(', ')})`
          const back = await call(name, words, f, [...made(first), { ...rest, [option]: all[value]?.() }])
          if (typeof back === 'function') await call(name, `${words}()`, back as Loose, [])
        }
      if (options.length > 0) break
    }
  return wrong()
}

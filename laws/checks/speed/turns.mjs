// Times a build in turns with another: `node laws/checks/speed/turns.mjs FOLDER`, with a line in for each line out. Only what
// is public and older than both builds is used, so that any two can be compared.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const folder = resolve(process.argv[2] ?? '.')
const { resolve: find } = createRequire(`${folder}/package.json`)
const load = (name) => import(pathToFileURL(find(name)).href)
const tf = await load('@tensorflow/tfjs-core') // the one that the build itself loads
await load('@tensorflow/tfjs-backend-cpu')
await load('@tensorflow/tfjs-backend-wasm')
const { default: entry } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')).exports['.']
const polyak = await import(pathToFileURL(join(folder, entry)).href)
const { adam, adamw, byPattern, chain, clipByGlobalNorm, injectHyperparams, partition, plain } = polyak
const { scale, sgd, step, trace, withMovingAverage } = polyak

/** Gives back what the last row has made. */
let finish = () => {}

/** A step of an optimizer, again and again, on its own results. */
const steps = (optimizer, params, donate) => {
  const grads = mapped(params, (leaf) => tf.mul(leaf, 0.01))
  const next = step(optimizer, { donate })
  let now = { params: mapped(params, (leaf) => tf.clone(leaf)), state: optimizer.init(params) }
  finish = () => disposeExcept([params, grads, now], [])
  return () => {
    const old = now
    now = next(grads, old.state, old.params)
    if (!donate) disposeExcept(old, now)
  }
}

const tensorsOf = (value, found = new Set()) => {
  if (value instanceof tf.Tensor) found.add(value)
  else if (typeof value === 'object' && value !== null) Object.values(value).forEach((child) => tensorsOf(child, found))
  return found
}

const disposeExcept = (old, kept) => {
  const keep = tensorsOf(kept)
  for (const tensor of tensorsOf(old)) if (!keep.has(tensor)) tensor.dispose()
}

const mapped = (tree, f) =>
  tree instanceof tf.Tensor
    ? f(tree)
    : Object.fromEntries(Object.entries(tree).map(([key, child]) => [key, mapped(child, f)]))

const flat = (shapes) => Object.fromEntries(shapes.map((shape, i) => [`layer${i}`, tf.randomUniform(shape, -0.1, 0.1)]))
const dense = (...widths) => flat(widths.slice(1).flatMap((width, i) => [[widths[i], width], [width]]))
const convolutions = (count, width) =>
  flat(Array.from({ length: count }, () => [[3, 3, width, width], [width], [width]]).flat())
const groups = (count, each) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, g) => [`g${g}`, flat(Array.from({ length: each }, () => [4, 4]))]),
  )
const small = () => flat([[3, 2], [2]])

const averaging = (optimizer) => withMovingAverage({ decay: 0.999 })(optimizer)
const optimizers = {
  'AdamW + average': () => averaging(adamw({ learningRate: 1e-3, weightDecay: 0.01 })),
  'clip + AdamW + average': () =>
    averaging(chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate: 1e-3, weightDecay: 0.01 }))),
  Adam: () => adam({ learningRate: 1e-3 }),
}
const schedule = (count) => 0.1 / (1 + count)
const halved = plain({ name: 'halved', init: () => ({}), update: (u) => [mapped(u, (leaf) => tf.mul(leaf, 0.5)), {}] })
const labelled = (count) => ({
  transforms: Object.fromEntries(Array.from({ length: count }, (_, g) => [`g${g}`, adamw({ learningRate: 1e-3 })])),
  paramLabels: byPattern(Object.fromEntries(Array.from({ length: count }, (_, g) => [`g${g}`, `g${g}/**`]))),
})

const both = (name, optimizer, params) =>
  [false, true].map((donate) => [`${name}${donate ? ', donated' : ''}`, () => steps(optimizer(), params(), donate)])

/** What is timed: by name, what makes a function to be run again and again. */
const rows = [
  ...Object.entries(optimizers).flatMap(([name, optimizer]) => [
    ...both(`97k in 10: ${name}`, optimizer, () => dense(784, 100, 100, 64, 32, 10)),
    ...both(`970k in 60: ${name}`, optimizer, () => convolutions(20, 73)),
    ...both(`8 in 2: ${name}`, optimizer, small),
  ]),
  ...both('10M in 1: AdamW + average', optimizers['AdamW + average'], () => flat([[10_000_000]])),
  ...both(
    '8 in 2: with a part that is no equation',
    () => chain(trace({ decay: 0.9 }), halved, scale({ stepSize: -1 })),
    small,
  ),
  ...both('8 in 2: sgd with a schedule', () => sgd({ learningRate: schedule }), small),
  ...both('8 in 2: the same in injectHyperparams', () => injectHyperparams(sgd)({ learningRate: schedule }), small),
  ...both(
    '465 in 28 groups: adamw',
    () => adamw({ learningRate: 1e-3 }),
    () => groups(28, 16),
  ),
  ...both(
    '465 in 28 groups: partition of adamw',
    () => partition(labelled(28)),
    () => groups(28, 16),
  ),
  ...[8, 64].map((parts) => [
    `the first step of a chain of ${parts}`,
    () => {
      const params = small()
      finish = () => disposeExcept(params, [])
      return () =>
        tf.tidy(() => {
          const list = Array.from({ length: parts }, (_, i) =>
            i % 2 === 0 ? trace({ decay: 0.9 }) : scale({ stepSize: 0.5 }),
          )
          const fresh = chain(...list)
          step(fresh)(params, fresh.init(params), params)
        })
    },
  ]),
]
const all = ['wasm', 'cpu'].flatMap((backend) =>
  rows.map(([name, make]) => ({ name: `${backend}: ${String(name)}`, backend, make })),
)

const timed = (run, repeats) => {
  globalThis.gc?.() // what the turn before left is not collected in this one
  const { user, system } = process.cpuUsage()
  for (let i = 0; i < repeats; i++) run()
  const used = process.cpuUsage({ user, system })
  return (used.user + used.system) / 1000 / repeats
}

let [current, run] = [-1, () => {}]
for await (const line of createInterface({ input: process.stdin })) {
  const { row, repeats } = JSON.parse(line)
  const one = all[row]
  let answer = { rows: all.map(({ name }) => name) }
  if (one !== undefined) {
    try {
      if (row !== current) {
        finish()
        finish = () => {}
        if (tf.getBackend() !== one.backend) await tf.setBackend(one.backend)
        run = one.make()
        current = row
      }
      answer = { milliseconds: timed(run, repeats) }
    } catch (error) {
      answer = { failed: String(error) }
    }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}

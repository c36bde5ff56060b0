// oxlint-disable no-console -- a command that prints its table
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { chain } from '../../../src/combinators/chain.js'
import { exportParams } from '../../../src/interop/exportParams.js'
import { exportState } from '../../../src/interop/exportState.js'
import { importParams } from '../../../src/interop/importParams.js'
import { importState } from '../../../src/interop/importState.js'
import { safetensorsFolder } from '../../../src/interop/safetensorsFolder.js'
import { scaleByTorchAdagrad } from '../../../src/interop/scaleByTorchAdagrad.js'
import { scaleByTorchRadam } from '../../../src/interop/scaleByTorchRadam.js'
import { scaleByWarmedNadam } from '../../../src/interop/scaleByWarmedNadam.js'
import { adadelta } from '../../../src/optimizers/adadelta.js'
import { adafactor } from '../../../src/optimizers/adafactor.js'
import { adam } from '../../../src/optimizers/adam.js'
import { adamw } from '../../../src/optimizers/adamw.js'
import { lion } from '../../../src/optimizers/lion.js'
import { rmsprop } from '../../../src/optimizers/rmsprop.js'
import { sgd } from '../../../src/optimizers/sgd.js'
import { step } from '../../../src/transformation/step.js'
import type { AnyTransformation, Opaque, Transformation } from '../../../src/transformation/Transformation.js'
import { clipByGlobalNorm } from '../../../src/transforms/clipByGlobalNorm.js'
import { scaleByLearningRate } from '../../../src/transforms/scaleByLearningRate.js'
import type { Tree } from '../../../src/tree/Tree.js'

const learningRate = 0.0625
const down = scaleByLearningRate({ learningRate })

const optimizers: Readonly<Record<string, AnyTransformation>> = {
  'torch-SGD': sgd({ learningRate, momentum: 0.9 }),
  'torch-Adam': adam({ learningRate }),
  'torch-AdamW': adamw({ learningRate, weightDecay: 0.125 }),
  'torch-NAdam': chain(scaleByWarmedNadam(), down),
  'torch-RAdam': chain(scaleByTorchRadam(), down),
  'torch-RMSprop': rmsprop({ learningRate, decay: 0.99, epsInSqrt: false }),
  'torch-Adagrad': chain(scaleByTorchAdagrad(), down),
  'torch-Adadelta': adadelta({ learningRate: 1 }),
  'optax-adamw': chain(clipByGlobalNorm({ maxNorm: 1 }), adamw({ learningRate, weightDecay: 0.125 })),
  'optax-momentum': sgd({ learningRate, momentum: 0.9 }),
  'optax-lion': lion({ learningRate }),
  'optax-adafactor': adafactor({ learningRate, minDimSizeToFactor: 2, momentum: 0.5 }),
}

interface Run {
  readonly grads: readonly Numbers[]
  readonly after: Numbers
}
type Numbers = { readonly [key: string]: Numbers | Nested }
type Nested = number | readonly Nested[]

const flat = (tree: unknown): readonly number[] =>
  typeof tree === 'number'
    ? [tree]
    : tree instanceof tf.Tensor
      ? [...tree.dataSync()]
      : Object.entries(Object(tree))
          .toSorted(([a], [b]) => (Array.isArray(tree) ? 0 : a < b ? -1 : 1))
          .flatMap(([, child]) => flat(child))

const ofScale = (found: unknown, wanted: unknown): number => {
  const [ours, theirs] = [flat(found), flat(wanted)]
  if (ours.length !== theirs.length) return Number.NaN
  const most = Math.max(...theirs.map(Math.abs), Number.MIN_VALUE)
  return Math.max(...theirs.map((x, i) => Math.abs(x - (ours[i] ?? Number.NaN)))) / most
}

const tensors = (numbers: Numbers | Nested): Tree =>
  typeof numbers === 'number' || Array.isArray(numbers)
    ? tf.tensor(numbers as tf.TensorLike) // nested arrays of numbers
    : Object.fromEntries(Object.entries(numbers).map(([key, child]) => [key, tensors(child)]))

/** A Python that has what is needed, or why there is none. */
const foundPython = (): { readonly python: string } | { readonly why: string } => {
  const python =
    process.env['POLYAK_PYTHON'] ??
    (existsSync('laws/checks/oracle/.venv/bin/python') ? 'laws/checks/oracle/.venv/bin/python' : 'python3')
  try {
    execFileSync(python, ['-c', 'import torch, jax, optax, flax, safetensors'], { stdio: 'pipe' })
    return { python }
  } catch (error) {
    const said = error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : ''
    return { why: `${python} has not torch, jax, optax, flax and safetensors (${said})` }
  }
}

/** Runs everything, prints a table, and gives the exit code. */
export const command = async (): Promise<number> => {
  const found = foundPython()
  if ('why' in found) {
    console.error(`\n!!  INTEROP DID NOT RUN: ${found.why}. Set POLYAK_PYTHON to a Python that has them.\n`)
    return 1
  }
  await tf.setBackend('cpu')
  const folder = mkdtempSync(join(tmpdir(), 'polyak-interop-'))
  const lines: (readonly [what: string, error: number, most: number])[] = []
  const peer = (deed: string): void => {
    execFileSync(found.python, [resolve('laws/checks/interop/peer.py'), deed, folder], { stdio: 'inherit' })
  }
  const json = <A>(name: string): A => JSON.parse(readFileSync(join(folder, name), 'utf8')) as A // peer.py wrote it
  const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)))
  try {
    peer('make')
    await files(folder, json, bytes, (what, error, most) => lines.push([what, error, most]))
    const runs = json<Readonly<Record<string, Run>>>('runs.json')
    for (const [name, run] of Object.entries(runs)) {
      const now = await taken(name, bytes(`${name}.safetensors`))
      const { optimizer, ...start } = now
      let next: { readonly params: Tree; readonly state: unknown } = start
      for (const grads of run.grads) next = step(optimizer)(asHere(name, grads), next.state, next.params)
      lines.push([`${name}: six steps here`, ofScale(next.params, asNumbers(name, run.after)), 6e-6])
      writeFileSync(join(folder, `back-${name}.safetensors`), await given(name, now))
    }
    for (const [name, file] of await writtenFiles()) writeFileSync(join(folder, name), file)
    peer('check')
    const back = json<Readonly<Record<string, Numbers>>>('back.json')
    for (const [name, run] of Object.entries(runs))
      lines.push([`${name}: given back, six steps there`, ofScale(back[name], run.after), 6e-6])
    written(json, (what, error, most) => lines.push([what, error, most]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  for (const [what, error, most] of lines)
    console.log(
      `${error <= most ? 'ok ' : 'NO '} ${what.padEnd(58)} ${error.toExponential(1)} of scale, at most ${most}`,
    )
  const wrong = lines.filter(([, error, most]) => !(error <= most)).length
  console.log(`${lines.length} comparisons, ${wrong} wrong`)
  return wrong === 0 ? 0 : 1
}

type Note = (what: string, error: number, most: number) => void

const torchNames = { rename: [['*weight', '*kernel']], transpose: ['*weight'] } as const

/** Kernels of PyTorch are turned. */
const asNumbers = (name: string, tree: Numbers): Numbers =>
  name.startsWith('optax') ? tree : { bias: tree['bias'] ?? [], kernel: turned(tree['weight']) }
const turned = (rows: unknown): Nested => {
  const matrix = rows as readonly (readonly number[])[] // a weight
  return (matrix[0] ?? []).map((_, i) => matrix.map((row) => row[i] ?? Number.NaN))
}
const asHere = (name: string, grads: Numbers): never => tensors(asNumbers(name, grads)) as never // like the parameters

const taken = async (name: string, source: Uint8Array) => {
  const from = name.startsWith('torch') ? 'torch' : 'optax'
  const optimizer = optimizers[name] as Transformation<Opaque> // the table has every run
  const like: Tree =
    from === 'torch'
      ? { kernel: tf.zeros([3, 2]), bias: tf.zeros([2]) }
      : { Dense_0: { kernel: tf.zeros([3, 2]), bias: tf.zeros([2]) } }
  const { params } = await importParams({
    files: [source],
    like,
    ...(from === 'torch'
      ? {
          only: ['model.*'],
          rename: [
            ['model.weight', 'kernel'],
            ['model.*', '*'],
          ],
          transpose: ['model.weight'],
        }
      : { only: ['params/*'], rename: [['params/*', '*']] }),
  })
  const state = await importState({ from, source, optimizer, params, ...(from === 'torch' ? torchNames : {}) })
  return { optimizer, params, state }
}

const given = (name: string, now: Awaited<ReturnType<typeof taken>>) =>
  name.startsWith('torch')
    ? exportState({ to: 'torch', class: name.slice(6), ...now, ...backNames })
    : exportState({ to: 'optax', ...now })
const backNames = { rename: [['kernel', 'weight']], transpose: ['kernel'] } as const

const files = async (
  folder: string,
  json: <A>(name: string) => A,
  bytes: (name: string) => Uint8Array,
  note: Note,
): Promise<void> => {
  for (const [name, wanted] of Object.entries(json<Readonly<Record<string, readonly number[]>>>('dtypes.json'))) {
    const dtype = name === 'bool' ? 'bool' : name.includes('int') ? 'int32' : 'float32'
    const like = { x: tf.zeros([4], dtype) }
    const { params } = await importParams({
      files: [bytes('dtypes.safetensors')],
      like,
      only: [name],
      rename: [[name, 'x']],
    })
    note(`${name} of torch, read here`, ofScale(params.x, wanted), 0)
  }
  const sharded = json<Numbers>('sharded.json')
  const shapeOf = (x: unknown): readonly number[] => (Array.isArray(x) ? [x.length, ...shapeOf(x[0])] : [])
  const like = Object.fromEntries(
    Object.entries(sharded).map(([name, x]) => [
      name,
      tf.zeros([...shapeOf(x)], name.endsWith('tracked') ? 'int32' : 'float32'),
    ]),
  )
  const read = await importParams({ ...(await safetensorsFolder({ folder: join(folder, 'sharded') })), like })
  note('bfloat16, BatchNorm and tied weights in two shards', ofScale(read.params, sharded), 0)
  const timm = json<Readonly<Record<string, readonly [number[], number, string]>>>('timm.json')
  if ('absent' in timm) return console.error(`timm was not tried: ${String(timm['absent']).split('\n').at(-1)}`)
  const shapes = Object.entries(timm).filter(([name]) => !name.endsWith('num_batches_tracked'))
  const model = await importParams({
    files: [bytes('timm.safetensors')],
    like: Object.fromEntries(shapes.map(([name, [shape]]) => [name, tf.zeros(shape)])),
    ignore: ['*.num_batches_tracked'],
  })
  const sums = shapes.map(([name]) => flat(model.params[name]).reduce((sum, x) => sum + x, 0))
  note(
    `timm resnet10t, ${shapes.length} tensors (sums)`,
    ofScale(
      sums,
      shapes.map(([, [, sum]]) => sum),
    ),
    1e-12,
  )
}

const written = (json: <A>(name: string) => A, note: Note): void => {
  for (const [file, held] of Object.entries(json<Readonly<Record<string, Numbers>>>('written.json')))
    for (const [name, [dtype, values]] of Object.entries(
      held as Readonly<Record<string, readonly [string, number[]]>>,
    )) {
      const wanted = samples[name] ?? []
      note(`${file.slice(8, -12)}: ${dtype}, opened there`, ofScale(values, wanted), file.includes('F16') ? 2 ** -8 : 0)
    }
}

const samples: Readonly<Record<string, readonly number[]>> = { floats: [1.5, -0.25, 3], whole: [7, -9], truth: [1, 0] }

/** Files of each dtype that can be written, for the other side. */
const writtenFiles = async (): Promise<readonly (readonly [name: string, bytes: Uint8Array])[]> => {
  const params = {
    floats: tf.tensor1d([...(samples['floats'] ?? [])]),
    whole: tf.tensor1d([...(samples['whole'] ?? [])], 'int32'),
    truth: tf.tensor1d([true, false], 'bool'),
  }
  const all = []
  for (const floats of ['F32', 'F16', 'BF16'] as const)
    for (const integers of ['I32', 'I64'] as const)
      all.push([`written-${floats}-${integers}.safetensors`, await exportParams({ params, floats, integers })] as const)
  return all
}

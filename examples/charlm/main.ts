// A small language model of characters, trained with a moving average of its parameters on the embedded wasm backend:
// `npm start`, or `npm start -- path/to/text --steps 800`. Then a fresh process loads what was saved, writes a few lines with the
// averaged model, goes on with the training, and must arrive at the very same bits.

import { spawnSync } from 'node:child_process'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs-core'
import { taskEither as TE } from 'fp-ts'
import {
  averaged,
  chooseExecutor,
  decodeSafetensors,
  describe,
  type Description,
  disposeExcept,
  fitted,
  memoryStore,
  save,
  saveProfiles,
  saveSwapped,
  tensorsOf,
} from 'polyak'
import { fileStore, terminalProgress } from 'polyak/node'
import { afterwards } from './afterwards.js'
import { batches, batchSize } from './batches.js'
import { differences } from './differences.js'
import { heldOutLoss } from './heldOutLoss.js'
import { contextLength, loss } from './model.js'
import { requestFrom, usage } from './request.js'
import { sampled } from './sampled.js'
import { bad, bold, dim, good, say, sayAbove, sayQuoted, sayUnder, sparkline } from './screen.js'
import { beginning, keys, names, openSession } from './session.js'
import { told, toldInTheEnd } from './told.js'

const shipped = fileURLToPath(new URL('../../../examples/charlm/alice-in-wonderland.txt', import.meta.url))
const folder = fileURLToPath(new URL('checkpoints', import.meta.url))
const continued = fileURLToPath(new URL('continued.js', import.meta.url))
const count = (n: number): string => n.toLocaleString('en')
const outline = ({ name, parts }: Description): string =>
  parts.length === 0 ? name : `${name}(${parts.map(outline).join(', ')})`
/** The same of a chain with averages around it, one within the other. */
const outlineOfAll = (whole: Description, around = 0): string => {
  const [inside, ...others] = whole.parts
  return whole.name === 'average' && inside !== undefined && others.length === 0
    ? outlineOfAll(inside, around + 1)
    : `${outline(whole)}${around === 0 ? '' : `; around it ${around} averages`}`
}

const prompt = 'Alice '

const sayVerdict = (tensors: number, numbers: number, differing: readonly string[]): void => {
  if (differing.length > 0)
    return say(bad(`3. The resumed run does NOT equal the unbroken one: ${differing.join(', ')}`))
  say(good('3. The resumed run equals the unbroken one bit for bit:'))
  say(`   ${tensors} tensors, ${count(numbers)} numbers, and every count.`)
}

await toldInTheEnd(async () => {
  const began = performance.now()
  const request = await told(TE.fromEither(requestFrom(process.argv.slice(2))))
  if (request.help) return say(usage)
  const session = await openSession(request.words[0] ?? shipped, request)
  const { corpus, settings, optimizer } = session
  const { alphabet, training, heldOut } = corpus
  const store = fileStore({ folder })
  const now = beginning(session)

  say(bold('A character-level language model, and the moving average of its parameters'))
  say()
  sayUnder(
    'text',
    `${basename(corpus.path)}: ${count(training.length + heldOut.length)} characters, ${alphabet.length} different; the last tenth is held out`,
  )
  sayUnder(
    'model',
    `the next character from the last ${contextLength}; ${count(tensorsOf(now.params).reduce((sum, { size }) => sum + size, 0))} parameters`,
  )
  sayUnder('optimizer', outlineOfAll(describe(optimizer)))
  sayUnder('backend', `${tf.getBackend()}: ${chooseExecutor().why}`)
  say()
  say(bold(`1. Training: ${settings.steps} steps of ${batchSize} windows`))
  say()

  const alive = tf.memory().numTensors
  const look = async ({ params, state }: typeof now) => ({
    raw: await heldOutLoss(params, heldOut),
    averaged: await heldOutLoss(averaged(state), heldOut),
  })
  const profiles = memoryStore()
  const table = [{ step: 0, ...(await look(now)) }]
  const train = fitted(optimizer, loss, {
    steps: settings.steps,
    disposeBatches: true,
    reporter: terminalProgress({ stream: process.stdout }),
    evaluate: {
      every: settings.storeEvery,
      run: async ({ step, params, state }) => {
        await saveProfiles({ store: profiles, prefix: 'ema', optimizer, params, state })
        if (step % settings.evaluateEvery !== 0) return
        const { raw, averaged: held } = await look({ params, state })
        table.push({ step, raw, averaged: held })
        const trend = sparkline(table.map((row) => row.averaged))
        sayAbove(`  step ${step}: held-out loss ${raw.toFixed(4)} raw, ${held.toFixed(4)} averaged  ${trend}`)
        sayQuoted((await sampled(averaged(state), alphabet, prompt, 60, keys.sample)).replaceAll('\n', ' '))
      },
    },
    checkpoint: {
      every: settings.resumeAt,
      last: false,
      save: ({ step, params, state }) =>
        save({ store, name: names.resume, optimizer, params, state, record: { position: step, key: keys.data } }),
    },
  })
  const after = await train(now, batches(training, keys.data, 0))
  disposeExcept(now, after)
  const checkpoint = { store, optimizer, ...after, record: { position: settings.steps, key: keys.data } }
  await save({ ...checkpoint, name: names.unbroken })
  await saveSwapped({ ...checkpoint, name: names.averaged, average: 'ExponentialMovingAverage' })

  say()
  say(`  held-out loss, in nats a character (a blind guess: ${Math.log(alphabet.length).toFixed(3)})`)
  say('      step      raw   averaged')
  for (const { step, raw, averaged } of table)
    say(`  ${String(step).padStart(8)} ${raw.toFixed(4).padStart(8)}   ${averaged.toFixed(4).padStart(8)}`)
  say()
  say('  averages of the same training, at its end')
  for (const [name, held] of await afterwards(after, session, profiles))
    say(`    ${name.padEnd(28)} ${held.toFixed(4)}`)
  say()
  say(`  tensors alive before and after: ${alive} and ${tf.memory().numTensors}`)
  say()
  say('  saved in')
  say(`    ${folder}`)
  say(`    ${names.resume}    step ${settings.resumeAt}, to go on from`)
  say(`    ${names.averaged}  step ${settings.steps}, the averages under the parameters' names`)
  say()
  say(bold('2. In a fresh process'))
  say()

  // A new process has nothing of this one but the files.
  const again = ['--backend', request.backend, ...(request.steps === undefined ? [] : ['--steps', request.steps])]
  const { status } = spawnSync(process.execPath, [continued, corpus.path, folder, ...again], { stdio: 'inherit' })
  const contents = async (name: string) => told(TE.fromEither(decodeSafetensors(await store.read(name))))
  const [unbroken, resumed] = [await contents(names.unbroken), status === 0 ? await contents(names.resumed) : undefined]
  const differing = resumed === undefined ? ['the fresh process failed'] : differences(unbroken, resumed)
  const numbers = unbroken.entries.reduce((sum, { data }) => sum + data.length, 0)

  say()
  sayVerdict(unbroken.entries.length, numbers, differing)
  say(dim(`   ${((performance.now() - began) / 1000).toFixed(0)} s in all`))
  say()
  say('What next:')
  say('  npm start -- path/to/your/text        the same on a text of yours')
  say('  npm run playground                    averages at work, in a browser')
  say('  src/averaging/README.md               which average? with numbers and pictures')
  say('  examples/README.md                    short programs, one idea each')
  if (differing.length > 0 || tf.memory().numTensors !== alive) process.exitCode = 1
})

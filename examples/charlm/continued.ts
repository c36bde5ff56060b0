// The second process of the example: it has nothing of the first one but the text and the files.

import * as tf from '@tensorflow/tfjs-core'
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import * as t from 'io-ts'
import { decodeSafetensors, disposeExcept, fitted, mapTree, restore, save } from 'polyak'
import { fileStore, terminalProgress } from 'polyak/node'
import { batches } from './batches.js'
import { loss } from './model.js'
import { requestFrom } from './request.js'
import { sampled } from './sampled.js'
import { say, sayQuoted } from './screen.js'
import { beginning, keys, names, openSession } from './session.js'
import { told, toldInTheEnd } from './told.js'

/** Where a run was: what the first process keeps in the record of its checkpoints. */
const Place = t.type({ position: t.number, key: t.number })

await toldInTheEnd(async () => {
  const request = await told(TE.fromEither(requestFrom(process.argv.slice(2))))
  const [path = '', folder = ''] = request.words
  const session = await openSession(path, request)
  const { corpus, settings, optimizer } = session
  const store = fileStore({ folder })
  const like = beginning(session)

  // The averages stand under the parameters' own names: whoever knows the model can use them, without the optimizer.
  const { entries } = await told(TE.fromEither(decodeSafetensors(await store.read(names.averaged))))
  const found = new Map(entries.map(({ name, data, shape }) => [name, { data, shape: [...shape] }]))
  const average = mapTree((leaf, name) => tf.tensor(found.get(name)?.data ?? [], found.get(name)?.shape ?? leaf.shape))(
    like.params,
  )
  say('  The averaged model writes:')
  say()
  const text = await sampled(average, corpus.alphabet, 'Alice ', 400, keys.sample)
  disposeExcept(average, null)
  sayQuoted(text)
  say()

  const { record, warnings, ...now } = await restore({ store, name: names.resume, optimizer, like })
  for (const { message } of warnings) console.warn(`  ${message}`)
  const { position, key } = await told(
    TE.fromEither(
      F.pipe(
        Place.decode(record),
        E.mapLeft(() => `${names.resume} does not say where the run was`),
      ),
    ),
  )
  disposeExcept(like, now)
  say(`  Going on from step ${position}`)
  say()
  const steps = settings.steps - position
  const alive = tf.memory().numTensors
  const train = fitted(optimizer, loss, {
    steps,
    startStep: position,
    disposeBatches: true,
    reporter: terminalProgress({ stream: process.stdout }),
  })
  const after = await train(now, batches(corpus.training, key, position))
  disposeExcept(now, after)
  say()
  say(`  tensors alive before and after: ${alive} and ${tf.memory().numTensors}`)
  await save({ store, name: names.resumed, optimizer, ...after, record: { position: settings.steps, key } })
})

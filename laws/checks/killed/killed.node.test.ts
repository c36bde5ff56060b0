import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs-core'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as averaging from '../../../src/averaging/index.js'
import { fileStore } from '../../../src/checkpoint/fileStore.js'
import { restore } from '../../../src/checkpoint/restore.js'
import { disposeExcept } from '../../../src/tree/disposeExcept.js'
import { numbersFrom } from '../../Numbers.js'
import { part, whole } from '../part.js'
import { killed, killsTable } from './kills.js'
import { advanced, beginning, lifts, runs, schemes, type Standing, total } from './averagedRuns.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const place = join(root, 'node_modules', '.cache', `killed-test-${process.pid}`)
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyak-killed-'))
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    // packages too: a process that loads them one by one takes twice as long to start
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: place,
      emptyOutDir: true,
      target: 'node20',
      rolldownOptions: {
        input: ['savingChild', 'savingProgram'].map((name) => join(root, 'laws/checks/killed', `${name}.ts`)),
        output: { entryFileNames: '[name].mjs' },
      },
    },
  })
}, 60_000)

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await rm(place, { recursive: true, force: true })
})

/** What the barrel has besides: questions, other forms of one of them, what is done with a state afterwards. */
const others = (
  'averaged averages averageWarnings averagingWeights gammaOfWidth namesOfAverages pooledStatistics postHocCoefficients ' +
  'sampleSwag scaledDecay scheduleFreeEvalParams swapped trackedProfiles treeAverage widthOfGamma'
).split(' ')

test('every scheme and every lift is here', () => {
  expect([...Object.keys(schemes), ...Object.keys(lifts), ...others].toSorted()).toEqual(
    Object.keys(averaging).toSorted(),
  )
})

/** The child trains them all before it saves again: by default a third. */
const chosen = part(runs, 3)

test('each average saved, killed, restored and continued: bit for bit what it would have been', async () => {
  const child = spawn(process.execPath, [join(place, 'savingChild.mjs'), folder, chosen.map(([name]) => name).join()], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr.on('data', (chunk) => (complaints += String(chunk)))
  const gone = once(child, 'exit')
  try {
    let said = ''
    while (!said.includes('3\n')) said += String((await Promise.race([once(child.stdout, 'data'), gone]))[0])
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 40))
  } finally {
    child.kill('SIGKILL')
  }
  // all that it says is tfjs' advertisement
  expect({ gone: await gone, complaints }).toEqual({
    gone: [null, 'SIGKILL'],
    complaints: expect.not.stringContaining('Error'),
  })

  const alive = tf.memory().numTensors
  const store = fileStore({ folder })
  const positions: number[] = []
  for (const [name, optimizer] of chosen) {
    const on = (from: Standing, first: number): Standing => {
      let now = from
      for (let t = first; t < total; t++) now = advanced(optimizer, now, t)
      return now
    }
    const like = beginning(optimizer)
    const { record, warnings, ...found } = await restore({ store, name, optimizer, like })
    const { position } = record as { readonly position: number } // as the child wrote it
    positions.push(position)
    const [unbroken, continued] = [on(beginning(optimizer), 0), on(found, position)]
    expect([name, warnings, numbersFrom(continued)]).toEqual([name, [], numbersFrom(unbroken)])
    disposeExcept([like, unbroken, continued], null)
  }
  expect(tf.memory().numTensors).toBe(alive)
  expect(positions.filter((position) => position > 0 && position < total).length).toBeGreaterThan(chosen.length / 2)
}, 60_000)

test('savers killed at any moment: nothing is lost or torn, no saver harms another, what is left is swept', async () => {
  const rows = await killed({ program: join(place, 'savingProgram.mjs'), kills: whole ? 200 : 5, workers: 2 })
  const { text, well } = killsTable(rows)
  expect(well, text).toBe(true)
  expect(rows.filter(({ kills }) => kills === 0)).toEqual([])
  // a kill of each kind by default, and two where two save
  expect(rows.reduce((sum, { kills }) => sum + kills, 0)).toBeGreaterThan(whole ? 250 : 7)
}, 600_000)

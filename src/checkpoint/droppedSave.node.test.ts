import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { either as E } from 'fp-ts'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeSafetensors } from './decodeSafetensors.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const place = join(root, 'node_modules', '.cache', `dropped-save-${process.pid}`)
const home = mkdtempSync(join(tmpdir(), 'polyak-dropped-'))
const program = join(place, 'child.js')

/** Saves and drops the promise, disposes what it saved, and trains on for so many milliseconds; `caught` minds the
 *  failure. */
const child = `
  import * as tf from '@tensorflow/tfjs-core'
  import '@tensorflow/tfjs-backend-cpu'
  import { isCheckpointFailed, save, sgd } from ${JSON.stringify(join(root, 'src/index.ts'))}
  import { fileStore } from ${JSON.stringify(join(root, 'src/node.ts'))}
  const [folder, mode, wait] = process.argv.slice(2)
  await tf.setBackend('cpu')
  const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 })
  const params = { w: tf.tensor1d([1, 2, 3]) }
  const state = optimizer.init(params)
  const saving = save({ store: fileStore({ folder }), name: 'a', optimizer, params, state })
  tf.dispose([params, state])
  const others = Array.from({ length: 50 }, () => tf.fill([3], 9))
  console.log('returned')
  if (mode === 'caught') saving.catch((error) => console.log(isCheckpointFailed(error), error.message.split('\\n').length))
  setTimeout(() => console.log('trained on', others.length), Number(wait))
`

beforeAll(async () => {
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'child.ts'), child)
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    // packages too: a process that loads them one by one takes twice as long to start
    ssr: { noExternal: true },
    build: { ssr: join(place, 'child.ts'), outDir: place, emptyOutDir: false, target: 'node20', minify: false },
  })
}, 60_000)
afterAll(() => {
  rmSync(place, { recursive: true, force: true })
  rmSync(home, { recursive: true, force: true })
})

/** Which tfjs prints wherever it runs in Node. */
const banner = /=+\s*Hi, looks like you are running TensorFlow.js in Node.js[^=]*=+/

const run = (folder: string, { mode = '', wait = 100 } = {}) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, folder, mode, String(wait)], {
    encoding: 'utf8',
  })
  return { status, printed: stdout.trim().split('\n'), stderr: stderr.replace(banner, '').trim() }
}

describe('a save whose promise nobody awaits', () => {
  it('saves all the same, whatever becomes of the tensors', () => {
    const folder = join(home, 'fine')
    expect(run(folder)).toEqual({ status: 0, printed: ['returned', 'trained on 50'], stderr: '' })
    expect(readdirSync(folder)).toEqual(['a'])
    const file = decodeSafetensors(readFileSync(join(folder, 'a')))
    if (E.isLeft(file)) throw new Error(file.left[0].message)
    expect(file.right.entries.map(({ name, data }) => [name, [...data]])).toEqual([
      ['w', [1, 2, 3]],
      ['w/0.trace', [0, 0, 0]],
    ])
  })

  it('and fails, ends the process, which says why', () => {
    const blocked = join(home, 'blocked')
    writeFileSync(blocked, 'a file where the folder should be')
    // long enough that the failure comes first on a machine under load; the process does not live so long
    const { status, printed, stderr } = run(join(blocked, 'inside'), { wait: 10_000 })
    expect(status).toBe(1)
    expect(printed).toEqual(['returned'])
    expect(stderr).toMatch(
      /CheckpointFailed: 1 problem with the checkpoint:\n {2}- \[Store\] a: expected to write to the folder/,
    )
    expect(stderr).toMatch(/\[cause\].*ENOTDIR/)
  })

  it('and fails where somebody minds, ends nothing', () => {
    const blocked = join(home, 'minded')
    writeFileSync(blocked, 'a file where the folder should be')
    expect(run(join(blocked, 'inside'), { mode: 'caught', wait: 800 })).toEqual({
      status: 0,
      printed: ['returned', 'true 2', 'trained on 50'],
      stderr: '',
    })
  })
})

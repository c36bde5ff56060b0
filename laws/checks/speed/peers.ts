import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import type { BenchOptions, Group } from './bench.js'
import { copy, optimizers, stepped } from './contestants.js'
import { ended, interleaved, type Contestant } from './interleaved.js'
import { sets, tree, type ParameterSet } from './sets.js'
import { type Peer, talkTo } from './talkTo.js'
import { table } from './table.js'

/** Times AdamW with an average against PyTorch and optax, which run in a Python of their own and in turn with this
 *  process. */
export const peers = async ({ seconds, set, folder }: BenchOptions): Promise<void> => {
  const python = process.env['POLYAK_PYTHON'] ?? 'python3'
  const peer = talkTo(python)
  const versions = await peer.ask({ do: 'versions' }).catch((error: unknown) => String(error))
  if (typeof versions === 'string' || (versions['torch'] === undefined && versions['optax'] === undefined)) {
    console.log(`No peers: ${python} has neither torch nor optax (${typeof versions === 'string' ? versions : JSON.stringify(versions)}).
Name a Python that has them: POLYAK_PYTHON=/path/to/python npm run bench:peers   (pip install torch jax optax)`)
    peer.end()
    return
  }
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node}, ${JSON.stringify(versions)}`
  console.log(machine)
  const groups: Group[] = []
  for (const one of sets.filter(({ name }) => name.includes(set))) {
    const load = loadavg()[0] ?? 0
    const group = await measured(one, peer, seconds)
    groups.push(group)
    console.log(`\n${table(group)}\nload before: ${load.toFixed(1)}`)
  }
  peer.end()
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    `${folder}/peers.json`,
    JSON.stringify({ date: new Date().toISOString().slice(0, 10), machine, groups }, null, 2),
  )
  console.log(`\n${folder}/peers.json`)
}

const enter = async (backend: string): Promise<void> => {
  if (backend !== '' && tf.getBackend() !== backend) await tf.setBackend(backend)
}

const measured = async (set: ParameterSet, peer: Peer, seconds: number): Promise<Group> => {
  const contestants: Contestant[] = [copy(set, 9)]
  const optimizer = optimizers()['AdamW + average']
  const given: Readonly<Record<string, tf.Tensor>>[] = []
  for (const backend of ['wasm', 'cpu']) {
    await enter(backend)
    const grads = tree(set, 0.01, 3)
    given.push(grads)
    if (optimizer !== undefined)
      for (const donate of [true, false]) contestants.push(stepped('AdamW + average', optimizer, set, grads, donate))
  }
  const { contestants: names } = await peer.ask({ do: 'set', shapes: set.shapes })
  for (const name of Array.isArray(names) ? names.map(String) : [])
    contestants.push({
      name,
      backend: '',
      end: () => undefined,
      timed: async (repeats) => Number((await peer.ask({ do: 'time', name, repeats }))['milliseconds']),
    })
  const timings = await interleaved(contestants, { seconds, enter })
  await ended(contestants)
  given.forEach((grads) => tf.dispose(grads))
  return { set: set.name, job: 'AdamW + average', timings }
}

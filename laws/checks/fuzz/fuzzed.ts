import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { either as E } from 'fp-ts'
import { decodeSafetensors } from '../../../src/checkpoint/decodeSafetensors.js'
import { type Drawn, drawn } from './drawn.js'
import { hostileHeader } from './hostileHeader.js'
import { metadataFuzz } from './hostileMetadata.js'
import { type PythonReading, pythonReading } from './pythonReading.js'

export interface FuzzRequest {
  readonly seed: number
  /** The first file, and how many; each has its number, by which it can be made again. */
  readonly from: number
  readonly files: number
  /** A Python that has the package safetensors; empty: its reading rules, as they are written down, stand for it. */
  readonly python: string
  readonly told?: (done: number) => void
}

/** What came of some files. */
export interface Fuzzed {
  readonly files: number
  readonly accepted: number
  /** Files of which Python says the same, in each of its parts. */
  readonly alike: number
  /** Files that Python reads and this library refuses, by the line of the table of `decodeSafetensors`. */
  readonly differences: Readonly<Record<string, number>>
  /** Changed metadata: how much was restored, how much refused with a word. */
  readonly restored: number
  readonly refused: number
  readonly slowest: number
  /** What may not be, each with the number of its file. */
  readonly failures: readonly string[]
}

/** Reads hostile files, three headers to one with changed metadata, and compares with Python's reader. */
export const fuzzed = async ({ seed, from, files, python, told = () => {} }: FuzzRequest): Promise<Fuzzed> => {
  const peer = python === '' ? null : peerOf(python)
  const ofMetadata = await metadataFuzz()
  const failures: string[] = []
  const differences: Record<string, number> = {}
  let [accepted, alike, restored, refused, slowest] = [0, 0, 0, 0, 0]
  /** In milliseconds; a second time where the first was slow: a pause of the machine does not come twice. */
  const timed = async (run: () => unknown): Promise<void> => {
    for (let time = 0; time < 2; time++) {
      const begun = performance.now()
      await run()
      const took = performance.now() - begun
      if (time === 0 && took < 1000) return void (slowest = Math.max(slowest, took))
      if (time === 1) slowest = Math.max(slowest, took)
      if (time === 1 && took >= 1000) throw new Error(`${(took / 1000).toFixed(1)} s`)
    }
  }
  for (let i = from; i < from + files; i++) {
    const draws = (): Drawn => drawn(Math.imul(seed, 0x9e3779b1) ^ i)
    try {
      if (i % 4 === 3) {
        let back = false
        await timed(async () => (back = await ofMetadata(draws())))
        if (back) restored++
        else refused++
      } else {
        const bytes = hostileHeader(draws())
        let ours: PythonReading | null = null
        await timed(() => (ours = readHere(bytes)))
        const rules = pythonReading(bytes)
        const theirs = peer === null ? (rules?.reading ?? null) : await peer.read(bytes)
        if (!same(theirs, rules?.reading ?? null))
          throw new Error(`the rules as written say ${shown(rules?.reading)}, Python ${shown(theirs)}`)
        if (ours !== null) accepted++
        if (same(ours, theirs)) alike++
        else if (ours !== null) throw new Error(`accepted as ${shown(ours)}, where Python reads ${shown(theirs)}`)
        else if (rules === null || rules.differences.size === 0)
          throw new Error(`refused, where Python reads ${shown(theirs)}: ${complaint(bytes)}`)
        else for (const one of rules.differences) differences[one] = (differences[one] ?? 0) + 1
      }
    } catch (error) {
      failures.push(
        `file ${i}: ${error instanceof Error ? (error.stack ?? error.message).slice(0, 600) : String(error)}`,
      )
    }
    if ((i - from + 1) % 1000 === 0) told(i - from + 1)
  }
  peer?.end()
  return { files, accepted, alike, differences, restored, refused, slowest, failures: failures.slice(0, 20) }
}

const readHere = (bytes: Uint8Array): PythonReading | null => {
  const contents = decodeSafetensors(bytes)
  if (E.isLeft(contents)) return null
  const { entries, metadata } = contents.right
  return {
    metadata,
    tensors: entries.map(({ name, dtype, shape, data }) => [
      name,
      dtype,
      shape,
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex'),
    ]),
  }
}

const complaint = (bytes: Uint8Array): string => {
  const contents = decodeSafetensors(bytes)
  return E.isLeft(contents) ? contents.left[0].message : 'nothing'
}

const same = (a: PythonReading | null, b: PythonReading | null): boolean => inOrder(a) === inOrder(b)
const inOrder = (reading: PythonReading | null): string =>
  reading === null
    ? 'refused'
    : JSON.stringify([
        Object.entries(reading.metadata).toSorted(([x], [y]) => (x < y ? -1 : 1)),
        reading.tensors.toSorted(([x], [y]) => (x < y ? -1 : 1)),
      ])
const shown = (reading: PythonReading | null | undefined): string =>
  reading === null || reading === undefined ? 'nothing' : JSON.stringify(reading).slice(0, 300)

const peerOf = (python: string) => {
  const child = spawn(python, ['laws/checks/fuzz/peer.py'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    read: async (bytes: Uint8Array): Promise<PythonReading | null> => {
      const length = new Uint8Array(4)
      new DataView(length.buffer).setUint32(0, bytes.length, true)
      child.stdin.write(length)
      child.stdin.write(bytes)
      const { value, done } = await lines.next()
      if (done === true) throw new Error('Python has ended')
      return JSON.parse(value) as PythonReading | null // peer.py wrote it
    },
    end: () => void child.stdin.end(),
  }
}

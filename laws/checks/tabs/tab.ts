// What `run.mjs` asks of a tab.
import { browserStore } from '../../../src/checkpoint/browserStore.js'
import { isCheckpointFailed } from '../../../src/checkpoint/CheckpointFailed.js'

type Kind = 'opfs' | 'indexeddb'

const storeOf = (kind: Kind, folder: string) => browserStore({ folder: `tabs-${folder}`, kind })

/** Versions differ in length and in every byte. */
const lengthOf = (v: number): number => 1_000_000 + 50_000 * v
const bytesOf = (v: number): Uint8Array => new Uint8Array(lengthOf(v)).fill(v)
const pieceBytes = 100_000

const source = (v: number, wait: number, told: () => void = () => {}) => ({
  length: lengthOf(v),
  pieces: async function* () {
    const bytes = bytesOf(v)
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      yield bytes.subarray(at, at + pieceBytes)
      told()
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    }
  },
})

/** Three small pieces, and the rest in one. (Chromium counts what a data base holds some time after it was written: of a
 *  write in small pieces it refuses none, though they are more than there is room for together. Of a large piece for which
 *  the private file system has no room it says only that a pipe broke.) */
const swelling = (v: number) => ({
  length: lengthOf(v),
  pieces: async function* () {
    const bytes = bytesOf(v)
    for (let i = 0; i < 3; i++) yield bytes.subarray(i * pieceBytes, (i + 1) * pieceBytes)
    yield bytes.subarray(3 * pieceBytes)
  },
})

/** The version that some bytes are, whole; else what is wrong with them. */
const versionIn = (bytes: Uint8Array): number | string => {
  const v = bytes[0] ?? 0
  return bytes.length === lengthOf(v) && bytes.every((x) => x === v)
    ? v
    : `${bytes.length} bytes of which the first is ${v}`
}

const said = (error: unknown): string =>
  isCheckpointFailed(error) ? error.problems.map(({ found }) => found).join('; ') : String(error)

/** The keys of bytes in a data base. */
const keysIn = (folder: string): Promise<readonly IDBValidKey[]> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(`tabs-${folder}`, 1)
    request.addEventListener('error', () => reject(new Error('not opened')))
    request.addEventListener('success', () => {
      const keys = request.result.transaction('bytes').objectStore('bytes').getAllKeys()
      keys.addEventListener('success', () => {
        request.result.close()
        resolve(keys.result)
      })
    })
  })

const told = new AbortController()

const tab = {
  /** How many pieces have been asked for so far. */
  pieces: 0,

  written: (kind: Kind, folder: string, v: number) => storeOf(kind, folder).write('w', source(v, 0)),

  writes: (kind: Kind, folder: string, v: number) =>
    storeOf(kind, folder).write(
      'w',
      source(v, 10, () => tab.pieces++),
    ),

  version: (kind: Kind, folder: string) => storeOf(kind, folder).read('w').then(versionIn, said),

  listed: async (kind: Kind, folder: string) =>
    (await storeOf(kind, folder).list()).map(({ name }) => name).join() === 'w',

  refused: (kind: Kind, folder: string, v: number, by: 'pieces' | 'whole') =>
    storeOf(kind, folder)
      .write('w', by === 'whole' ? bytesOf(v) : kind === 'opfs' ? source(v, 0) : swelling(v))
      .then(() => 'nothing', said),

  saves: async (kind: Kind, folder: string, first: number, times: number) => {
    const wrong: string[] = []
    for (let v = first; v < first + times; v++)
      await storeOf(kind, folder)
        .write('w', source(v, 0))
        .catch((error: unknown) => wrong.push(`version ${v}: ${said(error)}`))
    return wrong
  },

  /** Reads whole and in parts until it is told to stop. */
  readsUntil: async (kind: Kind, folder: string) => {
    const wrong: string[] = []
    const versions = new Set<unknown>()
    const store = storeOf(kind, folder)
    for (let i = 0; !told.signal.aborted; i++) {
      const found = await (i % 2 === 0 ? store.read('w') : inParts(kind, folder)).then(versionIn, said)
      versions.add(found)
      if (typeof found === 'string') wrong.push(found)
    }
    return { wrong, versions: versions.size }
  },
  stop: () => told.abort(),

  streamed: async (kind: Kind, pieces: number) => {
    const store = storeOf(kind, 'streamed')
    const piece = (i: number) => new Uint8Array(262_144).fill(i % 251)
    const length = pieces * 262_144
    await store.write('w', {
      length,
      pieces: async function* () {
        for (let i = 0; i < pieces; i++) yield piece(i)
      },
    })
    const wrong: string[] = []
    const size = await store.size('w')
    if (size !== length) wrong.push(`${size} bytes of ${length}`)
    const item = await store.open?.('w')
    if (item === undefined) return ['it cannot be opened']
    for (let i = 0; i < pieces; i++) {
      const begin = i * 262_144
      const bytes = await item.read({ begin, end: begin + 262_144 })
      if (bytes.length !== 262_144 || bytes.some((x) => x !== i % 251)) wrong.push(`piece ${i} is another`)
    }
    await item.close()
    await store.remove('w')
    return wrong
  },

  /** Keys that no entry points to, once they are old and something is written. */
  sweptLater: async (kind: Kind, folder: string, v: number) => {
    if (kind === 'opfs') return 0
    const { now } = Date
    Date.now = () => now() + 3_600_001
    await storeOf(kind, folder).write('w', source(v, 0))
    Date.now = now
    return (await keysIn(folder)).length - Math.ceil(lengthOf(v) / pieceBytes)
  },
}

const inParts = async (kind: Kind, folder: string): Promise<Uint8Array> => {
  const item = await storeOf(kind, folder).open?.('w')
  if (item === undefined) throw new Error('it cannot be opened')
  try {
    const bytes = new Uint8Array(item.length)
    for (let begin = 0; begin < bytes.length; begin += 300_000)
      bytes.set(await item.read({ begin, end: Math.min(begin + 300_000, bytes.length) }), begin)
    return bytes
  } finally {
    await item.close()
  }
}

Object.assign(globalThis, { tab })

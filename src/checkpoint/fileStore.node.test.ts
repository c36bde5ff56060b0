import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { either as E } from 'fp-ts'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { storeLaws } from '../../laws/storeLaws.js'
import { CheckpointFailed } from './CheckpointFailed.js'
import { decodeSafetensors } from './decodeSafetensors.js'
import { encodeSafetensors } from './encodeSafetensors.js'
import { fileStore } from './fileStore.js'
import type { ByteSource } from './Store.js'

const rejection = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'nothing was rejected',
    (error: unknown) => error,
  )
let home = ''
let folders = 0
const freshFolder = (): string => join(home, `store-${folders++}`)
/** Makes a file, or all that are there but those of the names, as old as one that nobody writes to any more. */
const age = async (folder: string, ...files: readonly string[]): Promise<void> => {
  const before = Date.now() / 1000 - 121
  for (const file of files) await utimes(join(folder, file), before, before)
}
const stored = async (folder: string): Promise<readonly string[]> => (await readdir(folder)).toSorted()
const version = (v: number): Uint8Array =>
  encodeSafetensors([{ name: 'w', dtype: 'F32', shape: [size(v)], data: new Float32Array(size(v)).fill(v) }], {
    version: String(v),
  })
// Versions differ in length, so that one written over another would show at its end too.
const size = (v: number): number => 60_000 + 10_000 * (v % 7)
const inPieces = (bytes: Uint8Array): ByteSource => ({
  length: bytes.length,
  pieces: async function* () {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
  },
})
/** The version in a file; throws unless it is one of them, whole. */
const versionIn = (bytes: Uint8Array): number => {
  const contents = decodeSafetensors(bytes)
  if (E.isLeft(contents)) throw new Error(contents.left.map(({ message }) => message).join('\n'))
  const [entry] = contents.right.entries
  const v = Number(contents.right.metadata['version'])
  if (entry?.data.length !== size(v) || !entry.data.every((x) => x === v)) throw new Error(`version ${v} is not whole`)
  return v
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'polyak-store-'))
  // Other users must get in: see the read-only folder below.
  await chmod(home, 0o755)
})
afterAll(() => rm(home, { recursive: true, force: true }))

describe('fileStore', () => {
  for (const { name, check } of storeLaws(async () => fileStore({ folder: freshFolder() })))
    it(name, () => expect(check()).resolves.toBeUndefined())

  it('writes a plain file of the given name, and nothing else', async () => {
    const folder = join(freshFolder(), 'made', 'when', 'needed')
    const store = fileStore({ folder })
    expect(await store.list()).toEqual([])
    expect(await store.write('a.safetensors', version(1))).toEqual(undefined)
    expect(await stored(folder)).toEqual(['a.safetensors'])
    expect(versionIn(await readFile(join(folder, 'a.safetensors')))).toBe(1)
  })

  it('lists files only, cleans up after the dead, leaves writes in flight and the files of others alone', async () => {
    const folder = freshFolder()
    const store = fileStore({ folder })
    await store.write('a', version(1))
    const host = hostname()
      .replaceAll(/[^A-Za-z0-9-]/g, '-')
      .slice(0, 60)
    const dead = spawn(process.execPath, ['--version'])
    await once(dead, 'exit')
    const inFlight = `.a.${host}.${process.pid}.0123abcd.tmp`
    const forgotten = `.a.${host}.${process.pid}.deadbeef.tmp`
    const elsewhere = `.a.another-machine.${dead.pid}.0123abcd.tmp`
    const orphan = `.a.${host}.${dead.pid}.0123abcd.tmp`
    const young = `.a.${host}.${dead.pid}.4567abcd.tmp`
    for (const file of [inFlight, forgotten, elsewhere, orphan, young, '.bashrc', 'two words'])
      await writeFile(join(folder, file), 'x')
    await mkdir(join(folder, 'sub'))
    const longAgo = Date.now() / 1000 - 3601
    await utimes(join(folder, forgotten), longAgo, longAgo)
    await utimes(join(folder, '.bashrc'), longAgo, longAgo)
    await age(folder, orphan)
    expect(await store.list()).toMatchObject([{ name: 'a' }])
    expect(await stored(folder)).toEqual([elsewhere, inFlight, young, '.bashrc', 'a', 'sub', 'two words'].toSorted())
  })

  it('replaces a link instead of writing where it points', async () => {
    const folder = freshFolder()
    await mkdir(folder)
    await writeFile(join(home, 'outside'), 'mine')
    await symlink(join(home, 'outside'), join(folder, 'a'))
    await fileStore({ folder }).write('a', version(1))
    expect(await readFile(join(home, 'outside'), 'utf8')).toBe('mine')
  })

  it.each(['write', 'piece', 'sync'] as const)(
    'a %s that fails for want of space is refused and leaves the previous file',
    async (step) => {
      const folder = freshFolder()
      const store = fileStore({ folder })
      await store.write('a', version(1))
      const handle = await open(join(folder, 'a'))
      const { writeFile: whole, write: piece } = handle
      const prototype: Pick<typeof handle, 'writeFile' | 'write' | 'sync'> = Object.getPrototypeOf(handle)
      await handle.close()
      const noSpace = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      const spy =
        step === 'sync'
          ? vi.spyOn(prototype, 'sync').mockRejectedValue(noSpace)
          : step === 'piece'
            ? vi
                .spyOn(prototype, 'write')
                .mockImplementationOnce(piece)
                .mockRejectedValueOnce(noSpace)
                .mockImplementationOnce(piece)
                .mockRejectedValueOnce(noSpace)
            : vi.spyOn(prototype, 'writeFile').mockImplementation(async function (this: typeof handle, bytes) {
                if (bytes instanceof Uint8Array) await whole.call(this, bytes.subarray(0, bytes.length >> 1))
                throw noSpace
              })
      const given = step === 'piece' ? inPieces(version(2)) : version(2)
      const failed = await rejection(store.write('a', given))
      const failedNew = await rejection(store.write('b', given))
      expect(spy).toHaveBeenCalledTimes(step === 'piece' ? 4 : 2)
      spy.mockRestore()
      expect(failed).toMatchObject({
        problems: [{ _tag: 'Store', path: 'a', found: 'Error: ENOSPC: no space left on device' }],
        cause: noSpace,
      })
      expect(failedNew).toBeInstanceOf(CheckpointFailed)
      expect(await stored(folder)).toEqual(['a'])
      expect(versionIn(await readFile(join(folder, 'a')))).toBe(1)
      expect(await store.write('a', version(3))).toEqual(undefined)
    },
  )

  it('a target that is a folder, or a folder that is a file, is refused and leaves them', async () => {
    const folder = freshFolder()
    await mkdir(join(folder, 'a', 'inner'), { recursive: true })
    const store = fileStore({ folder })
    await expect(store.write('a', version(1))).rejects.toMatchObject({ problems: [{ _tag: 'Store', path: 'a' }] })
    await expect(store.read('a')).rejects.toMatchObject({ problems: [{ _tag: 'Store', path: 'a' }] })
    await expect(store.remove('a')).rejects.toThrow(CheckpointFailed)
    expect(await stored(folder)).toEqual(['a'])
    expect(await stored(join(folder, 'a'))).toEqual(['inner'])
    await writeFile(join(folder, 'file'), 'x')
    const inside = fileStore({ folder: join(folder, 'file') })
    for (const deed of [() => inside.write('a', version(1)), () => inside.read('a'), () => inside.list()])
      await expect(deed()).rejects.toMatchObject({ problems: [{ _tag: 'Store' }] })
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('x')
  })

  it('a signal that comes in the midst of a write or a read ends it; what was there stays, and nothing else', async () => {
    const folder = freshFolder()
    const store = fileStore({ folder })
    await store.write('a', version(1))
    const handle = await open(join(folder, 'a'))
    const prototype: Pick<typeof handle, 'sync' | 'stat'> = Object.getPrototypeOf(handle)
    await handle.close()
    const reason = new DOMException('enough', 'AbortError')
    for (const [step, deed] of [
      ['sync', (signal: AbortSignal) => store.write('a', version(2), { signal })],
      ['sync', (signal: AbortSignal) => store.write('b', version(2), { signal })],
      ['sync', (signal: AbortSignal) => store.write('a', inPieces(version(2)), { signal })],
      ['stat', (signal: AbortSignal) => store.read('a', { signal })],
    ] as const) {
      const controller = new AbortController()
      const original: (this: typeof handle) => Promise<unknown> = prototype[step]
      const spy = vi.spyOn(prototype, step).mockImplementationOnce(async function (this: typeof handle) {
        controller.abort(reason)
        return original.call(this) as never // what the step gives
      })
      await expect(deed(controller.signal)).rejects.toMatchObject({ problems: [{ _tag: 'Store' }], cause: reason })
      spy.mockRestore()
      expect(await stored(folder)).toEqual(['a'])
      expect(versionIn(await store.read('a'))).toBe(1)
    }
    await store.write('a', version(3), { signal: new AbortController().signal })
    expect(versionIn(await store.read('a'))).toBe(3)
  })

  it('a signal that comes between two pieces ends the write before the next', async () => {
    const folder = freshFolder()
    const store = fileStore({ folder })
    const controller = new AbortController()
    const seen: number[] = []
    const source: ByteSource = {
      length: 30,
      pieces: async function* () {
        for (const i of [0, 1, 2]) {
          seen.push(i)
          if (i === 1) controller.abort()
          yield new Uint8Array(10)
        }
      },
    }
    await expect(store.write('a', source, { signal: controller.signal })).rejects.toThrow(CheckpointFailed)
    expect(seen).toEqual([0, 1])
    expect(await stored(folder)).toEqual([])
  })

  it('reads a range of a large file without the rest of it', async () => {
    const folder = freshFolder()
    const store = fileStore({ folder })
    await store.write('a', version(1))
    const handle = await open(join(folder, 'a'))
    const read = vi.spyOn(Object.getPrototypeOf(handle) as Pick<typeof handle, 'read'>, 'read')
    await handle.close()
    expect(await store.read('a', { begin: 8, end: 16 })).toEqual(version(1).slice(8, 16))
    expect(read.mock.calls).toEqual([[expect.any(Uint8Array), 0, 8, 8]])
    read.mockRestore()
  })

  it('throws where the folder is no path', () => {
    expect(() => fileStore({ folder: '' })).toThrow(/folder must be a path, found ''/)
    // @ts-expect-error a number is no path
    expect(() => fileStore({ folder: 1 })).toThrow(TypeError)
  })
})

describe('fileStore in another process', () => {
  let program = ''
  beforeAll(async () => {
    program = await childProgram(home)
  })

  it.skipIf(process.platform === 'win32')(
    'a folder that may not be written to is refused and keeps its file',
    async () => {
      const folder = freshFolder()
      await fileStore({ folder }).write('latest', version(1))
      await chmod(folder, 0o555)
      // Root may write anywhere, so there the child is made someone else.
      const answer = await said(
        process.execPath,
        [program, folder, 'once'],
        process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {},
      )
      await chmod(folder, 0o755)
      expect(JSON.parse(answer)).toMatchObject({
        _tag: 'Left',
        left: [{ _tag: 'Store', found: expect.stringMatching(/EACCES|EPERM/) }],
      })
      expect(await stored(folder)).toEqual(['latest'])
      expect(versionIn(await readFile(join(folder, 'latest')))).toBe(1)
    },
  )

  it.skipIf(process.platform === 'win32')(
    'a write that the system stops half-way is refused and leaves the previous file',
    async () => {
      const folder = freshFolder()
      await fileStore({ folder }).write('latest', version(1))
      // Files of at most 64 or 128 KiB (the unit differs), for a checkpoint of 240 kB or more.
      const answer = await said('/bin/sh', [
        '-c',
        'ulimit -f 128; "$@"',
        'sh',
        process.execPath,
        program,
        folder,
        'once',
      ])
      expect(JSON.parse(answer)).toMatchObject({
        _tag: 'Left',
        left: [{ _tag: 'Store', found: expect.stringContaining('EFBIG') }],
      })
      expect(await stored(folder)).toEqual(['latest'])
      expect(versionIn(await readFile(join(folder, 'latest')))).toBe(1)
    },
  )

  it(
    'killed while saving, again and again, and never listed: the next save leaves nothing of it',
    { timeout: 60_000 },
    async () => {
      const folder = freshFolder()
      const others = '.other.a-machine.7.0123abcd.tmp'
      // a kill may fall between two saves
      for (let i = 0; i < 60 && (await readdir(folder).catch(() => [])).length < 3; i++)
        await runAndKill(program, folder, versionsEach * i)
      const left = await stored(folder)
      const orphans = left.filter((file) => file !== 'latest')
      expect(orphans.length).toBeGreaterThan(1)
      await writeFile(join(folder, others), 'x')
      // nobody can tell these from a save of another container with the same host name
      await fileStore({ folder }).write('latest', version(1))
      expect(await stored(folder)).toEqual([...left, others].toSorted())
      await age(folder, ...orphans.slice(1), others)
      await fileStore({ folder }).write('other', version(1))
      expect(await stored(folder)).toEqual([...left, others, 'other'].toSorted())
      await fileStore({ folder }).write('latest', version(2))
      expect(await stored(folder)).toEqual([...orphans.slice(0, 1), others, 'latest', 'other'].toSorted())
      expect(versionIn(await readFile(join(folder, 'latest')))).toBe(2)
    },
  )

  it.skipIf(process.platform === 'win32')(
    'with any number of handles to spare, a write or a remove is done, or refused',
    { timeout: 60_000 },
    async () => {
      const folder = freshFolder()
      const answer = await said('/bin/sh', ['-c', 'ulimit -n 64; "$@"', 'sh', process.execPath, program, folder, 'few'])
      const outcomes = JSON.parse(answer) as readonly { spare: number; deed: string; tag: string; done: boolean }[] // see the child
      expect(outcomes.filter(({ tag, done }) => (tag === 'Right') !== done)).toEqual([])
      for (const deed of ['write', 'remove'])
        expect(new Set(outcomes.filter((o) => o.deed === deed).map(({ tag }) => tag))).toEqual(
          new Set(['Left', 'Right']),
        )
      expect((await stored(folder)).filter((file) => file.endsWith('.tmp'))).toEqual([])
    },
  )
})

/** The store and this test's child as one file that plain Node can run from anywhere. */
const childProgram = async (folder: string): Promise<string> => {
  const here = (name: string): string => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)))
  const entry = join(folder, 'child.ts')
  await writeFile(
    entry,
    `import { closeSync, openSync, statSync } from 'node:fs'
     import { join } from 'node:path'
     import { encodeSafetensors } from ${here('encodeSafetensors.ts')}
     import { fileStore } from ${here('fileStore.ts')}
     const size = ${size.toString()}
     const version = (v) => encodeSafetensors(
       [{ name: 'w', dtype: 'F32', shape: [size(v)], data: new Float32Array(size(v)).fill(v) }],
       { version: String(v) },
     )
     const [folder, mode] = process.argv.slice(2)
     const store = fileStore({ folder })
     const outcome = (deed) =>
       deed.then((right) => ({ _tag: 'Right', right }), ({ problems }) => ({ _tag: 'Left', left: problems }))
     const save = (bytes) => outcome(store.write('latest', bytes))
     const inPieces = ${inPieces.toString()}
     if (mode === 'once') console.log(JSON.stringify(await save(version(2))))
     else if (mode === 'few') {
       // takes all handles but a few, does a deed, and gives them back before it looks what became of it
       const sizeOf = () => statSync(join(folder, 'latest'), { throwIfNoEntry: false })?.size
       const few = async (spare, deed) => {
         const taken = []
         try { for (;;) taken.push(openSync('/dev/null', 'r')) } catch {}
         for (const handle of taken.splice(0, spare)) closeSync(handle)
         const { _tag } = await deed()
         taken.forEach((handle) => closeSync(handle))
         return _tag
       }
       const outcomes = []
       for (let spare = 0; spare < 6; spare++) {
         await save(version(1))
         const before = sizeOf()
         let tag = await few(spare, () => save(version(2)))
         outcomes.push({ spare, deed: 'write', tag, done: sizeOf() !== before })
         tag = await few(spare, () => outcome(store.remove('latest')))
         outcomes.push({ spare, deed: 'remove', tag, done: sizeOf() === undefined })
       }
       console.log(JSON.stringify(outcomes))
     } else {
       const versions = Array.from({ length: ${versionsEach} }, (_, i) => version(Number(mode) + i))
       for (let i = 0; ; i = (i + 1) % versions.length) {
         const answer = await save(i % 2 === 0 ? versions[i] : inPieces(versions[i]))
         console.log(answer._tag)
         if (answer._tag === 'Left') process.exit(1)
       }
     }`,
  )
  await build({
    root: folder,
    configFile: false,
    envDir: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: 'child.mjs' } },
    },
  })
  return join(folder, 'child.mjs')
}

const said = async (
  command: string,
  args: readonly string[],
  identity: { uid?: number; gid?: number } = {},
): Promise<string> => {
  const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'inherit'], ...identity })
  let text = ''
  child.stdout.on('data', (chunk) => (text += String(chunk)))
  await once(child, 'close')
  return text
}

/** Versions that one child saves in turn, made beforehand so that it does little but save. */
const versionsEach = 7

/** Kills the child at a random moment after its first save; nothing it saved may be undone from then on. */
const runAndKill = async (program: string, folder: string, start: number): Promise<void> => {
  const child = spawn(process.execPath, [program, folder, String(start)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  try {
    const [first] = await Promise.race([once(child.stdout, 'data'), gone])
    expect(String(first)).toMatch(/^Right/)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 15))
  } finally {
    child.kill('SIGKILL')
  }
  expect(await gone).toEqual([null, 'SIGKILL'])
}

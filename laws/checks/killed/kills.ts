import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileStore } from '../../../src/checkpoint/fileStore.js'
import { versionIn } from './versions.js'

/** Who saves in a folder: alone; two at once, of one machine; two containers with one host name, whose processes cannot
 *  see each other; two hosts; one whose disk has room for the small versions alone. */
const kinds = ['one saver', 'two savers', 'one host name', 'two hosts', 'full disk'] as const
export type Kind = (typeof kinds)[number]

/** What the kills of a kind came to. */
export interface Kills {
  readonly kind: Kind
  readonly kills: number
  /** Kills that left a temporary file: they fell within a write. */
  readonly within: number
  /** Kills after which a save was gone that had been said to be done. */
  readonly lost: number
  /** Kills after which the file was not one version, whole. */
  readonly torn: number
  /** Most temporary files that one kill left. */
  readonly orphans: number
  /** Saves that were refused, other than for want of room. */
  readonly refused: number
  /** Saves that were refused for want of room. */
  readonly full: number
  /** Temporary files that neither a list nor a write swept once they were old. */
  readonly unswept: number
}

export interface KillsRequest {
  /** The built `savingProgram`. */
  readonly program: string
  readonly kills: number
  readonly workers: number
  /** Called after each round, with what all came to so far. */
  readonly killed?: (soFar: readonly Kills[]) => void
}

/** Kills savers at random moments, of every kind, in several lanes at once. */
export const killed = async ({ program, kills, workers, killed: told = () => {} }: KillsRequest) => {
  // one saver alone as often as all others together; of a few, each once
  const place = (i: number): number => (kills < 10 ? i % kinds.length : Math.max(0, (i % 10) - 5))
  const plan = Array.from({ length: kills }, (_, i) => kinds[place(i)] ?? 'one saver')
  const results = new Map<Kind, Kills>(kinds.map((kind) => [kind, none(kind)]))
  const home = await mkdtemp(join(tmpdir(), 'polyak-kills-'))
  const lane = async (number: number): Promise<void> => {
    for (let i = number; i < plan.length; i += workers) {
      const kind = plan[i] ?? 'one saver'
      const folder = join(home, `${number}-${kind.replaceAll(' ', '-')}`)
      await mkdir(folder, { recursive: true })
      const room = kind === 'full disk' ? smallDisk(folder) : 'enough'
      const found = await oneRound({ kind, program, folder, room, swept: i % 2 === 0 ? 'list' : 'write' })
      results.set(kind, together(results.get(kind) ?? none(kind), found))
      told([...results.values()])
    }
  }
  try {
    await Promise.all(Array.from({ length: workers }, (_, number) => lane(number)))
  } finally {
    for (const mounted of mounts) spawnSync('umount', [mounted])
    mounts.clear()
    await rm(home, { recursive: true, force: true })
  }
  return [...results.values()]
}

const none = (kind: Kind): Kills => ({
  kind,
  kills: 0,
  within: 0,
  lost: 0,
  torn: 0,
  orphans: 0,
  refused: 0,
  full: 0,
  unswept: 0,
})

const together = (a: Kills, b: Kills): Kills => ({
  kind: a.kind,
  kills: a.kills + b.kills,
  within: a.within + b.within,
  lost: a.lost + b.lost,
  torn: a.torn + b.torn,
  orphans: Math.max(a.orphans, b.orphans),
  refused: a.refused + b.refused,
  full: a.full + b.full,
  unswept: a.unswept + b.unswept,
})

/** All kinds together. */
export const total = (rows: readonly Kills[]): Kills => rows.reduce(together, none('one saver'))

/** Where a disk of its own could be mounted. */
const mounts = new Set<string>()

/** Gives a folder a disk with room for the largest version beside the smallest, but not beside itself; where that is not
 *  allowed, files are limited instead. */
const smallDisk = (folder: string): 'a disk' | 'a limit' => {
  if (mounts.has(folder)) return 'a disk'
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=800k', 'tmpfs', folder]).status !== 0) return 'a limit'
  mounts.add(folder)
  return 'a disk'
}

interface Round {
  readonly kind: Kind
  readonly program: string
  readonly folder: string
  readonly room: 'enough' | 'a disk' | 'a limit'
  /** Who sweeps afterwards. */
  readonly swept: 'list' | 'write'
}

/** Starts the savers of a kind, kills each at a random moment, and looks at what is there. */
const oneRound = async ({ kind, program, folder, room, swept }: Round): Promise<Kills> => {
  const before = await versionThere(folder)
  if (before === 'torn') throw new Error(`${folder} holds no whole version`)
  const first = (before ?? 0) + 1
  const gone = kind === 'one host name' ? String(await deadProcess()) : ''
  const others = kind === 'one saver' || kind === 'full disk' ? [] : [{}]
  const savers = [{ pid: gone }, ...others].map((how, i) =>
    startedSaver({
      program,
      folder,
      first: first + i,
      every: 1 + others.length,
      host: kind === 'two hosts' ? `host-${i}` : '',
      limited: room === 'a limit',
      ...how,
    }),
  )
  let [within, orphans, torn] = [0, 0, 0]
  for (const saver of savers) {
    // one more of the survivor's: a death beside it does it no harm
    await saver.line()
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 25))
    saver.child.kill('SIGKILL')
    await saver.exit
    const left = (await temporaries(folder)).filter((file) => file.includes(`.${saver.pid}.`)).length
    within += Number(left > 0)
    orphans = Math.max(orphans, left)
    torn += Number((await versionThere(folder)) === 'torn')
  }
  const said = savers.map((saver) => saver.said())
  const there = await versionThere(folder)
  const done = said.flatMap((one) => one.done ?? [])
  const may = [...done, ...said.map((one) => one.next), ...(done.length === 0 ? [before] : [])]
  const found: Kills = {
    kind,
    kills: savers.length,
    within,
    orphans,
    torn,
    lost: Number(there !== 'torn' && !may.includes(there)),
    refused: said.reduce((sum, one) => sum + one.refused, 0),
    full: said.reduce((sum, one) => sum + one.full, 0),
    unswept: await sweptBy(folder, swept),
  }
  if (there === 'torn') await rm(join(folder, 'latest'), { force: true })
  return found
}

interface Saver {
  readonly program: string
  readonly folder: string
  readonly first: number
  readonly every: number
  readonly host: string
  readonly limited: boolean
  /** A process number other than its own. */
  readonly pid?: string
}

const startedSaver = ({ program, folder, first, every, host, limited, pid = '' }: Saver) => {
  const words = [process.execPath, program, folder, String(first), String(every), host, pid]
  // files of at most 256 or 512 KiB: the unit differs
  const [command = '', ...rest] = limited ? ['/bin/sh', '-c', 'ulimit -f 512; exec "$@"', 'sh', ...words] : words
  const child: ChildProcess = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = once(child, 'close')
  let text = ''
  child.stdout?.on('data', (chunk) => (text += String(chunk)))
  const lines = () => text.split('\n').slice(0, -1)
  return {
    child,
    exit,
    pid: pid === '' ? String(child.pid) : pid,
    /** Waits until it has said one more. */
    line: async (): Promise<void> => {
      const heard = lines().length
      while (lines().length === heard && child.exitCode === null)
        await Promise.race([once(child.stdout ?? child, 'data'), exit])
      if (child.exitCode !== null) throw new Error(`a saver ended by itself (${child.exitCode}): ${text}`)
    },
    said: () => {
      const all = lines()
      const versions = all.flatMap((line) => (line.startsWith('refused') ? [] : [Number(line.replace('full ', ''))]))
      const done = all.findLast((line) => /^\d+$/.test(line))
      for (const line of all) if (line.startsWith('refused')) process.stderr.write(`${line}\n`)
      return {
        done: done === undefined ? null : Number(done),
        next: (versions.at(-1) ?? first - every) + every,
        refused: all.filter((line) => line.startsWith('refused')).length,
        full: all.filter((line) => line.startsWith('full')).length,
      }
    },
  }
}

/** The number of a process that is gone: what another container's would be here. */
const deadProcess = async (): Promise<number> => {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
  await once(child, 'close')
  return child.pid ?? Number.NaN
}

const temporaries = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder)).filter((file) => file.endsWith('.tmp'))

const versionThere = async (folder: string): Promise<number | 'torn' | null> => {
  try {
    return versionIn(await readFile(join(folder, 'latest')))
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? null : 'torn'
  }
}

/** Makes what was left as old as what nobody writes to any more, and has it swept; how many stay. */
const sweptBy = async (folder: string, by: 'list' | 'write'): Promise<number> => {
  const longAgo = Date.now() / 1000 - 3601
  for (const file of await temporaries(folder)) await utimes(join(folder, file), longAgo, longAgo)
  const store = fileStore({ folder })
  if (by === 'list' || (await versionThere(folder)) === null) await store.list()
  // where the disk is full of what was left, there is room again
  else await store.write('latest', await readFile(join(folder, 'latest'))).catch(() => null)
  const left = await temporaries(folder)
  for (const file of left) await rm(join(folder, file))
  return left.length
}

/** One line for each kind, and whether all is well. */
export const killsTable = (rows: readonly Kills[]): { readonly text: string; readonly well: boolean } => {
  const cells = (row: readonly (string | number)[]) =>
    row.map((cell, i) => (i === 0 ? String(cell).padEnd(16) : String(cell).padStart(10))).join('')
  const all = total(rows)
  const line = (name: string, row: Kills) =>
    cells([name, row.kills, row.within, row.lost, row.torn, row.orphans, row.refused, row.full, row.unswept])
  const text = [
    cells(['', 'kills', 'half-way', 'lost', 'torn', 'orphans', 'refused', 'no room', 'unswept']),
    ...rows.map((row) => line(row.kind, row)),
    line('all', all),
    cells(['wanted', '', '', 0, 0, '≤ 1', 0, '', 0]),
  ].join('\n')
  const { kills, within, lost, torn, orphans, refused, unswept } = all
  // it would prove nothing if all the kills fell between the writes
  const many = kills < 100 || within > kills / 20
  return { text, well: lost + torn + refused + unswept === 0 && orphans <= 1 && many }
}

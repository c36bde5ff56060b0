import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import type { ConformanceCase } from './conformanceCases.js'

/** What optax answers: a trajectory, or what it threw. */
export type Answer = { readonly trajectory: readonly (readonly number[])[] } | { readonly error: string }

/** The real optax behind a pipe. */
export interface Optax {
  readonly versions: string
  readonly ask: (asked: ConformanceCase) => Promise<Answer>
  readonly end: () => void
}

const folder = join('laws', 'checks', 'oracle')

/** A Python that has optax: `POLYAK_PYTHON`, else laws/checks/oracle/.venv, made where that works, else `python3`. Null where
 *  there is none. */
export const optaxPython = (): string | null => {
  const own = join(folder, '.venv', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const given = process.env['POLYAK_PYTHON']
  if (given !== undefined && given !== '') return hasOptax(given) ? given : null
  if (!existsSync(own)) install(own)
  return [own, 'python3'].find(hasOptax) ?? null
}

const hasOptax = (python: string): boolean =>
  spawnSync(python, ['-c', 'import optax, jax'], { stdio: 'ignore' }).status === 0

const install = (python: string): void => {
  if (spawnSync('python3', ['-m', 'venv', join(folder, '.venv')], { stdio: 'ignore' }).status !== 0) return
  process.stdout.write('conformance: installing the pinned optax into laws/checks/oracle/.venv\n')
  spawnSync(python, ['-m', 'pip', 'install', '--quiet', '-r', join(folder, 'requirements.txt')], {
    stdio: 'ignore',
    timeout: 600_000,
  })
}

/** Most of the time goes into compiling one operation after the other: what is compiled is kept, and not optimized. */
const quick = {
  JAX_PLATFORMS: 'cpu',
  XLA_FLAGS: '--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true',
  JAX_COMPILATION_CACHE_DIR: join('.bench', 'jax'),
  JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS: '0',
  JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES: '-1',
}

/** Starts the answering process. */
export const startOptax = async (python: string): Promise<Optax> => {
  const child = spawn(python, [join(folder, 'conformance.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...quick },
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error('laws/checks/oracle/conformance.py ended; what it said stands above')
    return JSON.parse(value) as unknown
  }
  const versions = JSON.stringify(await next())
  return {
    versions,
    ask: async (asked) => {
      child.stdin.write(
        `${JSON.stringify(asked, (_, x: unknown) => (typeof x === 'number' && !Number.isFinite(x) ? String(x) : x))}\n`,
      )
      const answer = (await next()) as {
        readonly trajectory?: readonly (readonly (number | string)[])[]
        readonly error?: string
      } // what conformance.py prints
      return answer.trajectory === undefined
        ? { error: answer.error ?? 'no answer' }
        : { trajectory: answer.trajectory.map((row) => row.map(numberOf)) }
    },
    end: () => child.stdin.end(),
  }
}

const numberOf = (x: number | string): number =>
  x === 'inf'
    ? Number.POSITIVE_INFINITY
    : x === '-inf'
      ? Number.NEGATIVE_INFINITY
      : Number(x === 'nan' ? Number.NaN : x)

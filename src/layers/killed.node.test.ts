import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { whole } from '../../laws/checks/part.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Below the root, so that packages are found. */
const built = join(root, 'laws', 'checks', 'layers', '.program.mjs')

const epochs = whole ? 5 : 4

interface Ended {
  readonly lines: readonly string[]
  readonly signal: NodeJS.Signals | null
}

/** Runs the program; kills it once it has said `until`. */
const run = (folder: string, epochs: number, until?: string): Promise<Ended> =>
  new Promise((done, failed) => {
    const child = spawn(process.execPath, [built, folder, String(epochs), until === undefined ? '0' : '300'])
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += String(chunk)
      if (until !== undefined && out.includes(until)) child.kill('SIGKILL')
    })
    child.stderr.on('data', (chunk) => {
      err += String(chunk)
    })
    child.on('error', failed)
    child.on('close', (code, signal) => {
      if (code === 0 || signal !== null) done({ lines: out.trim().split('\n'), signal })
      else failed(new Error(err))
    })
  })

test('a process that is killed, and another that goes on from its file, are one that was not, bit for bit', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyak-killed-'))
  const [one, other] = ['unbroken', 'killed'].map((name) => join(folder, name)) as [string, string]
  try {
    for (const each of [one, other]) mkdirSync(each)
    await build({
      entryPoints: [join(root, 'laws', 'checks', 'layers', 'killedProgram.ts')],
      outfile: built,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    })
    const unbroken = await run(one, epochs)
    const killed = await run(other, epochs, `epoch ${epochs - 3}`)
    expect(killed.signal).toBe('SIGKILL')
    expect(killed.lines.length).toBeLessThan(epochs)
    const resumed = await run(other, epochs)
    expect(unbroken.lines).toHaveLength(epochs + 1)
    const [cpu, wasm] = JSON.parse(unbroken.lines.at(-1) ?? '') as readonly string[]
    expect(cpu?.length).toBeGreaterThan(1000)
    expect(wasm?.length).toBeGreaterThan(1000)
    expect(resumed.lines.at(-1)).toBe(unbroken.lines.at(-1))
  } finally {
    rmSync(folder, { recursive: true, force: true })
    rmSync(built, { force: true })
  }
})

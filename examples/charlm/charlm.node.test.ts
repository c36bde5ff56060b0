import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { either as E } from 'fp-ts'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NamedArray, SafetensorsContents } from 'polyak'
import { whole } from '../../laws/checks/part.js'
import { readCorpus } from './corpus.js'
import { differences } from './differences.js'
import { requestFrom } from './request.js'
import { broken, sparkline } from './screen.js'
import { settingsFrom } from './settings.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = join(root, 'examples', 'charlm', 'alice-in-wonderland.txt')
// Inside node_modules, so that the built program finds its packages; what `npm run build` has made is left alone.
const place = join(root, 'node_modules', '.cache', `charlm-test-${process.pid}`)
const elsewhere = mkdtempSync(join(tmpdir(), 'charlm-'))

const run = (path: string, env: Readonly<Record<string, string>> = {}, words: readonly string[] = []) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(place, 'main.js'), path, ...words], {
    encoding: 'utf8',
    env: { ...process.env, CHARLM_STEPS: '40', COLUMNS: '80', ...env },
  })
  return { status, stdout, stderr }
}

const written = (name: string, bytes: string | Uint8Array): string => {
  const path = join(elsewhere, name)
  writeFileSync(path, bytes)
  return path
}

const saved = (): readonly (readonly [string, string])[] =>
  readdirSync(join(place, 'checkpoints'))
    .toSorted()
    .map((name) => [name, readFileSync(join(place, 'checkpoints', name), 'base64')] as const)

afterAll(() => rmSync(elsewhere, { recursive: true, force: true }))

describe('npm start', () => {
  // Node 20 runs no TypeScript, and a build of everything takes too long here: the two programs alone, with the sources
  // that they use.
  beforeAll(async () => {
    const here = (file: string): string => join(root, file)
    await build({
      configFile: false,
      root,
      logLevel: 'error',
      // of these each process would load hundreds of files, one by one
      ssr: { noExternal: ['fp-ts', 'io-ts'] },
      resolve: {
        alias: [
          { find: /^polyak$/, replacement: here('src/index.ts') },
          { find: /^polyak\/node$/, replacement: here('src/node.ts') },
          { find: /^polyak\/gradients$/, replacement: here('laws/checks/gradients/inNode.ts') },
        ],
      },
      build: {
        ssr: true,
        outDir: place,
        emptyOutDir: true,
        target: 'node20',
        rolldownOptions: {
          input: { main: here('examples/charlm/main.ts'), continued: here('examples/charlm/continued.ts') },
          output: { entryFileNames: '[name].js' },
        },
      },
    })
  }, 60_000)

  afterAll(() => rmSync(place, { recursive: true, force: true }))

  test('learns, leaves no tensor behind, writes with the average and resumes bit for bit in a fresh process', () => {
    // of a shorter text less is held out, and most of the time is taken by looking at that
    const { status, stdout, stderr } = run(
      whole ? text : written('alice.txt', readFileSync(text, 'utf8').slice(0, 8000)),
    )
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const rows = [...stdout.matchAll(/^ +(\d+) +(\d+\.\d{4}) +(\d+\.\d{4})$/gm)].map(([, step, raw, averaged]) => ({
      step: Number(step),
      raw: Number(raw),
      averaged: Number(averaged),
    }))
    expect(rows.map(({ step }) => step)).toEqual([0, 10, 20, 30, 40])
    const [first, last] = [rows[0], rows.at(-1)]
    expect(first?.raw).toBe(first?.averaged)
    expect(last?.raw).toBeLessThan(3.2)
    expect(last?.averaged).toBeLessThan(3.2)
    const averages = [
      ...stdout.matchAll(
        /^ {4}(raw|with warm-up|mean of the second half|width 0\.\d\d), ?.*? (\d+\.\d{4})$|^ {4}(raw|with warm-up|mean of the second half) +(\d+\.\d{4})$/gm,
      ),
    ]
    expect(averages.map(([, width, , name]) => width ?? name)).toEqual([
      'raw',
      'with warm-up',
      'mean of the second half',
      'width 0.05',
      'width 0.07',
      'width 0.10',
      'width 0.14',
      'width 0.20',
    ])
    for (const [, , made, , held] of averages) expect(Number(made ?? held)).toBeLessThan(3.2)
    const alive = [...stdout.matchAll(/tensors alive before and after: (\d+) and (\d+)/g)].map(([, before, after]) => [
      before,
      after,
    ])
    expect(alive).toHaveLength(2)
    for (const [before, after] of alive) expect(after).toBe(before)
    expect(stdout).toMatch(/ {2}\| Alice [^]*Going on from step 30\n/)
    expect(stdout).toMatch(/The resumed run equals the unbroken one bit for bit:\n {3}35 tensors, [\d,]+ numbers/)
    expect([
      ...stdout.matchAll(
        /^ {2}step \d+: held-out loss (\d\.\d{4}) raw, (\d\.\d{4}) averaged {2}[▁-█]+\n {2}\| Alice /gm,
      ),
    ]).toHaveLength(4)
    expect(stdout.split('\n').filter((line) => line.length > 80 && !line.includes(place))).toEqual([])
    expect(stdout.split('\n').filter((line) => line.endsWith(' '))).toEqual([])
    expect(saved().map(([name]) => name)).toEqual([
      'averaged.safetensors',
      'resume.safetensors',
      'resumed.safetensors',
      'unbroken.safetensors',
    ])
  })

  test('another text: its own alphabet, line ends of any kind', () => {
    const own = written('own.txt', 'Öl, naß und süß – 速い!\r\n'.repeat(60))
    const { status, stdout } = run(own, { CHARLM_STEPS: 'overruled' }, ['--steps', '8', '--backend', 'cpu'])
    expect(stdout).toContain('own.txt: 1,320 characters, 16 different')
    expect(stdout).toContain('backend    cpu: ')
    expect(stdout).toContain('bit for bit')
    expect(status).toBe(0)
  })

  test('a path that is not there is told on one line, and what was saved stays', () => {
    const before = saved()
    const { status, stdout, stderr } = run(join(elsewhere, 'nothing.txt'))
    expect(stderr).toMatch(
      /^charlm: cannot read .*nothing\.txt: there is no such file\. Pass the path of a text file .*\n$/,
    )
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(saved()).toEqual(before)
  })
})

describe('what a person may get wrong', () => {
  test.each([
    ['a folder', elsewhere, /: it is a folder\. /],
    ['no text', written('binary', Uint8Array.of(0xff, 0xfe, 0x80)), /is not text in UTF-8\. /],
    ['too little text', written('short.txt', 'short'), /has 5 characters; a model needs at least 1000/],
  ])('%s', async (_, path, message) => {
    const read = await readCorpus(path)()
    expect(E.isLeft(read) ? read.left : 'no complaint').toMatch(message)
  })

  test.each(['0', '7', '12.5', 'many', ''])('a number of steps that is none: %j', (steps) => {
    expect(settingsFrom({ CHARLM_STEPS: steps })).toEqual(
      E.left(`CHARLM_STEPS must be a whole number from 8 to 1000000, found ${JSON.stringify(steps)}`),
    )
  })
})

describe('the command line', () => {
  test.each([
    [['--backend', 'webgl'], /^--backend must be one of wasm, cpu, found "webgl"\. npm start -- --help/],
    [['--stepz', '8'], /^Unknown option '--stepz'.* npm start -- --help/],
  ])('%j is told', (words, message) => {
    const read = requestFrom(words)
    expect(E.isLeft(read) ? read.left : 'no complaint').toMatch(message)
  })

  test('options win over the environment', () => {
    expect(settingsFrom({ CHARLM_STEPS: '99' }, '16')).toEqual(settingsFrom({ CHARLM_STEPS: '16' }))
    expect(settingsFrom({}, 'x')).toEqual(E.left('--steps must be a whole number from 8 to 1000000, found "x"'))
  })
})

describe('the screen', () => {
  test('words are never broken, and lines fit where they can', () => {
    expect(broken('aa bb cc ddddddd', 5)).toEqual(['aa bb', 'cc', 'ddddddd'])
    expect(sparkline([3, 2, 1, Number.NaN])).toBe('█▅▁?')
    expect(sparkline([1, 1])).toBe('▁▁')
  })
})

describe('differences', () => {
  const contents = (data: readonly number[], metadata = {}, shape = [data.length]): SafetensorsContents => {
    const entry: NamedArray = { name: 'w', dtype: 'F32', shape, data: Float32Array.from(data) }
    return { entries: [entry], metadata }
  }

  test('none between the same bits, NaN included', () => {
    expect(differences(contents([1, Number.NaN], { count: '3' }), contents([1, Number.NaN], { count: '3' }))).toEqual(
      [],
    )
  })

  test('each is named: a bit, a sign of zero, a shape, a count, something missing', () => {
    expect(differences(contents([1]), contents([1 + 2 ** -23]))).toEqual(['w'])
    expect(differences(contents([0]), contents([-0]))).toEqual(['w'])
    expect(differences(contents([1, 2]), contents([1, 2], {}, [2, 1]))).toEqual(['w'])
    expect(differences(contents([1], { count: '3' }), contents([1], { count: '4' }))).toEqual(['count'])
    expect(differences(contents([1]), { entries: [], metadata: {} })).toEqual(['w'])
  })
})

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { inPage } from '../browser/inPage.js'
import type { WebglPage, WebglRow } from './webglRow.js'

/** What the bench on WebGL found. */
export interface WebglBench {
  /** The renderer, as the browser names it. */
  readonly renderer: string
  readonly rows: readonly WebglRow[]
}

/** Times steps on WebGL in a headless Chromium: every contestant of a set in one page, in turn.
 *
 *  `seconds` are for each set and layout of gradients; `sets` are those whose name contains the word, `only` is a
 *  pattern for the names of contestants. Run from the package's root. */
export const webglBench = async ({
  seconds = 25,
  sets = '',
  only = '',
  root = process.cwd(),
}: {
  readonly seconds?: number
  readonly sets?: string
  readonly only?: string
  readonly root?: string
} = {}): Promise<WebglBench> =>
  inPage({ script: '/laws/checks/speed/webglPage.ts', ready: 'polyakBench', root }, async (page) => {
    const { renderer, names } = await page.evaluate(() => {
      // the page puts it there
      const { polyakBench: bench } = globalThis as unknown as { readonly polyakBench: WebglPage }
      return { renderer: bench.renderer(), names: bench.sets }
    })
    const rows: WebglRow[] = []
    for (const set of names.filter((name) => name.includes(sets)))
      for (const gradients of ['packed', 'unpacked'] as const)
        rows.push(
          ...(await page.evaluate(
            ([name, layout, time, pattern]) => {
              // the page puts it there
              const { polyakBench: bench } = globalThis as unknown as { readonly polyakBench: WebglPage }
              return bench.measure(name, layout, time, pattern)
            },
            [set, gradients, seconds, only] as const,
          )),
        )
    return { renderer, rows }
  })

/** The rows as a table for a terminal. */
export const webglTable = ({ renderer, rows }: WebglBench): string => {
  const number = (x: number): string => (x < 10 ? x.toFixed(2) : x < 100 ? x.toFixed(1) : x.toFixed(0))
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(48) : cell.padStart(i === 2 ? 20 : 10))).join('')
  const nameOf = ({ set, gradients }: WebglRow): string => `${set}, gradients ${gradients}`
  const groups = [...new Set(rows.map(nameOf))].map(
    (name) => [name, rows.filter((row) => nameOf(row) === name)] as const,
  )
  return [
    `WebGL 2 on ${renderer}`,
    ...groups.flatMap(([name, own]) => [
      '',
      line([name, 'ms', '× copy', 'draws', 'uploads', 'made', 'B/param']),
      ...own.map((row) =>
        line([
          `  ${row.name}`,
          number(row.milliseconds),
          `${number(row.ratio)} (${row.quartiles.map(number).join('–')})`,
          String(row.draws),
          String(row.uploads),
          String(row.texturesMade),
          row.peak.toFixed(1),
        ]),
      ),
    ]),
  ].join('\n')
}

/** Writes the rows where benches leave their numbers. */
export const writeWebglRows = (bench: WebglBench, folder: string): void => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'webgl.json'),
    JSON.stringify({ date: new Date().toISOString().slice(0, 10), ...bench }, null, 2),
  )
}

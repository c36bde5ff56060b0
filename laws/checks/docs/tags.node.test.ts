import { readFileSync, readdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { faultsOfComments } from './tags.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const sources = ['src', 'laws', 'examples'].flatMap((top) =>
  readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.includes('node_modules'))
    .map((path) => [top, ...path.split(sep)].join('/')),
)

test('doc comments speak in tags that tools render', () => {
  expect(sources.length).toBeGreaterThan(500)
  expect(sources.flatMap((file) => faultsOfComments(file, readFileSync(join(root, file), 'utf8')))).toEqual([])
})

test('a label, an unknown tag and an equation without a fence are told, by file and line', () => {
  const comment = ['const x = 1', '/** A line.', ' *', ' *    u = g', ' *', ' *  Shapes   one', ' *  @pure yes', ' */']
  expect(faultsOfComments('a.ts', comment.join('\n')).map((told) => told.slice(0, 30))).toEqual([
    'a.ts:4: what is set apart stan',
    'a.ts:6: write @shapes for a la',
    'a.ts:7: @pure is no tag of our',
  ])
  const right = ['/** A line.', ' *', ' *  ```text', ' *  u = g', ' *  ```', ' *', ' *  @shapes one,', ' *    two */']
  expect(faultsOfComments('a.ts', right.join('\n'))).toEqual([])
})

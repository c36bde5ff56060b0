import { readFileSync } from 'node:fs'
import { describe as suite, expect, it } from 'vitest'
import * as averaging from '../../../src/averaging/index.js'
import * as optimizers from '../../../src/optimizers/index.js'
import { describe } from '../../../src/transformation/describe.js'
import type { AnyTransformation } from '../../../src/transformation/Transformation.js'
import * as transforms from '../../../src/transforms/index.js'
import { coverageFile, exportedNames } from './coverage.js'
import { optaxSymbols } from './optaxSymbols.js'

interface Row {
  readonly there: string
  readonly here: string
  readonly defaults: string
}

const text = readFileSync(coverageFile.replace('COVERAGE', 'PEERS'), 'utf8')

const rows: readonly Row[] = text
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const [there = '', here = '', defaults = ''] = line.slice(2).split(' | ')
    return { there, here, defaults: defaults.trim() }
  })

/** Names of functions of this library in a cell: each span's first word, and what is called inside of it. */
const namesIn = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([^`]*)`/g)].flatMap(([, code = '']) =>
    /^[a-z]\w*$/.test(code) ? [code] : [...code.matchAll(/([a-z]\w*)\(/g)].map(([, name = '']) => name),
  )

const constructors = { ...transforms, ...optimizers } as unknown as Readonly<
  Record<string, ((options: object) => AnyTransformation) | undefined> // each takes one record of options
>

const made = (name: string): AnyTransformation => {
  if (name === 'withMovingAverage') return averaging.withMovingAverage()(optimizers.sgd({ learningRate: 1 }))
  const make = constructors[name]
  if (make === undefined) throw new Error(`${name} makes no transformation, but has defaults in PEERS.md`)
  try {
    return make({})
  } catch {
    return make({ learningRate: 0.1 })
  }
}

/** Defaults as the page says them: `b1 0.9, scaling 'original'`. */
const toldIn = (cell: string): readonly (readonly [option: string, value: unknown])[] =>
  cell === ''
    ? []
    : cell.split(', ').map((pair) => {
        const [option = '', value = ''] = pair.split(' ')
        return [option, JSON.parse(value.replaceAll("'", '"'))] as const
      })

suite('PEERS.md', () => {
  it('has rows, and names functions that exist', () => {
    expect(rows.length).toBeGreaterThan(80)
    const names = exportedNames()
    const told = rows.flatMap(({ here }) => namesIn(here))
    expect(told.length).toBeGreaterThan(90)
    expect(told.filter((name) => !names.has(name))).toEqual([])
  })

  it('tells the defaults that there are', () => {
    const wrong = rows.flatMap(({ here, defaults }) => {
      const told = toldIn(defaults)
      if (told.length === 0) return []
      const name = namesIn(here)[0] ?? ''
      const { options } = describe(made(name))
      // a recipe may have an option that is left out of its description where it has no value
      return told
        .filter(([option, value]) => options[option] !== value)
        .map(([option]) => `${name}: ${option} is ${JSON.stringify(options[option])}`)
    })
    expect(rows.filter(({ defaults }) => defaults !== '').length).toBeGreaterThan(50)
    expect(wrong).toEqual([])
  })

  it('has every optimizer of PyTorch, and every one of ours that optax lacks', () => {
    const there = rows.flatMap((row) => [...row.there.matchAll(/`(\w+)/g)].map(([, name = '']) => name))
    const torch =
      'ASGD Adadelta Adafactor Adagrad Adam AdamW Adamax LBFGS Muon NAdam RAdam RMSprop Rprop SGD SparseAdam'.split(' ')
    expect(torch.filter((name) => !there.includes(name))).toEqual([])
    const told = new Set([
      ...rows.flatMap(({ here }) => namesIn(here)),
      ...optaxSymbols.flatMap(({ ours }) => (ours === null ? [] : [ours])),
    ])
    expect(Object.keys(optimizers).filter((name) => !told.has(name))).toEqual([])
  })

  it('is where COVERAGE.md says', () => {
    expect(readFileSync(coverageFile, 'utf8')).toContain('(PEERS.md)')
  })
})

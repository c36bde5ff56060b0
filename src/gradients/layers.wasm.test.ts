import '@tensorflow/tfjs-backend-cpu'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type LayerRow, layerRows } from '../../laws/checks/gradients/layerRows.js'
import { layerVerdict, type Verdict } from '../../laws/checks/gradients/layerVerdict.js'

// Noise is the same in each run: tfjs draws it from a seed by `Math.random`.
beforeAll(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterAll(() => {
  vi.restoreAllMocks()
})

const kept = new Map<LayerRow, readonly Verdict[]>()
const verdicts = async (row: LayerRow): Promise<readonly Verdict[]> => {
  const known = kept.get(row)
  if (known !== undefined) return known
  const found: Verdict[] = []
  for (const one of row.cases) found.push(await layerVerdict(one))
  kept.set(row, found)
  return found
}

const namesOf = ({ cases }: LayerRow): string => cases.map(({ name }) => name).join(', ')
const named = layerRows.map((row) => [namesOf(row), row] as const)

test.each(named.filter(([, { cannot }]) => cannot === undefined))('%s: trained as on cpu', async (_, row) => {
  const found = await verdicts(row)
  expect(found.flatMap((one, i) => (one.kind === 'trains' ? [] : [`${row.cases[i]?.name}: ${one.error}`]))).toEqual([])
  // what fares otherwise is another row
  expect(new Set(found.map((one) => one.kind === 'trains' && one.alone === null)).size).toBe(1)
})

test.each(named.filter(([, { cannot }]) => cannot !== undefined))('%s: refused by tfjs', async (_, row) => {
  for (const one of await verdicts(row)) expect(one.kind === 'fails' && one.error).toMatch(row.cannot?.error ?? /^$/)
})

const line = async (row: LayerRow): Promise<string> => {
  const alone = new Set((await verdicts(row)).flatMap((one) => (one.kind === 'trains' ? (one.alone ?? []) : [])))
  const verdict =
    row.cannot !== undefined
      ? `cannot: ${row.cannot.why}`
      : alone.size === 0
        ? 'trains'
        : 'trains since `polyak/gradients`'
  return `| ${namesOf(row)} | ${verdict} | ${[...alone].join(', ') || '–'} |`
}

test('the table of layers', async () => {
  const lines: string[] = []
  for (const row of layerRows) lines.push(await line(row))
  await expect(
    [
      '# Which layers of tfjs-layers are trained on wasm',
      '',
      'Written by `layers.wasm.test.ts`, which trains each of these between two other trained layers for four batches, with the kernels of',
      '`polyak/gradients` and with those of tfjs alone, and compares the weights with those of the cpu backend: equal within 1e-6 of the largest, or,',
      'for up-sampling, whose gradient is wrong on cpu, those of an equal network. What it takes for wrong is off by more than 1e-3.',
      '',
      '| layers, activations, losses | on wasm | tfjs alone |',
      '| --- | --- | --- |',
      ...lines,
      '',
    ].join('\n'),
  ).toMatchFileSnapshot('LAYERS.md')
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { meant, term, type Term } from '../../laws/checks/engine/randomProgram.js'
import { must } from '../scalars/must.js'
import { nodeBuilder } from './nodeBuilder.js'
import { type Reach, reaches, width } from './reaches.js'
import { type Reaching, reaching, reachingTo } from './reaching.js'

/** Choices between narrow numbers, which random terms seldom have. */
const choices: fc.Arbitrary<Term> = term.map((one) => ({
  ...one,
  lines: one.lines.map((line) => ({
    ...line,
    op: (['lit', 'where', 'leafMax', 'where', 'leafSize'] as const)[line.args[0] % 5] ?? 'where',
  })),
}))

test('random equations reach as far as the nodes of their graph', () => {
  fc.assert(
    fc.property(fc.oneof(term, choices), (one) => {
      const builder = nodeBuilder()
      const nodes = [
        builder.input('update'),
        builder.slot(0, 'leaf', 'leaf'),
        builder.slot(0, 'tree', 'tree'),
        builder.slot(0, 'element', 'element'),
      ]
      const inputs: readonly Reaching[] = (['element', 'leaf', 'tree', 'element'] as const).map(reachingTo)
      const results = meant(builder.arithmetic(0), one, nodes, must(builder.scalars(0)['s'], 'scalar'))
      const reach = reaches(builder.nodes())
      const wanted: readonly Reach[] = results.map((node) => must(reach.get(node), 'reach'))
      const found = meant<Reaching, Reaching>(reaching, one, inputs, reachingTo('tree')).map((number) => number.reach)
      // Two that are made alike are one node of a graph: a choice between them hangs on no condition there.
      if (one.lines.some(({ op }) => op === 'where'))
        found.forEach((far, i) => expect(width[far]).toBeGreaterThanOrEqual(width[must(wanted[i], 'reach')]))
      else expect(found).toEqual(wanted)
    }),
    { numRuns: 2000 },
  )
})

import { expect, test } from 'vitest'
import type { Change } from './Change.js'
import { changes } from './changes.js'

const needs = ({ needs: kinds, refused, options }: Change): string =>
  [
    ...(options === undefined ? [] : [`\`${JSON.stringify(options).replaceAll('"', "'")}\``]),
    ...(refused === true ? ['a choice'] : kinds.map((kind) => `\`${kind}\``)),
  ].join(', ') || '–'

test('the table of changes, their plans and what they need', async () => {
  await expect(
    [
      '# What becomes of a state when its chain has changed',
      '',
      'Written by `migrationsPage.node.test.ts`. Each row is also carried out by `changes.test.ts`: the plan of the chain on the left, after three',
      'steps, is this one; without what it needs it is refused; the state that `migrate` makes of it is, bit for bit, one put together by hand; and',
      'two steps more give the numbers of the references, or those of the chain that was not changed.',
      '',
      'The parameters are two leaves, so adam has six lines: two moments of each, its count, and that of its learning rate. `same` and `moved` need',
      'nothing. An equation keeps what it has by its name, its ordinal among its like that see the leaf, the slot and the leaf; a restore of a file',
      'goes by the same plan.',
      '',
      '| change | plan | needs |',
      '| --- | --- | --- |',
      ...changes.map((change) => `| ${change.change} | ${change.plan} | ${needs(change)} |`),
      '',
    ].join('\n'),
  ).toMatchFileSnapshot('../../../src/migration/MIGRATIONS.md')
})

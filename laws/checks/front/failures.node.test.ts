import { either as E } from 'fp-ts'
import { expect, test } from 'vitest'
import { checkLaws } from '../../checkLaws.js'
import { failureText } from '../../failureText.js'
import { planted } from '../planted/planted.js'

/** The ten bugs that are met most, by what the planted ones are called, and what the first three lines must say of the
 *  cause. */
const commonest: readonly (readonly [bug: string, cause: RegExp])[] = [
  ['a sign lost', /signLost.*"odd".*updates\(−g\) = −updates\(g\)[\s\S]*abs\(mu'/],
  ['a norm of 0 is divided by', /normalized.*"finite"[\s\S]*NaN[\s\S]*u' = u\//],
  ['a tensor left behind at each step', /leak.*"no leak"[\s\S]*1 on the left is 0 .*tensors left behind/],
  ['momentum inside the optimizer, shared by all who use it (tf.train, Keras)', /sharedMomentum.*"purity"/],
  ['a factor by the position of a leaf (slots keyed by position: tf.train, Keras)', /byPosition.*"names"/],
  ['the rate applied twice', /scale.*0\.25.*-0\.25.*"monotone"[\s\S]*0 scale;  u' = s·u;  1 scale;  u' = s·u/],
  [
    'ascent, a sign lost at the end of a chain',
    /scale\(\{ stepSize: 0\.1 \}\).*"descends"[\s\S]*at the end[\s\S]*u' = s·u/,
  ],
  [
    'accumulation whose sum is never set back: from the second window on all earlier gradients count again',
    /multiSteps.*"one"/,
  ],
  ['only the first leaf is asked whether it is finite', /applyIfFinite.*"one bad number"/],
  [
    'copies of the parameters in float32, whole numbers too (DALLE2-pytorch#149, ignite#2590)',
    /shadow.*"whole numbers"/,
  ],
]

const textsOf = async (bug: string): Promise<readonly string[]> => {
  const one = planted.find((row) => row.bug === bug)
  if (one === undefined) throw new Error(`no planted bug is called "${bug}"`)
  const found = await checkLaws(one.suite(), { numRuns: 60, seed: 1 })()
  // where something is thrown, the lines of the stack are those of a machine
  return E.isLeft(found) ? found.left.map((failure) => failureText(failure).replaceAll(/\n +at .*/g, '')) : []
}

/** What is told of each, found once. */
const told = new Map<string, Promise<readonly string[]>>()
const texts = (bug: string): Promise<readonly string[]> => {
  const found = told.get(bug) ?? textsOf(bug)
  told.set(bug, found)
  return found
}

test.each(commonest)('%s: the cause is in the first three lines', async (bug, cause) => {
  const [first = 'nothing was found', ...others] = await texts(bug)
  expect(first.split('\n').slice(0, 3).join('\n')).toMatch(cause)
  // what follows from it is a line or two each
  expect(others.filter((text) => /follows/.test(text)).map((text) => text.split('\n').length)).toEqual(
    others.filter((text) => /follows/.test(text)).map(() => 2),
  )
})

test('FAILURES.md shows each as a user reads it', async () => {
  const sections: string[] = []
  for (const [bug] of commonest) sections.push(`## ${bug}\n\n\`\`\`text\n${(await texts(bug)).join('\n\n')}\n\`\`\``)
  await expect(
    `# Failures, as a user reads them\n\nThe ten bugs that are met most, planted, and all that the laws say of them. Written by \`npx vitest run --project node laws/checks/front -u\`.\n\n${sections.join('\n\n')}\n`,
  ).toMatchFileSnapshot('FAILURES.md')
})

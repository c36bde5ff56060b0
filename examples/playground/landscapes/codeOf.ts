import { type Choices, exportedAs, type Run } from './choices.js'
import { lossCode } from './lossCode.js'
import { schedules } from './schedules.js'
import type { LandscapeName } from './surfaces.js'

/** The program that a run stands for, whole. */
export const codeOf = (
  { landscape, noise }: Choices & { readonly landscape: LandscapeName },
  run: Run,
  start: readonly [number, number],
): string => {
  const base = exportedAs(run.optimizer)
  const [options, schedule] = optionsOf(run)
  const order = run.order === 'concurrent' ? ", { order: 'concurrent' }" : ''
  const average =
    run.average === 'none' ? undefined : `withAverage(${run.average}(${run.averageOptions.trim()})${order})`
  const names = [
    base,
    'disposeExcept',
    'minimize',
    ...(average === undefined ? [] : ['averaged', run.average, 'withAverage']),
    ...(schedule === undefined ? [] : [schedule]),
  ].toSorted()
  return [
    "import * as tf from '@tensorflow/tfjs-core'",
    "import '@tensorflow/tfjs-backend-webgl'",
    "import 'polyak/gradients'",
    `import { ${names.join(', ')} } from 'polyak'`,
    '',
    lossCode[landscape],
    '',
    `const optimizer = ${average === undefined ? '' : `${average}(`}${base}(${options})${average === undefined ? '' : ')'}`,
    `const params = { w: tf.tensor1d([${start.join(', ')}]) }`,
    'const noisy = (p: typeof params, noise: tf.Tensor) => tf.add(loss(p.w), tf.sum(tf.mul(noise, p.w)))',
    'let now = { params, state: optimizer.init(params) }',
    'for (let i = 0; i < 300; i++) {',
    `  const noise = tf.randomNormal([2], 0, ${noise})`,
    '  const { value, ...next } = minimize(optimizer, noisy)(now, noise)',
    '  disposeExcept([value, noise, now], next)',
    '  now = next',
    '}',
    'now.params.w.print()',
    ...(average === undefined ? [] : ['averaged(now.state).w.print()']),
  ].join('\n')
}

/** The options of a run as code, with its schedule in place of the number; and the name of that. */
const optionsOf = ({ options, schedule }: Run): readonly [code: string, schedule: string | undefined] => {
  const [whole, rate] = /learningRate:\s*(-?[\d.]+(?:e-?\d+)?)/.exec(options) ?? []
  if (schedule === 'constant' || whole === undefined) return [options.trim(), undefined]
  const [code = String(rate)] = schedules[schedule]?.(Number(rate)) ?? []
  return [options.trim().replace(whole, `learningRate: ${code}`), code.split('(')[0]]
}

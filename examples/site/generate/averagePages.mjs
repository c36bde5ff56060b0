import { weightsPicture } from './pictures.mjs'
import { cell, firstLine, optionsTable, page } from './text.mjs'

const steps = 96

/** A page for each average: schemes with the picture of their weights, and the wrappers. */
export const averagePages = ({ polyak, names }) => {
  const said = [...names.values()].filter(({ path, kind }) => path.startsWith('src/averaging/') && kind === 'function')
  const schemes = said.filter(({ path }) => path.includes('/schemes/'))
  const pages = said.map((one) => {
    const weights = weightsOf(polyak, one.name)
    return {
      name: one.name,
      link: `/reference/averages/${one.name}`,
      text: [
        `# ${one.name}`,
        page(one),
        ...(one.options.length > 0 ? ['## Options', optionsTable(one.options)] : []),
        ...(weights === undefined
          ? []
          : [
              '## Its weights',
              `${weightsPicture(weights.weights, `Weights of ${one.name} after ${steps} steps`)}\n\n\`\`\`text\n${weights.described}\n\`\`\`\n\nas \`${weights.shown}\`.`,
            ]),
      ].join('\n\n'),
    }
  })
  const row = (one) => `| [${one.name}](./${one.name}) | ${cell(firstLine(one))} |`
  const table = (list) => ['| name | what it is |', '| --- | --- |', ...list.map(row)].join('\n')
  const others = said.filter((one) => !schemes.includes(one))
  return [
    {
      name: 'All averages',
      link: '/reference/averages/',
      text: `# Averages\n\n[Which average?](/guides/which-average) helps to choose.\n\n## Schemes\n\n${table(schemes)}\n\n## Around an optimizer, and beside it\n\n${table(others)}`,
    },
    ...pages,
  ]
}

/** Schemes with options for a run as short as the picture. */
const examples = {
  annealed: (p) => p.annealed({ momentum: 0.05, gamma: 20 }),
  bema: (p) => p.bema({ emaPower: 0.5 }),
  debiased: (p) => p.debiased({ decay: 0.95 }),
  exponential: (p) => p.exponential({ decay: 0.95 }),
  halfLife: (p) => p.halfLife({ halfLife: 12 }),
  inverseGamma: (p) => p.inverseGamma(),
  polynomial: (p) => p.polynomial({ eta: 3 }),
  powerFunction: (p) => p.powerFunction({ width: 0.1 }),
  ramp: (p) => p.ramp({ decay: 0.95, tau: 20 }),
  scaledDecay: (p) => p.exponential({ decay: p.scaledDecay({ decay: 0.99, kappa: 8 }) }),
  uniform: (p) => p.uniform(),
  uniformThen: (p) => p.uniformThen({ warmup: 48, decay: 0.95 }),
  warmup: (p) => p.warmup({ decay: 0.95 }),
  weighted: (p) => p.weighted({ weight: (count) => Math.sqrt(count + 1) }),
}

const weightsOf = (polyak, name) => {
  const make = examples[name]
  if (make === undefined) return undefined
  try {
    const scheme = make(polyak)
    return { ...polyak.averagingWeights(scheme, steps), shown: make.toString().replace(/^\(p\) => p\./, '') }
  } catch (cause) {
    throw new Error(`the picture of ${name}`, { cause })
  }
}

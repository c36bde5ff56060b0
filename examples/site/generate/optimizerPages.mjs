import { pathPicture } from './pictures.mjs'
import { pathOf } from './landscape.mjs'
import { cell, firstLine, optionsTable, page } from './text.mjs'

/** A page for each optimizer, and one that lists them. `raced` and `oracle` are rows by name. */
export const optimizerPages = ({ tf, polyak, names, raced, oracle }) => {
  const optimizers = [...names.values()].filter(
    ({ path, kind }) => path.startsWith('src/optimizers/') && kind === 'function',
  )
  const pages = optimizers.map((said) => {
    const make = (rate) => polyak[said.name](given(said, rate))
    const path = pathOf(tf, polyak, make)
    return {
      name: said.name,
      link: `/reference/optimizers/${said.name}`,
      text: [
        `# ${said.name}`,
        page(said),
        ...(said.options.length > 0 ? ['## Options', optionsTable(said.options)] : []),
        ...equation(polyak, make),
        ...(path === undefined
          ? []
          : [
              '## On a valley',
              `${pathPicture(path.points, `The path of ${said.name} on an oblong bowl, 60 steps`)}\n\n60 steps on (x² + 10 y²)/2 at rate ${path.rate}, the best of 1, 0.3, 0.1, 0.03, 0.01, 0.003; loss at the end ${path.loss.toPrecision(2)}.`,
            ]),
        ...(raced.has(said.name) ? ['## In the race', raced.get(said.name)] : []),
        ...(oracle.has(said.name)
          ? [
              '## Beside the original',
              `Worst error of random cases against optax, by the float64 reference: ${oracle.get(said.name)}.`,
            ]
          : []),
      ].join('\n\n'),
    }
  })
  return [
    {
      name: 'All optimizers',
      link: '/reference/optimizers/',
      text: [
        '# Optimizers\n\n| name | what it is |\n| --- | --- |',
        ...optimizers.map((said) => `| [${said.name}](./${said.name}) | ${cell(firstLine(said))} |`),
      ].join('\n'),
    },
    ...pages,
  ]
}

/** What a constructor must be given; the rest are its defaults. */
const given = ({ name, options }, rate) => ({
  ...(options.some((option) => option.name === 'learningRate') ? { learningRate: rate } : {}),
  ...needed[name],
})

const needed = {
  dpsgd: { l2NormClip: 1e3, noiseMultiplier: 0, batchSize: 1, key: 1 },
  noisySgd: { key: 1 },
  polyakSgd: { maxLearningRate: 1 },
}

const equation = (polyak, make) => {
  try {
    return ['## The program that runs', `$$\n${polyak.equations(make(1e-3), { format: 'latex' })}\n$$`]
  } catch {
    return [] // no step without what a caller hands in
  }
}

import { anatomyOf } from './anatomyOf.js'
import { type Fork, type Occasion, placedIn, type Program, type Segment } from '../equation/Program.js'
import { latexWords } from '../equation/latexNotation.js'
import { type PrintedLine, printedStep, type PrintFormat, printing } from '../equation/printing.js'
import { anything, oneOf } from '../scalars/kinds.js'
import { optional, optionsFor, withDefault } from '../scalars/options.js'
import { standInState } from '../state/standInState.js'
import type { AnyTransformation } from './Transformation.js'
import { usualWay } from './usualWay.js'

/** Options of `equations`. */
export interface EquationsOptions {
  /** `'text'` or `'latex'`.
   *
   *  @defaultValue 'text' */
  readonly format?: 'text' | 'latex'
  /** A state of this optimizer, for the scalars in effect. */
  readonly state?: unknown
  /** What each step is handed after the parameters. Default: 1 under every name. */
  readonly extra?: unknown
}

/** The update of an optimizer as written, part by part in the order in which they run: documentation that cannot rot,
 *  because it is the program that runs.
 *
 *  ```text
 *  u: the update that arrives at a part;  x': the next value of x;  other names are slots and scalars of the part at
 *                                         its place
 *  ```
 *
 *  Branches taken by count are those of the first step, or of `state`; what the caller hands in with each step is
 *  `extra`. Where the updates decide, the way shown is that of updates with nothing wrong.
 *
 *  @throws `TypeError` for unknown options.
 *  @laws total; depends on structure alone: options with other numbers print the same.
 *  @example
 *  ```ts
 *  equations(chain(clipByGlobalNorm({ maxNorm: 1 }), adam({ learningRate: 1e-3 })))
 *  equations(adam({ learningRate: 1e-3 }), { format: 'latex' })
 *  ```
 */
export const equations = (tx: AnyTransformation, given?: EquationsOptions): string => {
  const anatomy = anatomyOf('equations: the optimizer', tx)
  const { format, state, extra } = parse(given)
  const now = state ?? standInState(anatomy.shape)
  const occasion = { updates: null, params: null, extra: extra ?? anyNumber }
  return layouts[format]([
    ...partsOf(anatomy.plan(now, occasion), format, now, occasion),
    { title: 'step', lines: [printedStep(format)] },
  ])
}

const parse = optionsFor<EquationsOptions>()('equations', {
  format: withDefault(oneOf('text', 'latex'), 'text'),
  state: optional(anything('a state of this optimizer')),
  extra: optional(anything('what each step is handed')),
})

/** Stands for the numbers that a step is handed: whatever its name, it is 1. */
const anyNumber = new Proxy<Readonly<Record<string, unknown>>>({}, { get: () => 1, has: () => true })

interface Part {
  readonly title: string
  readonly lines: readonly PrintedLine[]
}

const partsOf = ({ segments }: Program, format: PrintFormat, state: unknown, occasion: Occasion): readonly Part[] =>
  segments.flatMap((segment): readonly Part[] => {
    switch (segment.kind) {
      case 'stage':
        if (segment.equation.marks !== undefined) return []
        return [{ title: title(segment, segment.equation.name), lines: printing(format)(segment.equation) }]
      case 'plain':
        return [{ title: `${title(segment, segment.name)}: not an equation`, lines: [] }]
      case 'fork':
        return forked(segment, format, state, occasion)
      case 'trial':
        return [
          {
            title: `${title(segment, segment.name)}: ${segment.decide === undefined ? "kept where accepted' = 1" : 'the host decides'}`,
            lines: printing(format)(segment.judge),
          },
          ...partsOf(placedIn(segment)(segment.program), format, state, occasion),
        ]
    }
  })

/** A fork shows the way that is taken where all that it measures is 0: nothing is wrong with the updates. */
const forked = (fork: Fork, format: PrintFormat, state: unknown, occasion: Occasion): readonly Part[] => {
  const { name, measure } = fork
  const way = usualWay(fork, state, occasion)
  if (measure === undefined || way === undefined)
    return [{ title: `${title(fork, name)}: goes on as the updates decide`, lines: [] }]
  const numbers = Object.keys(measure.slots)
  return [
    {
      title: `${title(fork, name)}: goes on as the updates decide, so where ${numbers.map((number) => `${number}' = 0`).join(', ')}`,
      lines: printing(format)(measure),
    },
    ...partsOf(way, format, state, occasion),
  ]
}

const title = ({ at: place, scope }: Segment, name: string): string =>
  [...(place.length === 0 ? [] : [place.join('.')]), name, ...(scope === null ? [] : ['(masked)'])].join(' ')

const layouts: Readonly<Record<PrintFormat, (parts: readonly Part[]) => string>> = {
  text: (parts) =>
    parts
      .flatMap(({ title: head, lines }) => [head, ...lines.map(({ left, right }) => `  ${left} = ${right}`)])
      .join('\n'),
  latex: (parts) =>
    [
      '\\begin{aligned}',
      parts
        .flatMap(({ title: head, lines }) => [
          `&\\text{${latexWords(head)}}`,
          ...lines.map(({ left, right }) => `&\\quad ${left} = ${right}`),
        ])
        .join(' \\\\\n'),
      '\\end{aligned}',
    ].join('\n'),
}

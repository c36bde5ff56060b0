import { backendName } from '../../laws/checks/backend.js'
import { type ProjectionOptions, projectionLaws } from '../../laws/projectionLaws.js'
import { describeLaws } from '../../laws/vitest.js'
import type { Tree } from '../tree/Tree.js'
import { projectionHypercube } from './projectionHypercube.js'
import { projectionL1Ball } from './projectionL1Ball.js'
import { projectionL2Ball } from './projectionL2Ball.js'
import { projectionL2Sphere } from './projectionL2Sphere.js'
import { projectionLinfBall } from './projectionLinfBall.js'
import { projectionNonNegative } from './projectionNonNegative.js'
import { projectionSimplex } from './projectionSimplex.js'

const beyond = (most: number) => (size: number) => Math.max(0, size - most)
const sum = (values: readonly number[]) => values.reduce((total, x) => total + x, 0)

const rows: readonly (readonly [name: string, project: (tree: Tree) => unknown, options?: ProjectionOptions])[] = [
  ['nonNegative', (x) => projectionNonNegative(x), { outside: (x) => Math.max(0, ...x.map((a) => -a)) }],
  [
    'hypercube',
    (x) => projectionHypercube(x, { scale: 2 }),
    { outside: (x) => Math.max(0, ...x.map((a) => Math.max(-a, a - 2))) },
  ],
  ['L1 ball', (x) => projectionL1Ball(x, { scale: 2 }), { outside: (x) => beyond(2)(sum(x.map(Math.abs))) }],
  ['L2 ball', (x) => projectionL2Ball(x, { scale: 2 }), { outside: (x) => beyond(2)(Math.hypot(...x)) }],
  [
    'L∞ ball',
    (x) => projectionLinfBall(x, { scale: 2 }),
    { outside: (x) => beyond(2)(Math.max(0, ...x.map(Math.abs))) },
  ],
  ['simplex', (x) => projectionSimplex(x, { scale: 2 }), { outside: (x) => Math.abs(sum(x) - 2) }],
  ['L2 sphere', (x) => projectionL2Sphere(x, { scale: 2 }), { convex: false }],
]

for (const [name, project, options] of rows)
  describeLaws(
    { ...projectionLaws(project, options), name: `projection on ${name}` },
    { numRuns: backendName === 'webgl' ? 1 : 10 },
  )

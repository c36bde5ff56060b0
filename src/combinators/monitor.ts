import { checkFields } from '../scalars/checkFields.js'
import { shown } from '../scalars/shown.js'
import { plain } from '../transformation/plain.js'
import type { StateLambda, Transformation } from '../transformation/Transformation.js'
import { spell } from '../tree/Skeleton.js'
import type { Tree } from '../tree/Tree.js'
import { checkMeasured, type Measured, measured } from './measured.js'
import { checkPartName } from './partName.js'

/** A measurement with a memory, such as `measureWithEma` makes. Returns tensors of its own. */
export interface Measure<S, V> {
  readonly kind: 'measure'
  readonly options: Readonly<Record<string, unknown>>
  readonly init: (params: Tree) => readonly [value: V, state: S]
  readonly update: (updates: Tree, state: S) => readonly [value: V, state: S]
}

/** What `monitor` takes: functions of the updates, and measures, by name. */
export type Measures = Readonly<Record<string, ((updates: Tree) => Measured) | AnyMeasure>>

/** Any measure. A method, so that its state may be of any type. */
export interface AnyMeasure {
  readonly kind: 'measure'
  readonly options: Readonly<Record<string, unknown>>
  init(params: Tree): readonly [value: unknown, state: unknown]
  update(updates: Tree, state: never): readonly [value: unknown, state: unknown]
}

/** What each measure gives. */
export type MeasurementsOf<Ms> = {
  readonly [K in keyof Ms]: Ms[K] extends Measure<infer _S, infer V>
    ? V
    : Ms[K] extends (updates: Tree) => infer V
      ? V
      : never
}

/** What the measures remember: an entry for each that has a memory. */
export type MemoriesOf<Ms> = {
  readonly [K in keyof Ms as Ms[K] extends AnyMeasure ? K : never]: Ms[K] extends Measure<infer S, infer _V> ? S : never
}

export interface Monitoring<Ms> extends StateLambda {
  readonly State: { readonly measurements: MeasurementsOf<Ms>; readonly states: MemoriesOf<Ms> }
}

/** Keeps several measurements of the updates that pass, by name.
 *
 *  ```text
 *  u = g        state = { measurements: { name: measure(g), … }, states: { … } }
 *  ```
 *
 *  @shapes those of the measurements.
 *  @throws whatever a measure throws; `TypeError` where one returns what is no measurement, and for a name that cannot be
 *    a key of a state.
 *  @laws `identity` on updates; functions alone are as many `snapshot`s.
 *  @departs `init` measures the parameters, as `snapshot` does, so that the state never changes its structure; optax
 *    starts with none.
 *  @reference optax.monitor
 *  @example monitor({ gradNorm: treeNorm, smooth: measureWithEma({ measure: treeNorm, decay: 0.9 }) }) */
export const monitor = <const Ms extends Measures>(measures: Ms): Transformation<Monitoring<Ms>> => {
  checkFields('monitor: measures', measures, {}, 'Pass e.g. { gradNorm: treeNorm }.')
  const entries = Object.entries<Measures[string]>(measures)
  for (const [name, one] of entries) {
    checkPartName('monitor', name)
    if (typeof one !== 'function' && !isMeasure(one))
      throw new TypeError(
        `monitor: ${name} must be a function of the updates, or a measure such as measureWithEma({ … }), ` +
          `found ${shown(one)}. Pass e.g. { ${name}: treeNorm }.`,
      )
  }
  type State = Monitoring<Ms>['State']
  const record = (results: readonly Result[]): State =>
    Object.freeze({
      measurements: Object.freeze(Object.fromEntries(results.map(({ name, value }) => [name, value]))),
      states: Object.freeze(
        Object.fromEntries(
          results.flatMap(({ name, state }) => (state === undefined ? [] : [[name, Object.freeze(state)]])),
        ),
      ),
    }) as State // built name by name from the measures, which is what the type says
  return plain<Monitoring<Ms>>({
    name: 'monitor',
    options: Object.fromEntries(
      entries.map(([name, one]) => [name, typeof one === 'function' ? one.name : one.options]),
    ),
    init: (params) => record(entries.map(([name, one]) => first(name, one, params))),
    update: (updates, state) => [
      updates,
      record(
        entries.map(([name, one]) =>
          next(name, one, updates, (state.states as Readonly<Record<string, unknown>>)[name]),
        ),
      ),
    ], // read by name
  })
}

const isMeasure = (one: unknown): boolean =>
  typeof one === 'object' && one !== null && 'kind' in one && one.kind === 'measure'

interface Result {
  readonly name: string
  readonly value: unknown
  readonly state?: unknown
}

const first = (name: string, one: Measures[string], params: Tree): Result => {
  if (typeof one === 'function') return { name, value: measured(`monitor: ${name}`, one, params) }
  return { name, ...pairFrom(`monitor: ${name}.init`, one.init(params)) }
}

const next = (name: string, one: Measures[string], updates: Tree, memory: unknown): Result => {
  if (typeof one === 'function') return { name, value: measured(`monitor: ${name}`, one, updates) }
  // what this measure returned before
  return { name, ...pairFrom(`monitor: ${name}.update`, one.update(updates, memory as never)) }
}

/** What a measure returned: the measurement, and what it remembers. */
const pairFrom = (call: string, result: unknown): Omit<Result, 'name'> => {
  if (!Array.isArray(result) || result.length !== 2)
    throw new TypeError(`${call} must return [measurement, memory], found ${spell(result)}. Return both, in an array.`)
  const [value, state]: readonly unknown[] = result
  checkMeasured(`${call}: the measurement`, value, '')
  return { value, state }
}

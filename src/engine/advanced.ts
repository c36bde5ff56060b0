/** @internal */
import { rememberedOne } from '../equation/Program.js'
import type { Stage } from '../equation/Stage.js'
import { keepsNothing } from './records.js'

/** The state after a run of stages; `write` writes what stage `s` keeps to a copy of its record. Each container on the way
 *  to a record is copied once, whatever the number of records below it; what lies beside is the same object. */
export const advanced = (state: unknown, stages: readonly Stage[], write: Write): unknown => {
  const place = placesOf(stages)
  return place.stages.length + place.parts.size === 0 ? state : rebuilt(place, write, state)
}

type Write = (record: Record<string, unknown>, s: number) => void

/** A node of the state that is, or leads to, the record of a stage. */
interface StatePlace {
  readonly stages: number[]
  readonly parts: Map<string | number, StatePlace>
}

const placeHere = (): StatePlace => ({ stages: [], parts: new Map() })

const placesOf = rememberedOne((stages: readonly Stage[]): StatePlace => {
  const root = placeHere()
  stages.forEach((stage, s) => {
    if (keepsNothing(stage)) return // its place may be no record at all
    let place = root
    for (const key of stage.at) {
      const part = place.parts.get(key) ?? placeHere()
      place.parts.set(key, part)
      place = part
    }
    place.stages.push(s)
  })
  return root
})

const rebuilt = ({ stages, parts }: StatePlace, write: Write, node: unknown): unknown => {
  // paths lead through records and arrays only, which are read by key alike; `slice` is slow on frozen arrays
  const copy = (Array.isArray(node) ? [...(node as readonly unknown[])] : { ...(node as object) }) as Record<
    string | number,
    unknown
  >
  for (const s of stages) write(copy, s)
  for (const [key, part] of parts) copy[key] = rebuilt(part, write, copy[key])
  return Object.freeze(copy)
}

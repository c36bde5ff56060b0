import type { Description } from '../transformation/Description.js'

/** The version of the layout of tensor names and metadata. */
export const formatVersion = '2'

/** The versions that are read: for ever. */
export const formatVersions: readonly string[] = ['1', formatVersion]

/** The keys of a checkpoint's metadata; other keys are left alone. */
export const metadataKeys = {
  format: 'polyak.format',
  numbers: 'polyak.numbers',
  optimizer: 'polyak.optimizer',
  parts: 'polyak.parts',
  record: 'polyak.record',
  swapped: 'polyak.swapped',
} as const

/** What a caller may keep beside parameters and state, such as a data position or a random key: any numbers (infinities,
 *  NaN and −0 come back as they were), strings, booleans, `null`, and lists and plain records of these. A field that is
 *  `undefined` is no field. */
export interface CheckpointRecord {
  readonly [key: string]: Recorded
}

/** A value in a record. */
export type Recorded = string | number | boolean | null | readonly Recorded[] | CheckpointRecord

/** A description fit for JSON. */
export const writtenDescription = ({ name, options, parts }: Description): unknown => ({
  name,
  options: writable(options),
  parts: parts.map(writtenDescription),
})

/** Options as JSON holds them: what JSON would drop or bend is written in words. */
const writable = (value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value)
    ? String(value)
    : typeof value === 'function'
      ? { $function: value.name }
      : Array.isArray(value)
        ? value.map(writable)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .filter(([, v]) => v !== undefined)
                .map(([k, v]) => [k, writable(v)]),
            )
          : value

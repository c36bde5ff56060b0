import { expectTypeOf } from 'vitest'

import { halfOpenUnit, positive } from './index.js'
import { anything, fn, listOf, numberOrSchedule, oneOf, flag } from './kinds.js'
import { nonNegative } from './numbers.js'
import { type Given, options, optional, type OptionsOf, required, withDefault } from './options.js'
import type { Schedule } from './Schedule.js'

const parse = options('scaleByAdam', {
  b1: withDefault(halfOpenUnit, 0.9),
  b2: withDefault(halfOpenUnit, 0.999),
  eps: withDefault(nonNegative, 1e-8),
  nesterov: withDefault(flag, false),
})

interface AdamOptions {
  readonly b1: number
  readonly b2: number
  readonly eps: number
  readonly nesterov: boolean
}
expectTypeOf(parse({ b1: 0.8 })).toEqualTypeOf<AdamOptions>()
expectTypeOf(parse()).toEqualTypeOf<AdamOptions>()
expectTypeOf<OptionsOf<typeof parse>>().toEqualTypeOf<Partial<AdamOptions>>()

// @ts-expect-error there is no option b
parse({ b: 1 })
// @ts-expect-error nor beside a known one
parse({ b1: 0.9, beta2: 1 })
// @ts-expect-error a number is no flag
parse({ nesterov: 1 })
// @ts-expect-error absence is written by leaving it out
parse({ b1: undefined })
// @ts-expect-error the options are one record
parse(0.9)
// @ts-expect-error the result is read only
parse().b1 = 1

const spec = {
  learningRate: required(numberOrSchedule(nonNegative)),
  mode: withDefault(oneOf('min', 'max'), 'min'),
  maxNorm: optional(positive),
  mask: optional(anything<{ readonly w: boolean }>()),
  norm: optional(fn<(x: string) => number>()),
  factors: withDefault(listOf(positive), []),
}
const mixed = options('mixed', spec)
expectTypeOf<Given<typeof spec>>().toEqualTypeOf<{
  readonly learningRate: number | Schedule
  readonly mode?: 'min' | 'max'
  readonly maxNorm?: number
  readonly mask?: { readonly w: boolean }
  readonly norm?: (x: string) => number
  readonly factors?: readonly number[]
}>()
expectTypeOf(mixed({ learningRate: (count) => 1 / (1 + count) })).toEqualTypeOf<{
  readonly learningRate: number | Schedule
  readonly mode: 'min' | 'max'
  readonly maxNorm: number | undefined
  readonly mask: { readonly w: boolean } | undefined
  readonly norm: ((x: string) => number) | undefined
  readonly factors: readonly number[]
}>()
// @ts-expect-error learningRate is required
mixed({ mode: 'max' })
// @ts-expect-error 'mean' is none of the words
mixed({ learningRate: 1, mode: 'mean' })
// @ts-expect-error a default is of the option's type
withDefault(oneOf('min', 'max'), 'mean')

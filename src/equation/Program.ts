/** @internal */
import type { Leaf } from '../tree/Tree.js'
import type { Equation } from './Equation.js'
import type { Manner } from './Manner.js'
import type { Mark } from './Mark.js'
import { both, type Scope } from './Scope.js'
import type { Stage, StatePath, Surrounding } from './Stage.js'
import type { View } from './View.js'

/** Runs a program once: the new parameters (`step`) or the updates (`update`), and the next state. */
export type Run = <L extends Leaf>(
  manner: Manner<L>,
  program: Program,
  occasion: Occasion,
  state: unknown,
) => readonly [tree: unknown, state: unknown]

/** What is no stage, and so what runs a program that holds it: `runSegments`, by reference, so that a bundle of equations
 *  alone holds nothing of it. */
interface Unfused {
  readonly run: Run
}

/** A transformation that is no equation, at its place in a program: it works on whole trees. */
export interface Plain extends Unfused {
  readonly kind: 'plain'
  readonly name: string
  readonly at: StatePath
  readonly scope: Scope
  readonly surroundings?: readonly Surrounding[]
  /** What is read back from the device, and when, for `explained`. Default: nothing. */
  readonly readsBack?: string
  /** It takes gradients of single examples, which have axes that the parameters lack: first in a program, or nowhere.
   *  `aggregated`, by reference, as the way of a fork. */
  readonly aggregates?: Aggregates
  readonly update: (
    updates: unknown,
    state: unknown,
    params: unknown,
    extra: unknown,
    view: View,
  ) => readonly [updates: unknown, state: unknown]
}

/** Runs the part of a program that takes gradients of single examples. */
export type Aggregates = <L extends Leaf>(
  manner: Manner<L>,
  program: Program,
  occasion: Occasion,
  state: unknown,
) => Aggregated

/** What is left of a program then. */
export interface Aggregated {
  readonly rest: Program
  readonly state: unknown
  readonly trees: unknown[]
}

/** Where a program forks: which way it goes is seen from the updates that arrive, while the step runs. */
export interface Fork extends Unfused {
  readonly kind: 'fork'
  readonly name: string
  readonly at: StatePath
  readonly scope: Scope
  readonly surroundings?: readonly Surrounding[]
  /** What is read of the updates: an equation that passes them on, with slots of one number for the tree. */
  readonly measure?: Equation
  /** The program from here on, placed where the fork is. It sees the state at `at`, and trees as the scope shows
   *  them. */
  readonly choose: (numbers: Readonly<Record<string, number>>, state: unknown, occasion: Occasion) => Program
  /** How a run learns the way: `wayOf`, by reference, so that a bundle without forks holds nothing of them. */
  readonly way: <L extends Leaf>(manner: Manner<L>, fork: Fork, occasion: Occasion, state: unknown) => Program
}

/** A program whose result is kept or dropped: mostly on the device, without a number being read back. */
export interface Trial extends Unfused {
  readonly kind: 'trial'
  readonly name: string
  readonly at: StatePath
  readonly scope: Scope
  readonly surroundings?: readonly Surrounding[]
  /** An equation that passes the updates on, with slots of one number for the tree. It writes the slot `accepted`, 1
   *  keeps the result, unless the host decides. */
  readonly judge: Equation
  /** What the judge looks at: the updates that arrive (default), or also those that come of them, and the new state. */
  readonly judges?: 'updates' | 'updatesAndState'
  /** Where the host decides, from the numbers that the judge makes. */
  readonly decide?: (numbers: Readonly<Record<string, number>>, state: unknown) => Verdict
  /** What is tried, placed where the trial is. */
  readonly program: Program
  /** How it ends: `settledOnDevice`, or where the host decides `settledOnHost`; by reference, as the way of a fork. */
  readonly settle: <L extends Leaf>(
    manner: Manner<L>,
    trial: OpenTrial,
    occasion: Occasion,
    made: readonly [tree: unknown, state: unknown],
    /** The states that somebody else holds. */
    held: readonly unknown[],
  ) => Settled
}

/** A trial whose outcome is not selected yet. */
export interface OpenTrial {
  readonly of: Trial
  /** The state before the trial, and with what is judged before anything is tried. */
  readonly given: unknown
  readonly judged: unknown
}

/** What comes of a trial. */
export interface Settled {
  readonly updates: unknown
  readonly state: unknown
  /** What runs next, before what follows the trial. */
  readonly next: Program | null
}

/** Whether the result of a trial is kept, and what then runs where the trial is. */
export interface Verdict {
  readonly accepted: boolean
  readonly program: Program
}

export type Segment = Stage | Plain | Fork | Trial

/** What one step does, in order. Programs are made once and remembered, so that identity is equality. */
export interface Program {
  readonly segments: readonly Segment[]
}

/** What a plan may look at beside the state: never more than it needs, and mostly nothing. */
export interface Occasion {
  readonly updates: unknown
  readonly params: unknown
  readonly extra: unknown
  /** What has gathered shall go on, with the update that arrives as the last one, or with nothing more: `flush`. */
  readonly flush?: 'last' | 'nothing'
  /** Updates that arrived at an earlier place, for who reads them behind it. */
  readonly incoming?: ReadonlyMap<Mark, unknown> | undefined
  /** How trees among the extras are seen from here. Default: as they are. */
  readonly view?: View
}

/** Chooses the program of a step from the numbers in the state. */
export type Plan = (state: unknown, occasion: Occasion) => Program

/** The program that does nothing. */
export const empty: Program = { segments: [] }

/** The programs of the parts, one after the other. */
export const concatenated = (): ((programs: readonly Program[]) => Program) =>
  rememberedList((programs: readonly Program[]): Program => ({
    segments: programs.flatMap(({ segments }) => segments),
  }))

/** The program of a fork or a trial, placed where that is. */
export const placedIn = ({
  at,
  scope,
  surroundings = [],
}: Pick<Fork | Trial, 'at' | 'scope' | 'surroundings'>): ((program: Program) => Program) => {
  const move = relocated(at)
  const narrow = narrowed(scope)
  const surround = surrounded(surroundings)
  return (program) => surround(narrow(move(program)))
}

/** The same program for a state that lies deeper. */
export const relocated = (prefix: StatePath): ((program: Program) => Program) =>
  rememberedFirst((program: Program) => {
    const deeper = <T extends { readonly at: StatePath }>(placed: T): T => ({
      ...placed,
      at: [...prefix, ...placed.at],
    })
    return {
      segments: program.segments.map((s) =>
        s.surroundings === undefined ? deeper(s) : { ...deeper(s), surroundings: s.surroundings.map(deeper) },
      ),
    }
  })

/** The same program on fewer leaves. */
export const narrowed = (scope: Scope): ((program: Program) => Program) =>
  rememberedFirst((program: Program) => ({
    segments: program.segments.map((s) => ({ ...s, scope: both(scope, s.scope) })),
  }))

/** The same program, whose functions find more records around them. */
export const surrounded = (more: readonly Surrounding[]): ((program: Program) => Program) =>
  more.length === 0
    ? (program) => program
    : rememberedFirst((program: Program) => ({
        // mostly there are none
        segments: program.segments.map((s) => ({ ...s, surroundings: [...(s.surroundings ?? []), ...more] })),
      }))

/** A function of an object, computed once for each. */
export const rememberedOne = <A extends object, B extends object>(f: (a: A) => B): ((a: A) => B) => {
  const known = new WeakMap<A, B>()
  return (a) => {
    const found = known.get(a)
    if (found !== undefined) return found
    const made = f(a)
    known.set(a, made)
    return made
  }
}

/** The same for a function that a program owns: what it is asked first is mostly all that it is ever asked, and is held as
 *  long as it, without a weak map. */
export const rememberedFirst = <A extends object, B extends object>(f: (a: A) => B): ((a: A) => B) => {
  let first: { readonly of: A; readonly made: B } | undefined
  let others: ((a: A) => B) | undefined
  return (a) => {
    first ??= { of: a, made: f(a) }
    return first.of === a ? first.made : (others ??= rememberedOne(f))(a)
  }
}

interface Shelf<A extends object, B> {
  value: B | undefined
  readonly next: (item: A) => Shelf<A, B>
}

const shelf = <A extends object, B>(): Shelf<A, B> => ({ value: undefined, next: rememberedFirst(() => shelf<A, B>()) })

/** A function of a list of objects, computed once for each list. */
const rememberedList = <A extends object, B extends object>(
  f: (list: readonly A[]) => B,
): ((list: readonly A[]) => B) => {
  const root = shelf<A, B>()
  return (list) => {
    let place = root
    for (const item of list) place = place.next(item)
    return (place.value ??= f(list))
  }
}

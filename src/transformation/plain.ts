import { checkFunction } from '../scalars/checkFunction.js'
import { knownOnly } from '../scalars/knownOnly.js'
import { aggregated } from '../engine/aggregated.js'
import { runSegments } from '../engine/runSegments.js'
import type { Program } from '../equation/Program.js'
import type { View } from '../equation/View.js'
import type { Tree } from '../tree/Tree.js'
import { refuseUnkept } from '../state/refuseUnkept.js'
import { assemble } from './assemble.js'
import type { StateLambda, StateOf, Transformation } from './Transformation.js'
import { owned } from '../tree/owned.js'

/** A transformation that is no equation, as its author writes it. Trees arrive checked. */
export interface PlainParts<F extends StateLambda, E> {
  readonly name: string
  readonly options?: Readonly<Record<string, unknown>>
  /** What it reads back from the device, and when: `explained` says so. Default: nothing. */
  readonly readsBack?: string | undefined
  /** Whether the gradients that arrive are those of single examples, with axes that the parameters lack, and what it
   *  returns is like the parameters. It then comes first in a chain, and no mask is around it. Default: no. */
  readonly aggregates?: boolean | undefined
  /** Records, arrays, numbers, `null` and tensors; one of `params` is copied. */
  readonly init: (params: Tree) => StateOf<F, Tree>
  /** Neither changes nor disposes what it is given. Temporary tensors are its own to tidy. One tensor may be returned in
   *  several places, and what was given may be returned too: each place gets a handle of its own. A leaf that is not
   *  float32 has `null` for an update, and gets none. Trees among the extras are those of the user: `view` shows them as
   *  this transformation sees trees, under a mask and in `flatten`. */
  readonly update: (
    updates: Tree,
    state: StateOf<F, Tree>,
    params: Tree,
    extra: E,
    view: View,
  ) => readonly [updates: Tree, state: StateOf<F, Tree>]
}

/** A transformation from a plain pair `init`/`update` over tensors: for what is no equation. A chain fuses what lies
 *  between such parts.
 *
 *  @throws whatever `init` and `update` throw.
 *  @laws those of every transformation: `transformationLaws`.
 *  @example plain<Stateless>({ name: 'double', init: () => ({}), update: (u, s) => [mapTree((g) => tf.mul(g, 2))(u), s] }) */
export const plain = <F extends StateLambda, E = {}>(parts: PlainParts<F, E>): Transformation<F, E> => {
  const { name, options = {}, readsBack, aggregates, init, update } = known(parts)
  checkFunction('plain: init', init, '() => ({})')
  checkFunction('plain: update', update, '(updates, state) => [updates, state]')
  const program: Program = {
    segments: [
      {
        kind: 'plain',
        name,
        at: [],
        scope: null,
        run: runSegments,
        ...(readsBack === undefined ? {} : { readsBack }),
        ...(aggregates === true ? { aggregates: aggregated } : {}),
        update: update as unknown as (
          updates: unknown,
          state: unknown,
          params: unknown,
          extra: unknown,
          view: View,
        ) => readonly [unknown, unknown], // trees are unknown to a program
      },
    ],
  }
  return assemble<F, E>({
    description: { name, options, parts: [] },
    shape: {
      kind: 'opaque',
      of: name,
      init: init as (params: unknown) => unknown, // as above
      owned,
      refuse: refuseUnkept,
    },
    plan: () => program,
  })
}

const known = knownOnly<PlainParts<StateLambda, unknown>>('plain', {
  name: 'required',
  options: true,
  readsBack: true,
  aggregates: true,
  init: 'required',
  update: 'required',
})

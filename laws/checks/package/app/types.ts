import * as polyak from 'polyak'
import * as core from 'polyak/core'
import * as node from 'polyak/node'
import * as fp from 'polyak/fp'
import * as interop from 'polyak/interop'
import * as laws from 'polyak/laws'
import 'polyak/cpu'
import 'polyak/gradients'
import 'polyak/wasm'
import 'polyak/webgl'

export const entries: readonly object[] = [polyak, core, node, fp, interop, laws]

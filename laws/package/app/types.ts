import * as polyak from 'polyak'
import * as node from 'polyak/node'
import * as laws from 'polyak/laws'
import 'polyak/gradients'

export const entries: readonly object[] = [polyak, node, laws]

import { checkFields } from '../scalars/checkFields.js'
import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core'
import { isNotOnBackend, notOnBackend } from '../tree/notOnBackend.js'
import { isLeaf } from '../tree/Tree.js'
import { separator, spell } from '../tree/Skeleton.js'
import type { Named, NamedTensor } from './Named.js'

/** Tensors with names: a map, or a list of Variables or of `{ name, tensor }`. */
export type WithNames = NamedTensorMap | readonly (Variable | NamedTensor)[]

/** The tree of tensors with names, nested at `/`: what an optimizer of this library trains.
 *
 *  ```text
 *  fromNamed({ 'dense/kernel': w, 'dense/bias': b }) = { dense: { kernel: w, bias: b } }
 *  ```
 *
 *  Every function that takes a tree takes such a map as it is too: a key with `/` is a path there. Of this one the types
 *  know what is nested.
 *
 *  @shapes the tensors are the very same, in the order of their names.
 *  @throws `TreeMismatch` for weights of a model, whose variables are what their `read()` gives; `TypeError` where two
 *    tensors have one name, where one name goes on where another ends (`a` and `a/b`), where
 *    a name has an empty part (`a//b`) or one that means something to JavaScript (`__proto__`).
 *  @laws `toNamed(fromNamed(named))` has the names and tensors of `named`; `fromNamed(toNamed(tree))` is `tree`.
 *  @example
 *  ```ts
 *  const params = fromNamed({ 'dense/kernel': tf.ones([2, 3]), 'dense/bias': tf.zeros([3]) })
 *  const state = adam({ learningRate: 1e-3 }).init(params)
 *  ``` */
export const fromNamed = (named: WithNames): Named => {
  const root: Branch = new Map()
  for (const [name, tensor] of namesOf(named)) put(root, name, tensor)
  return grown(root)
}

type Branch = Map<string, Tensor | Branch>

const example = 'Pass e.g. { "dense/kernel": w }, or the variables of a model.'

const namesOf = (named: WithNames): readonly (readonly [name: string, tensor: Tensor])[] =>
  isList(named)
    ? named.map((one, i) => {
        checkFields(`fromNamed: ${i}`, one, { name: 'string' }, example)
        return 'tensor' in one ? [one.name, one.tensor] : [one.name, one]
      })
    : Object.entries(recordOf(named))

const recordOf = (named: NamedTensorMap): NamedTensorMap => {
  checkFields('fromNamed: named', named, {}, example)
  return named
}

const isList = (named: WithNames): named is readonly (Variable | NamedTensor)[] => Array.isArray(named)

const put = (root: Branch, name: string, tensor: Tensor): void => {
  if (!isLeaf(tensor)) throw new TypeError(`fromNamed: ${name} must be a tensor, found ${spell(tensor)}.`)
  if (isNotOnBackend(tensor)) throw notOnBackend('fromNamed', name, tensor)
  const keys = name.split(separator)
  const hostile = keys.find((key) => key === '' || key === '__proto__' || key === 'constructor' || key === 'prototype')
  if (hostile !== undefined)
    throw new TypeError(
      `fromNamed: the name ${JSON.stringify(name)} has ${hostile === '' ? 'an empty part' : `the part ${hostile}`}, ` +
        'which cannot be a key of a tree. Rename it.',
    )
  let branch = root
  keys.forEach((key, i) => {
    const there = branch.get(key)
    const path = keys.slice(0, i + 1).join(separator)
    if (i === keys.length - 1) {
      if (there !== undefined) throw collision(name, there instanceof Map ? `${path}${separator}…` : path)
      branch.set(key, tensor)
    } else if (there instanceof Map) branch = there
    else {
      if (there !== undefined) throw collision(name, path)
      const next: Branch = new Map()
      branch.set(key, next)
      branch = next
    }
  })
}

const collision = (name: string, other: string): TypeError =>
  new TypeError(
    name === other
      ? `fromNamed: two tensors are named ${JSON.stringify(name)}. Give one of them another name.`
      : `fromNamed: ${JSON.stringify(name)} and ${JSON.stringify(other)} cannot both be paths of a tree, ` +
          'because one goes on where the other ends. Give one of them another name.',
  )

const grown = (branch: Branch): Named =>
  Object.freeze(
    Object.fromEntries([...branch].map(([key, there]) => [key, there instanceof Map ? grown(there) : there])),
  )

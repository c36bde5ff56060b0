/** A rule to put to the laws, as code that gives a transformation; and a bug that people have written in it. */
export interface Subject {
  readonly title: string
  readonly story: string
  readonly code: string
}

const rule = (slots: string, body: string): string =>
  `const { equation, zeros } = polyak
return equation({ name: 'mine', ${slots} })((A) => ({ update, m }) => {
  ${body}
})`

export const subjects: Readonly<Record<string, Subject>> = {
  right: {
    title: 'a sign of momentum, as it should be',
    story: 'm ← 0.9·m + g, and the update is its sign: 0 where m is 0.',
    code: rule(
      'slots: { m: zeros }',
      `const next = A.add(A.mul(A.lit(0.9), m), update)
  const zero = A.equal(next, A.lit(0))
  return { update: A.where(zero, A.lit(0), A.div(next, A.abs(next))), m: next }`,
    ),
  },
  divides: {
    title: 'divides by zero',
    story: 'The same without a thought of 0: 0/0 is NaN, and a leaf that rests is lost.',
    code: rule(
      'slots: { m: zeros }',
      `const next = A.add(A.mul(A.lit(0.9), m), update)
  return { update: A.div(next, A.abs(next)), m: next }`,
    ),
  },
  shared: {
    title: 'keeps its count outside the state',
    story:
      'A count in a closure is lost on resuming, and shared by all who use the optimizer, as in tf.train and Keras.',
    code: `const { plain, treeScale } = polyak
let count = 0
return plain({
  name: 'mine',
  init: () => ({}),
  update: (grads, state) => [treeScale(1 / ++count, grads), state],
})`,
  },
  neighbours: {
    title: 'lets leaves look at each other',
    story: 'One sum over all leaves, where each should be for itself: a leaf depends on its neighbours.',
    code: `const { equation } = polyak
return equation({ name: 'mine' })((A) => ({ update }) => ({
  update: A.div(update, A.add(A.lit(1), A.treeSum(A.mul(update, update)))),
}))`,
  },
  leaks: {
    title: 'leaves a tensor behind',
    story: 'A sum that nobody disposes: a training of a day runs out of memory.',
    code: `const { plain, mapTree } = polyak
return plain({
  name: 'mine',
  init: () => ({}),
  update: (grads, state) => [mapTree((g) => g === null ? null : tf.mul(g, tf.scalar(0.1)))(grads), state],
})`,
  },
}

/** A predicate on paths from patterns: `*` stands for anything within one key, `**` for any number of keys.
 *
 *  Laws     `matching('**')` is always true; order and repetition of patterns do not matter.
 *  Example  `masked({ mask: byPath(matching('dense/k*', 'embed/**')) })(addDecayedWeights({ weightDecay: 1e-4 }))` */
export const matching = (...patterns: readonly string[]) => {
  const tests = patterns.map(expression)
  return (path: string): boolean => tests.some((test) => test.test(path))
}

const expression = (pattern: string): RegExp => {
  if (pattern === '' || pattern.startsWith('/') || pattern.endsWith('/') || pattern.includes('//'))
    throw new TypeError(
      `matching: "${pattern}" is no pattern of paths. Write keys joined by "/", such as "dense/*" or "**/kernel".`,
    )
  const keys = pattern.split('/')
  const text = keys.map((key, i) => {
    const last = i === keys.length - 1
    if (key === '**') return last ? '.*' : '(?:[^/]+/)*'
    return `${key
      .split('*')
      .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
      .join('[^/]*')}${last ? '' : '/'}`
  })
  return new RegExp(`^${text.join('')}$`)
}

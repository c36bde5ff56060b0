/** What is wrong with the doc comments of a source: a line each, as `file:line: what`. The dialect: a first line, words,
 *  equations in `text` fences, then tags that tools render. */
export const faultsOfComments = (file: string, source: string): readonly string[] =>
  [...source.matchAll(/^[ \t]*\/\*\*(.*?)\*\//gms)].flatMap((match) => {
    const first = source.slice(0, match.index).split('\n').length
    let fenced = false
    let tagged = false
    return (match[1] ?? '').split('\n').flatMap((raw, i) => {
      const line = raw.replace(/^[ \t]*\*? {0,2}/, '')
      if (line.startsWith('```')) fenced = !fenced
      if (fenced) return []
      const tag = /^@(\w+)/.exec(line)?.[1]
      tagged ||= tag !== undefined
      const what =
        tag !== undefined && !known.has(tag)
          ? `@${tag} is no tag of ours: ${[...known].join(', ')}`
          : label.test(line)
            ? `write @${line.trim().split(/[\s:]/)[0]?.toLowerCase()} for a label that only people can read`
            : !tagged && i > 0 && /^ {2,}\S/.test(line)
              ? 'what is set apart stands in a text fence, so that editors keep its lines'
              : undefined
      return what === undefined ? [] : [`${file}:${first + i}: ${what}`]
    })
  })

const known: ReadonlySet<string> = new Set([
  'shapes',
  'units',
  'throws',
  'laws',
  'departs',
  'reference',
  'example',
  'param',
  'typeParam',
  'returns',
  'defaultValue',
  'deprecated',
  'internal',
  'see',
])

const label = /^ *(?:Shapes|Units|Throws|Laws|Departs|Source|Reference|Example)(?::| {2,}|$)/

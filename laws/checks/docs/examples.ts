/** A piece of code shown to readers. */
export interface Example {
  /** File it stands in, relative to the root, and line of its first line of code. */
  readonly file: string
  readonly line: number
  readonly code: string
  /** A fence marked `no-run` (a browser's code, an endless loop) is only type-checked. */
  readonly run: boolean
  /** Code in a doc comment speaks of its surroundings by name; a fence of a README must import what it uses. */
  readonly imports: 'own' | 'added'
}

/** The `ts` fences of a Markdown text; one marked `continued` goes on where the one before it ended. */
export const fences = (file: string, markdown: string): readonly Example[] =>
  [...markdown.matchAll(/^```(?:ts|typescript)\b([^\n]*)\n(.*?)^```/gms)].reduce<readonly Example[]>((found, match) => {
    const info = (match[1] ?? '').split(/\s+/)
    const line = lineAt(markdown, match.index) + 1
    const code = match[2] ?? ''
    const run = !info.includes('no-run')
    const last = found.at(-1)
    if (!info.includes('continued')) return [...found, { file, line, code, run, imports: 'own' }]
    if (last === undefined) throw new Error(`${file}:${line}: a continued fence, but no fence before it`)
    return [...found.slice(0, -1), { ...last, code: pad(last, line) + code, run: last.run && run }]
  }, [])

/** The examples in a source's doc comments: `ts` fences, and what else stands behind `@example`, up to the next tag. */
export const docExamples = (file: string, source: string): readonly Example[] =>
  [...source.matchAll(/^[ \t]*\/\*\*(.*?)\*\//gms)].flatMap((match) => {
    // what is cut away must keep lines as they are, so that errors name the right one
    const text = (match[1] ?? '').replace(/^[ \t]*\*? ?/gm, '')
    const start = lineAt(source, match.index)
    return [...fences(file, text), ...tagged(file, text)].map((example) => ({
      ...example,
      line: start + example.line - 1,
      imports: 'added' as const,
    }))
  })

const tagged = (file: string, text: string): readonly Example[] => {
  const lines = text.split('\n')
  return lines.flatMap((line, i) => {
    const first = /^[ \t]*@example(?:[ \t]+|$)(.*)$/.exec(line)?.[1]
    if (first === undefined) return []
    const rest = lines.slice(i + 1)
    const end = rest.findIndex((next) => /^[ \t]*@\w/.test(next))
    const code = [first, ...(end < 0 ? rest : rest.slice(0, end))].join('\n')
    if (code.includes('```')) return []
    return [{ file, line: i + 1, code: `${code}\n`, run: true, imports: 'added' as const }]
  })
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length

/** The example's code, with empty lines up to the given line of its file. */
const pad = ({ code, line }: Example, to: number): string => {
  const missing = to - line - (code.split('\n').length - 1)
  return code + '\n'.repeat(Math.max(0, missing))
}

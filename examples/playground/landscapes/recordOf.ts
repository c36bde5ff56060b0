/** The names in an options record as it is written: plain numbers, flags and words, and nothing that could run. */
export const recordOf = (text: string): Readonly<Record<string, unknown>> => {
  const inside = /^\s*(?:\{([\s\S]*)\})?\s*$/.exec(text)?.[1] ?? ''
  if (text.trim() !== '' && !/^\s*\{[\s\S]*\}\s*$/.test(text))
    throw new SyntaxError(`options are a record, as { learningRate: 0.1 }, found ${text}`)
  return Object.fromEntries(
    inside
      .split(',')
      .filter((part) => part.trim() !== '')
      .map((part) => {
        const [, name, value] = /^\s*(\w+)\s*:\s*(-?[\d.]+(?:e-?\d+)?|true|false|'\w+')\s*$/.exec(part) ?? []
        if (name === undefined || value === undefined)
          throw new SyntaxError(`an option is written name: 0.1, found ${part.trim()}`)
        return [
          name,
          value.startsWith("'")
            ? value.slice(1, -1)
            : value === 'true' || value === 'false'
              ? value === 'true'
              : Number(value),
        ]
      }),
  )
}
